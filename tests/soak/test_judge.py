"""Whether the soak's judge tells a right page from a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.soak.judge import fault_of, untouched
from tests.soak.pages import COUNT, Page, Place, page
from tests.soak.site import Viewer, outcomes

GERMAN = Viewer(country="DE", language="de", campaign="a&b", city="Köln", known="must", group="gold", token="0123")


def shown(made: Page, viewer: Viewer, version: int) -> bytes:
    """The page as it should come, with all of it tailored."""
    parts = (p if isinstance(p, bytes) else outcomes(p, viewer, version, "utf-8")[-1] for p in made.parts)
    return b"".join(parts)


FULL = next(
    page(n) for n in range(COUNT) if {"hero", "offer", "who", "picture"} <= {p.slot for p in page(n).places}
)


def test_a_page_as_one_version_has_it_is_right() -> None:
    assert fault_of(shown(FULL, GERMAN, 3), FULL, GERMAN, [2, 3]) == ""


def test_a_profile_may_come_too_late() -> None:
    late = replace(GERMAN, group="plain")
    assert fault_of(shown(FULL, late, 3), FULL, GERMAN, [3]) == ""


def test_a_page_of_another_version_is_wrong() -> None:
    assert fault_of(shown(FULL, GERMAN, 4), FULL, GERMAN, [2, 3]) != ""


def test_a_page_that_mixes_two_versions_is_wrong() -> None:
    mixed = shown(FULL, GERMAN, 3).replace(b"offer v3", b"offer v2")
    assert fault_of(mixed, FULL, GERMAN, [2, 3]) != ""


@pytest.mark.parametrize("other", [{"campaign": "c"}, {"token": "4567"}, {"language": "nb"}, {"country": "US"}])
def test_a_block_of_another_visitor_is_wrong(other: dict[str, str]) -> None:
    theirs = replace(GERMAN, **other)  # type: ignore[arg-type]
    assert fault_of(shown(FULL, theirs, 3), FULL, GERMAN, [3]) != ""


def test_the_default_where_the_page_must_be_tailored_is_wrong() -> None:
    assert fault_of(FULL.bytes, FULL, GERMAN, [3]) != ""


def test_a_page_without_its_end_is_wrong_unless_it_was_to_be_cut() -> None:
    body = shown(FULL, GERMAN, 3)
    assert fault_of(body[:-1], FULL, GERMAN, [3]) != ""
    assert fault_of(body + b"x", FULL, GERMAN, [3]) != ""
    assert fault_of(body[:-1], FULL, GERMAN, [3], whole=False) == ""


def test_a_cut_page_may_end_in_a_slot_as_the_origin_sent_it() -> None:
    hero = next(part for part in FULL.parts if isinstance(part, Place) and part.slot == "hero")
    body = shown(FULL, GERMAN, 3)
    before = body[: body.index(hero.before + b"<p" if b"hero" in hero.before else hero.before)]
    cut = before + hero.before + hero.default[:9]
    assert fault_of(cut, FULL, GERMAN, [3], whole=False) == ""
    assert fault_of(cut + b"?", FULL, GERMAN, [3], whole=False) != ""


def test_a_bot_gets_the_defaults() -> None:
    assert fault_of(FULL.bytes, FULL, replace(GERMAN, bot=True), [3]) == ""


def test_bytes_that_are_not_the_origins_are_told_with_their_place() -> None:
    assert untouched(b"abc", b"abc") == ""
    assert untouched(b"ab", b"abc", whole=False) == ""
    assert "from byte 2 of 3" in untouched(b"abX", b"abc")
    assert "from byte 2 of 3" in untouched(b"ab", b"abc")
