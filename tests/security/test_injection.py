"""No text, wherever a visitor puts it and wherever a block shows it, makes an element, an attribute, a comment,
code or a URL that leads elsewhere: an independent parser sees the same page as with a harmless text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

import pytest

from edge.blocks import Block, BlockFailed, compile_block, render
from edge.facts import Env
from tests.security.carriers import FACTS, READINGS, Reading, env_of
from tests.security.payloads import CLASSES, PAYLOADS
from tests.security.places import allowed, candidates
from tests.security.shape import SCHEMES, attributes_of, is_code, nodes_of, parsed, shape, url_shape, urls

HARMLESS = "qqq"
"""Stands nowhere else in a block."""

SHARE = 8_000
"""One in so many of the whole product is tried in the short form."""

SLICES = 32


@lru_cache(maxsize=2 * len(PAYLOADS) + 2)
def _env(text: str, host: bool) -> Env:
    return env_of(text, host=host)


@lru_cache(maxsize=64)
def _block(place: str, reading: Reading) -> Block:
    return compile_block("place", reading.at(place), FACTS)


def _shown(place: str, reading: Reading, text: str) -> str:
    """What a visitor's page gets; nothing where the slot keeps its default."""
    try:
        return render(_block(place, reading), _env(text, reading.host))
    except BlockFailed:
        return ""


@lru_cache(maxsize=512)
def _expected(place: str, shown: str, scripting: bool) -> list[object]:
    return _shape(place, shown, scripting)


def _shape(place: str, shown: str, scripting: bool) -> list[object]:
    return shape(f"<body><div>{shown}</div>", scripting=scripting, free="|url }" in place)


def _changes(place: str, shown: str, harmless: str) -> Iterator[str]:
    """What is another page than with a harmless text."""
    for scripting in (True, False) if "noscript" in place else (True,):
        if _shape(place, shown, scripting) != _expected(place, harmless, scripting):
            yield f"{place} makes {shown[:300]!r}"
    if "|url }" in place:
        for url, plain in zip(urls(shown), urls(harmless), strict=True):
            if not _leads_alike(url, plain, whole='"{{' in place or "'{{" in place):
                yield f"{place} leads to {url[:300]!r}"


def _leads_alike(url: str, plain: str, whole: bool) -> bool:
    """Whether a URL that the visitor chooses is one that runs nothing; or if they choose only the rest of it, has
    the scheme and host that are written."""
    settled, expected = url_shape(url)[:2], url_shape(plain)[:2]
    return settled[0] in SCHEMES if whole else settled == expected


def test_the_readings_are_of_every_fact_there_is() -> None:
    assert {reading.fact.removesuffix(".q").removesuffix(".shop") for reading in READINGS} == set(FACTS)


def test_a_harmless_text_arrives_by_every_reading_that_can_carry_one() -> None:
    """Otherwise the tests below would hold for want of anything to show."""
    arrives = {(one.fact, one.host) for one in READINGS if HARMLESS in _shown("{{ § }}", one, HARMLESS)}
    without = {
        *("referrer.kind", "country", "device", "browser", "os", "bot", "new"),
        *("now.hour", "now.weekday", "now.date"),
        *("traits.orders", "traits.member", "traits.since", "traits.plan"),
    }
    wanted = {(one.fact, one.host) for one in READINGS if one.fact not in without}
    assert arrives == wanted - {("referrer.host", False)}


def test_there_are_payloads_of_every_class_and_places_enough() -> None:
    assert len(PAYLOADS) >= 350
    assert all(len(group) >= 10 for group in CLASSES.values())
    assert 1000 < len(allowed()) < len(candidates())


def test_no_text_may_stand_in_code() -> None:
    """Where a parser cannot tell code from text, a list can: not the one that blocks are checked by."""
    for place in allowed():
        for _, node in nodes_of(parsed(place)):
            for name, value in attributes_of(node):
                assert "§ }}" not in value or not is_code(node.name, name), place


def _sample() -> Iterator[tuple[str, Reading, str]]:
    """The same in each run: every place with a few payloads, every payload with a few places."""
    for at, place in enumerate(allowed()):
        for reading in READINGS:
            for payload in PAYLOADS[at % 100 :: 100]:
                if crc32(f"{place}\0{reading}\0{payload}".encode("utf-8", "replace")) % (SHARE // 100) == 0:
                    yield place, reading, payload


def test_a_sample_of_the_product_changes_no_page() -> None:
    drawn = list(_sample())
    found = []
    for place, reading, payload in drawn:
        shown, harmless = _shown(place, reading, payload), _shown(place, reading, HARMLESS)
        if shown and harmless:
            found += [f"{payload[:60]!r} as {reading.fact}: {what}" for what in _changes(place, shown, harmless)]
    assert not found, found[:20]
    assert len(drawn) > 2000
    assert len({payload for _, _, payload in drawn}) > 0.95 * len(PAYLOADS)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SLICES))
def test_the_whole_product_changes_no_page(part: int) -> None:
    """Every payload, by every reading, at every place."""
    places = allowed()[part::SLICES]
    found, tried = [], 0
    for place in places:
        for payload in PAYLOADS:
            seen = set()
            for reading in READINGS:
                shown, harmless = _shown(place, reading, payload), _shown(place, reading, HARMLESS)
                tried += 1
                if shown and harmless and (shown, harmless) not in seen:
                    seen.add((shown, harmless))
                    changes = _changes(place, shown, harmless)
                    found += [f"{payload[:60]!r} as {reading.fact}: {what}" for what in changes]
    print(f"{tried:,} texts shown: {len(PAYLOADS)} payloads × {len(READINGS)} facts × {len(places)} places")
    assert not found, found[:20]
