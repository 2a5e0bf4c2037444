"""Path globs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.site.paths import Paths, path_flaw


@pytest.mark.parametrize(
    ("globs", "yes", "no"),
    [
        (["/"], ["/"], ["", "/a", "//"]),
        (["/pricing"], ["/pricing"], ["/pricing/", "/pricin", "/Pricing"]),
        (["/blog/*"], ["/blog/", "/blog/a", "/blog/a/b"], ["/blog", "/a/blog/x"]),
        (["*/print"], ["/a/print", "/print"], ["/a/print/"]),
        (["/a*b*c"], ["/abc", "/axxbyyc", "/abcc"], ["/acb", "/ab"]),
        (["/a**b"], ["/ab", "/axb"], ["/a"]),
        (["*"], ["", "/", "/a\nb"], []),
        (["/a", "/b"], ["/a", "/b"], ["/c"]),
        (["/blog/*", "!/blog/draft*"], ["/blog/a"], ["/blog/drafts/a", "/x"]),
        (["!/admin*"], ["/", "/blog"], ["/admin", "/admin/x"]),
        (["/a.b", "/c+d", "/[e]"], ["/a.b", "/c+d", "/[e]"], ["/axb", "/ccd", "/e"]),
        ([], [], ["", "/"]),
    ],
)
def test_a_glob_matches_whole_paths(globs: list[str], yes: list[str], no: list[str]) -> None:
    paths = Paths(tuple(globs))
    assert [path for path in yes + no if paths(path)] == yes


def _slowly(glob: str, path: str) -> bool:
    if not glob:
        return not path
    if glob[0] == "*":
        return any(_slowly(glob[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and path[0] == glob[0] and _slowly(glob[1:], path[1:])


@given(st.text(st.sampled_from("/ab*"), min_size=1, max_size=8), st.text(st.sampled_from("/ab"), max_size=10))
def test_a_glob_matches_as_it_reads(glob: str, path: str) -> None:
    assert Paths((glob,))(path) == _slowly(glob, path)


def test_many_stars_do_not_make_matching_slow() -> None:
    assert not Paths(("/" + "*a" * 200,))("/" + "a" * 199 + "b" * 20_000)


@pytest.mark.parametrize("glob", ["/", "/a/*", "*", "!*/x", "!/a"])
def test_a_path_is_fine(glob: str) -> None:
    assert path_flaw(glob) is None


@pytest.mark.parametrize("glob", ["", "!", "a", "!a", "https://example.com/", "/a?b", "/a#b", "\\a"])
def test_a_path_is_refused(glob: str) -> None:
    flaw = path_flaw(glob)
    assert flaw is not None
    assert flaw.cure
    assert flaw.end <= max(1, len(glob))
