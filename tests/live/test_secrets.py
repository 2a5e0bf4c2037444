"""Signing keys that change while it runs."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.site import Look, Watching
from edge.visitors import Cookies, Keys
from tests.live.changing import AT_ONCE, look, move_in, shown, turn
from tests.page.raw import ask, html
from tests.page.sites import NOW, PAGE, Front

FIRST, SECOND, THIRD = (f"the-{name}-key-of-the-tests" for name in ("first", "second", "third"))
NEW = {"experiences.toml": '[hero-new]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}


def write(file: Path, *keys: str) -> Path:
    move_in(file, "".join(f"{key}\n" for key in keys))
    file.chmod(0o600)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "keys", FIRST)


@pytest.fixture
def edge(front: Front, file: Path) -> EdgeMiddleware:
    return front(html(PAGE), NEW, environ={"EDGE_SECRET_KEYS_FILE": str(file)}, watching=AT_ONCE)


def cookie(edge: EdgeMiddleware) -> tuple[bytes, bytes]:
    """The cookie of a visitor who came just now."""
    value = ask(edge).header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def is_known(edge: EdgeMiddleware, sent: tuple[bytes, bytes]) -> bool:
    return shown(edge, "/", [sent]) == PAGE.decode()


def is_signed_with(sent: tuple[bytes, bytes], *keys: str) -> bool:
    cookies = Cookies(Keys(tuple(key.encode() for key in keys)))
    return cookies.read([sent[1]], secure=True, now=NOW) is not None


def test_a_new_key_signs_and_the_one_before_it_still_verifies(edge: EdgeMiddleware, file: Path) -> None:
    old = cookie(edge)
    write(file, FIRST, SECOND)
    look(edge)
    new = cookie(edge)
    assert is_known(edge, old)
    assert is_known(edge, new)
    assert [is_signed_with(new, key) for key in (FIRST, SECOND)] == [False, True]


def test_a_key_that_was_taken_away_verifies_nothing_any_more(edge: EdgeMiddleware, file: Path) -> None:
    old = cookie(edge)
    assert is_known(edge, old)  # so that it is among those verified before
    write(file, SECOND)
    look(edge)
    assert not is_known(edge, old)


def test_preview_links_go_by_the_new_keys_too(edge: EdgeMiddleware, file: Path) -> None:
    old = edge.preview_path("shop.example")
    write(file, SECOND)
    look(edge)
    new = edge.preview_path("shop.example")
    assert [ask(edge, link).status for link in (old, new)] == [403, 303]


def test_the_version_of_the_site_stays(edge: EdgeMiddleware, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    version = edge.version
    write(file, FIRST, SECOND)
    look(edge)
    assert edge.version is version
    assert [record.getMessage() for record in caplog.records] == ["the signing keys are new: there are 2"]


def test_keys_of_a_running_site_are_those_of_the_file_from_the_first_look_on(
    edge: EdgeMiddleware, file: Path
) -> None:
    write(file, SECOND)  # between its reading and the first look
    look(edge)
    assert is_signed_with(cookie(edge), SECOND)


def test_a_key_file_that_is_only_touched_changes_nothing(edge: EdgeMiddleware, file: Path) -> None:
    look(edge)
    setup = edge.setup
    file.touch()
    look(edge)
    assert edge.setup is setup


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a short key": (lambda file: write(file, FIRST, "short"), "key 2 of {file} is too short"),
    "no key": (lambda file: write(file), "{file} holds no key"),
    "gone": (lambda file: file.unlink(), "cannot read the keys in {file} (No such file or directory)"),
    "open to all": (lambda file: write(file, SECOND).chmod(0o644), "run `chmod 600 {file}`"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_key_file_keeps_the_last_good_keys_and_says_so_once(
    edge: EdgeMiddleware, file: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    old = cookie(edge)
    look(edge)
    damage, words = BROKEN[what]
    damage(file)
    for _ in range(3):
        look(edge)
    assert is_known(edge, old)
    assert is_signed_with(cookie(edge), FIRST)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert words.format(file=file) in record.getMessage()
    caplog.clear()
    write(file, FIRST, SECOND)
    look(edge)
    assert is_signed_with(cookie(edge), SECOND)
    assert "the file of the signing keys can be used again" in caplog.text
    for key in (FIRST, SECOND, "short"):
        assert key not in caplog.text.replace("too short", "")


def test_keys_are_new_even_where_the_site_is_broken(edge: EdgeMiddleware, file: Path, tmp_path: Path) -> None:
    (tmp_path / "site" / "segments.toml").write_text("[", encoding="utf-8")
    write(file, SECOND)
    look(edge)
    assert is_signed_with(cookie(edge), SECOND)


def test_a_secret_of_kubernetes(front: Front, tmp_path: Path) -> None:
    volumes = tmp_path / "secret"
    for number, key in enumerate((FIRST, SECOND)):
        (volumes / f"..{number}").mkdir(parents=True)
        write(volumes / f"..{number}" / "keys", key)
    turn(volumes / "..data", "..0")
    (volumes / "keys").symlink_to("..data/keys")
    environ = {"EDGE_SECRET_KEYS_FILE": str(volumes / "keys")}
    edge = front(html(PAGE), NEW, environ=environ, watching=AT_ONCE)
    look(edge)
    turn(volumes / "..data", "..1")
    shutil.rmtree(volumes / "..0")
    look(edge)
    assert is_signed_with(cookie(edge), SECOND)


def test_the_key_that_edge_made_is_watched_too_and_never_made_twice(
    front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = tmp_path / "data" / "secret_keys"
    edge = front(html(PAGE), NEW, environ={"EDGE_DATA": str(made.parent)}, watching=AT_ONCE)
    first = made.read_text().strip()
    old = cookie(edge)
    shutil.rmtree(made.parent)
    look(edge)
    assert not made.exists()
    assert is_known(edge, old)
    made.parent.mkdir()
    write(made, first, SECOND)
    look(edge)
    assert is_known(edge, old)
    assert is_signed_with(cookie(edge), SECOND)


def test_keys_wait_for_stillness_too(front: Front, file: Path) -> None:
    now = 0.0
    watching = Watching(0.3, 3600.0, clock=lambda: now)
    edge = front(html(PAGE), NEW, environ={"EDGE_SECRET_KEYS_FILE": str(file)}, watching=watching)
    write(file, SECOND)
    signed = []
    for at in (1.0, 1.2, 1.4):
        now = at
        look(edge)
        signed.append(is_signed_with(cookie(edge), SECOND))
    assert signed == [False, False, True]


def test_keys_in_the_environment_are_not_looked_for_anywhere(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = front(html(PAGE), NEW, environ={"EDGE_SECRET_KEYS": FIRST}, watching=AT_ONCE)
    looked: list[Path] = []

    def noted(files: Iterable[Path]) -> Look:
        looked.extend(files)
        return {}

    monkeypatch.setattr("edge.runtime.sources.look_at_files", noted)
    look(edge)
    assert looked == []
