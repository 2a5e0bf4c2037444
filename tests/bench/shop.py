"""The job of the pages' bench: 59 KB with eight slots, 4,000 visitors, 100 segments and 50 experiences; and what
each visitor has to get, worked out without Edge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge.html import Plan, Slots, parse_plan
from edge.model import Visitor
from edge.visitors import Cookies, load_keys

__all__ = [
    "COUNTRIES",
    "ENVIRON",
    "VISITORS",
    "Guest",
    "block",
    "chosen",
    "cookies",
    "cut",
    "expected",
    "experiences",
    "guests",
    "page",
    "segments",
    "slots",
    "write_site",
]

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
        return self.number % len(segments())

    @property
    def country(self) -> str:
        return COUNTRIES[self.segment // len(LANGUAGES)]

    @property
    def language(self) -> str:
        return LANGUAGES[self.segment % len(LANGUAGES)]

    def headers(self, cookies: Cookies, now: float) -> dict[str, str]:
        sent = {"CF-IPCountry": self.country, "Accept-Language": f"{self.language},en;q=0.5"}
        if self.known:
            made = cookies.set_cookie(Visitor(f"{self.number:022d}", signed_at=int(now)), False, now)
            sent["Cookie"] = "consent=yes; " + made.partition(b";")[0].decode()
        return sent


def guests(known: bool = True) -> Iterator[Guest]:
    return (Guest(number, known) for number in range(VISITORS))


def segments() -> list[tuple[str, str]]:
    """The country and the language of each."""
    return [(country, language) for country in COUNTRIES for language in LANGUAGES]


@cache
def page() -> bytes:
    return (Path(__file__).parent / "bodies/plain.html").read_bytes()


@cache
def slots() -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r'data-edge-slot="([^"]+)"', page().decode())))


def block(experience: int) -> str:
    return f'<section class="offer"><h2>Offer {experience}</h2><p>For those who listen closely.</p></section>'


def experiences(slot: str) -> dict[int, frozenset[int] | None]:
    """A slot's experiences, the first that matches wins, and the segments that each is for: every seventh, from
    another one on each time. The last is for everybody: None."""
    numbers = range(slots().index(slot), EXPERIENCES, len(slots()))
    meant = (frozenset(range(number % 7, len(segments()), 7)) for number in numbers)
    return {**dict(zip(numbers, meant, strict=True)), numbers[-1]: None}


def chosen(slot: str, segment: int | None) -> int:
    """The experience that wins for those of a segment; None: for those who are not known."""
    return next(number for number, meant in experiences(slot).items() if meant is None or segment in meant)


def write_site(folder: Path, settings: str = "") -> Path:
    """The site folder of the job, with more lines for the top of its edge.toml."""
    rules, shown = [], []
    for number, (country, language) in enumerate(segments()):
        when = f'not new and country == "{country}" and language == "{language}"'
        rules.append(f"s{number} = {{ when = '{when}' }}\n")
    (folder / "blocks").mkdir(parents=True)
    for slot in slots():
        for number, meant in experiences(slot).items():
            names = " or ".join(f'"s{one}" in segments' for one in sorted(meant or ()))
            rule = f", for = '{names}'" if names else ""
            shown.append(f'e{number} = {{ slot = "{slot}", show = "b{number}"{rule} }}\n')
            (folder / f"blocks/b{number}.html").write_text(block(number), encoding="utf-8")
    (folder / "segments.toml").write_text("".join(rules), encoding="utf-8")
    (folder / "experiences.toml").write_text("".join(shown), encoding="utf-8")
    (folder / "edge.toml").write_text(f'{settings}[geo]\ncountry = "CF-IPCountry"\n', encoding="utf-8")
    return folder


def expected(guest: Guest) -> bytes:
    """The page as this visitor has to get it."""
    segment = guest.segment if guest.known else None
    return cut(lambda slot: block(chosen(slot, segment)).encode())


def cut(put: Callable[[str], bytes]) -> bytes:
    """The page with something else in each slot."""
    pieces = list(_plan().pieces)
    for index, slot in _plan().holes or ():
        pieces[index] = put(slot)
    return b"".join(pieces)


@cache
def _plan() -> Plan:
    """Where the slots stand is the one thing that Edge is asked."""
    return parse_plan(page(), Slots(frozenset(slots())))


def cookies() -> Cookies:
    return Cookies(load_keys(ENVIRON))
