"""What is seen of a site folder without reading it, and when that has been still."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from edge.site import Stillness, Watching, is_bare, load_site, look_at_files, look_at_site
from tests.site.folders import write

FILES: dict[str, str | bytes] = {
    "edge.toml": "",
    "facts.toml": "",
    "slots.toml": "",
    "segments.toml": "",
    "experiences.toml": "",
    "personas.toml": "",
    "blocks/a.html": "a",
    "blocks/deep/er/b.html": "b",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def test_everything_that_is_read_is_looked_at(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[str] = set()
    original = Path.open

    def spy(path: Path, *args: object, **more: object) -> object:
        opened.add(path.relative_to(site).as_posix())
        return original(path, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", spy)
    load_site(site)
    assert opened == FILES.keys()
    assert set(look_at_site(site)) - {"."} == opened


@pytest.mark.parametrize("name", FILES)
def test_every_change_of_one_is_seen(site: Path, name: str) -> None:
    looks = [look_at_site(site)]
    (site / name).write_text("x", encoding="utf-8")
    looks.append(look_at_site(site))
    (site / name).unlink()
    looks.append(look_at_site(site))
    (site / name).write_text("x", encoding="utf-8")
    looks.append(look_at_site(site))
    assert all(one != other for one, other in pairwise(looks))
    assert looks[-1] == look_at_site(site)


@pytest.mark.parametrize("name", ["segment.toml", "blocks/c.html", "blocks/new/c.html", "blocks/a.jinja"])
def test_a_new_file_is_seen(site: Path, name: str) -> None:
    before = look_at_site(site)
    write(site, {name: "x"})
    assert look_at_site(site) != before


@pytest.mark.parametrize(
    "name", ["notes.txt", ".git/HEAD", "blocks/notes.txt", "blocks/.a.html.swp", "www/x.html"]
)
def test_what_is_not_read_is_not_looked_at(site: Path, name: str) -> None:
    before = look_at_site(site)
    write(site, {name: "x"})
    assert look_at_site(site) == before


def test_another_folder_in_its_place_is_seen(site: Path) -> None:
    before = look_at_site(site)
    away = site.rename(site.with_name("away"))
    gone = look_at_site(site)
    site.mkdir()
    empty = look_at_site(site)
    assert before != gone
    assert before != empty
    assert gone != empty
    assert is_bare(empty)
    assert not is_bare(before)
    away.joinpath("blocks", "a.html").write_text("a", encoding="utf-8")
    site.rmdir()
    away.rename(site)
    assert look_at_site(site) not in (before, gone, empty)


def test_files_that_are_not_there_can_be_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    missing = look_at_files([file])
    file.write_text("x")
    assert look_at_files([file]) != missing
    file.unlink()
    assert look_at_files([file]) == missing


def test_links_in_a_circle_are_no_trouble(site: Path) -> None:
    (site / "blocks" / "loop").symlink_to(site / "blocks")
    (site / "blocks" / "self.html").symlink_to("self.html")
    assert look_at_site(site) == look_at_site(site)


ONE, TWO, THREE = {"a": (1,)}, {"a": (2,)}, {"a": (3,)}


def test_a_change_is_due_when_it_has_been_still() -> None:
    still = Stillness(ONE, 0.3)
    seen = [(ONE, 0.0), (TWO, 1.0), (TWO, 1.2), (THREE, 1.25), (THREE, 1.5), (THREE, 1.6)]
    assert [still.is_due(look, now) for look, now in seen] == [False, False, False, False, False, True]
    still.take()
    assert not still.is_due(THREE, 9.0)


def test_what_is_as_it_was_is_not_due() -> None:
    still = Stillness(ONE, 0.3)
    assert [still.is_due(look, now) for look, now in [(TWO, 0.0), (ONE, 0.1), (ONE, 9.0)]] == [False] * 3


def test_it_moves_until_it_is_taken() -> None:
    still = Stillness(ONE, 0.3)
    moving = [still.moving]
    still.is_due(TWO, 0.0)
    moving.append(still.moving)
    still.take()
    moving.append(still.moving)
    assert moving == [False, True, False]


def test_what_moves_for_a_minute_is_restless() -> None:
    still = Stillness(ONE, 0.3)
    restless = []
    for second in range(62):
        still.is_due({"a": (2 + second,)}, second)
        restless.append(still.is_restless(second))
    assert restless.index(True) == 60
    still.is_due(ONE, 62.0)
    assert not still.is_restless(200.0)


@pytest.mark.parametrize(
    ("cost", "moving", "rest"),
    [(0.0, False, 0.5), (0.006, False, 1.2), (0.0, True, 0.1), (0.02, True, 0.4)],
)
def test_looks_take_a_small_share_of_a_core(cost: float, moving: bool, rest: float) -> None:
    assert Watching().rest(cost, moving) == pytest.approx(rest)
