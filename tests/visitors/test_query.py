"""The query string."""

from __future__ import annotations

import sys
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.visitors.query import parse_query


@pytest.mark.parametrize(
    ("raw", "query"),
    [
        (b"", {}),
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "1"}),
        (b"a=&a=2", {"a": ""}),
        (b"a", {"a": ""}),
        (b"=1&&a=1&", {"a": "1"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"q=r%C3%A9sum%C3%A9+x%2By", {"q": "résumé x+y"}),
        (b"%61=1", {"a": "1"}),
        (b"a=%", {"a": "%"}),
        (b"a=%zz%4", {"a": "%zz%4"}),
        (b"a=%ff", {"a": "\ufffd"}),
        (b"a=\xff", {"a": "\ufffd"}),
        (b"a;b=1", {"a;b": "1"}),
    ],
)
def test_the_first_value_of_each_name_decoded(raw: bytes, query: dict[str, str]) -> None:
    assert parse_query(raw) == query


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.text(st.characters(exclude_categories=["Cs"])),
        max_size=20,
    )
)
def test_what_a_form_encodes_comes_back(fields: dict[str, str]) -> None:
    assert parse_query(urlencode(fields).encode()) == fields


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=127)))
def test_it_reads_as_the_standard_library_does(text: str) -> None:
    first: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name:
            first.setdefault(name, value)
    assert parse_query(text.encode()) == first


def test_only_the_first_hundred_pairs_count() -> None:
    query = parse_query(b"&".join(b"n%d=%d" % (n, n) for n in range(150)))
    assert len(query) == 100
    assert query["n99"] == "99"


def test_only_whole_pairs_within_eight_kib_count() -> None:
    assert parse_query(b"a=1&b=" + b"x" * 8186) == {"a": "1", "b": "x" * 8186}
    assert parse_query(b"a=1&b=" + b"x" * 8187) == {"a": "1"}
    assert parse_query(b"a=1&" + b"b" * 8189 + b"&c=1") == {"a": "1"}
    assert parse_query(b"a=" + b"x" * 1_000_000) == {}
    assert parse_query(b"a=1&b=" + b"x" * 8186 + b"&c=1") == {"a": "1", "b": "x" * 8186}


def test_nobody_can_change_it() -> None:
    with pytest.raises(TypeError):
        parse_query(b"a=1")["a"] = "2"  # type: ignore[index]


def test_nothing_long_is_remembered() -> None:
    raw = b"a=1&b=" + b"x" * 100_000
    held = sys.getrefcount(raw)
    assert parse_query(raw) == {"a": "1"}
    assert sys.getrefcount(raw) == held
