"""The job of the pages' bench: 59 KB with eight slots, 4,000 visitors, 100 segments and 50 experiences; and what
each visitor has to get, worked out without Edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge.html import Plan, Slots, parse_plan
from edge.model import Visitor
from edge.visitors import Cookies, load_keys
from tests.shared import shared

__all__ = ["ENVIRON", "VISITORS", "Guest", "cookies", "expected", "guests", "page", "write_site"]

ENVIRON = {"EDGE_SECRET_KEYS": "a-key-that-only-the-bench-knows"}
VISITORS = 4_000
COUNTRIES = [f"{first}{second}" for first in "ABCD" for second in "EHLRT"]
LANGUAGES = ("de", "en", "es", "fr", "th")
EXPERIENCES = 50


@dataclass(frozen=True)
class Guest:
    """One visitor: `segment` is the number of theirs."""

    number: int
    known: bool = True

    @property
    def segment(self) -> int:
        return self.number % (len(COUNTRIES) * len(LANGUAGES))

    def headers(self, cookies: Cookies, now: float) -> dict[str, str]:
        country, language = COUNTRIES[self.segment // len(LANGUAGES)], LANGUAGES[self.segment % len(LANGUAGES)]
        sent = {"CF-IPCountry": country, "Accept-Language": f"{language},en;q=0.5"}
        if self.known:
            made = cookies.set_cookie(Visitor(f"{self.number:022d}", signed_at=int(now)), False, now)
            sent["Cookie"] = "consent=yes; " + made.partition(b";")[0].decode()
        return sent


def guests(known: bool = True) -> Iterator[Guest]:
    return (Guest(number, known) for number in range(VISITORS))


def page() -> bytes:
    return shared("conformance/pages/plain.html").read_bytes()


def slots() -> list[str]:
    return list(dict.fromkeys(re.findall(r'data-edge-slot="([^"]+)"', page().decode())))


def block(number: int) -> str:
    return f'<section class="offer"><h2>Offer {number}</h2><p>For those who listen closely.</p></section>'


def _choices(slot: int) -> range:
    """The experiences of a slot, the first that matches wins; the last is for everybody."""
    return range(slot, EXPERIENCES, len(slots()))


def _meant(experience: int) -> frozenset[int]:
    """The segments that an experience is for: every seventh, from another one on each time."""
    return frozenset(range(experience % 7, 100, 7))


def write_site(folder: Path) -> Path:
    segments, experiences = [], []
    for number in range(100):
        country, language = COUNTRIES[number // len(LANGUAGES)], LANGUAGES[number % len(LANGUAGES)]
        when = f'not new and country == "{country}" and language == "{language}"'
        segments.append(f"s{number} = {{ when = '{when}' }}\n")
    (folder / "blocks").mkdir(parents=True)
    for at, slot in enumerate(slots()):
        for number in _choices(at):
            names = ", ".join(f'"s{one}" in segments' for one in sorted(_meant(number))).replace(", ", " or ")
            rule = "" if number == _choices(at)[-1] else f", for = '{names}'"
            experiences.append(f'e{number} = {{ slot = "{slot}", show = "b{number}"{rule} }}\n')
            (folder / f"blocks/b{number}.html").write_text(block(number), encoding="utf-8")
    (folder / "segments.toml").write_text("".join(segments), encoding="utf-8")
    (folder / "experiences.toml").write_text("".join(experiences), encoding="utf-8")
    (folder / "edge.toml").write_text('[geo]\ncountry = "CF-IPCountry"\n', encoding="utf-8")
    return folder


def expected(guest: Guest) -> bytes:
    """The page as this visitor has to get it."""
    shown = {}
    for at, slot in enumerate(slots()):
        choices = _choices(at)
        fits = (number for number in choices if guest.known and guest.segment in _meant(number))
        shown[slot] = block(next(fits, choices[-1])).encode()
    pieces = list(_plan().pieces)
    for index, slot in _plan().holes or ():
        pieces[index] = shown[slot]
    return b"".join(pieces)


@cache
def _plan() -> Plan:
    """Where the slots stand is the one thing that Edge is asked."""
    return parse_plan(page(), Slots(frozenset(slots())))


def cookies() -> Cookies:
    return Cookies(load_keys(ENVIRON))
