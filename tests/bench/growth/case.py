"""One point of a curve: a page, a site folder, and what each visitor has to get, worked out without Edge."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from edge import EdgeMiddleware
from edge.types import ASGIApp
from tests.bench.rows.edge import answering
from tests.bench.rows.row import Row, headers, python
from tests.bench.shop import ENVIRON, Guest, block
from tests.bench.shop import page as shop_page

__all__ = ["Case", "bare", "edge"]

_STEP = 7
"""An experience is for every seventh segment, from another one on each time."""

_SHELL = 75
"""Bytes of a slot and its default, more or less."""

_IN_ONE_RULE = 50
"""A rule has at most 2,000 characters: more segments than these are asked for by way of segments of segments."""


@dataclass(frozen=True)
class Case:
    """`size` is the page's, in bytes, more or less. `reacting`: of how many of the `segments` the experiences
    speak. `alike`: visitors of one region are all the same to the rules; otherwise each differs in something that
    these read, so that what was decided for one is of no use for another. `bare`: without Edge. The budget is
    larger than usual, so that no page is given up."""

    slots: int = 8
    size: int = 59_000
    segments: int = 100
    reacting: int = 100
    experiences: int = 48
    alike: bool = True
    bare: bool = False

    def row(self, name: str) -> Row:
        app = f"{__name__}:{'bare' if self.bare else 'edge'}"
        return Row(name, python(app, json.dumps(asdict(self))), shows=self._shows, headers=self._headers)

    def page(self, put: Callable[[int], str]) -> bytes:
        """The page with this in each of its slots."""
        head, sections, tail = _parts()
        left = self.size - len(head) - len(tail) - _SHELL * self.slots
        count = max(1, round(left / (sum(map(len, sections)) / len(sections))))
        places = [number * count // (self.slots + 1) for number in range(1, self.slots + 1)]
        body = list(itertools.islice(itertools.cycle(sections), count))
        for slot, place in reversed(list(enumerate(places))):
            body.insert(place, f'<div class="slot" data-edge-slot="slot{slot}">{put(slot)}</div>\n')
        return (head + "".join(body) + tail).encode()

    def write_site(self, folder: Path) -> Path:
        (folder / "blocks").mkdir(parents=True)
        shown = []
        for slot in range(self._slots):
            for number, meant in self._experiences(slot):
                told = f", for = '{_any(self._names(number, meant))}'" if meant is not None else ""
                shown.append(f'e{number} = {{ slot = "slot{slot}", show = "b{number}"{told} }}\n')
                (folder / f"blocks/b{number}.html").write_text(block(number), encoding="utf-8")
        (folder / "experiences.toml").write_text("".join(shown), encoding="utf-8")
        (folder / "segments.toml").write_text("".join(self._rules()), encoding="utf-8")
        settings = 'budget_ms = 1000\n[geo]\nregion = "X-Region"\ncity = "X-City"\n'
        limits = "" if self.alike else "[limits]\nanswers_mb = 1\n"
        (folder / "edge.toml").write_text(settings + limits, encoding="utf-8")
        return folder

    @property
    def _slots(self) -> int:
        """Those that the site speaks of, though the page may have none."""
        return self.slots or 8

    def _experiences(self, slot: int) -> list[tuple[int, range | None]]:
        """A slot's, the first that matches wins, and the segments that each is for. The last is for everybody."""
        numbers = range(slot, self.experiences, self._slots)
        return [(number, range(number % _STEP, self.reacting, _STEP)) for number in numbers[:-1]] + [
            (numbers[-1], None)
        ]

    def _rules(self) -> Iterator[str]:
        more = "" if self.alike else ' and city != "nowhere"'
        for number in range(self.segments):
            yield f"""s{number} = {{ when = 'not new and region == "r{number}"{more}' }}\n"""
        if self._grouped:
            for start in range(_STEP):
                for at, group in enumerate(self._groups(range(start, self.reacting, _STEP))):
                    yield f"g{start}-{at} = {{ when = '{_any(f's{one}' for one in group)}' }}\n"

    @property
    def _grouped(self) -> bool:
        return self.reacting > _STEP * _IN_ONE_RULE

    def _groups(self, meant: range) -> list[range]:
        return [meant[at : at + _IN_ONE_RULE] for at in range(0, len(meant), _IN_ONE_RULE)]

    def _names(self, number: int, meant: range) -> list[str]:
        if self._grouped:
            return [f"g{number % _STEP}-{at}" for at in range(len(self._groups(meant)))]
        return [f"s{one}" for one in meant]

    def _region(self, guest: Guest) -> int:
        return guest.number % self.reacting

    def _headers(self, guest: Guest) -> dict[str, str]:
        told = {"X-Region": f"r{self._region(guest)}"}
        return headers(guest) | told | ({} if self.alike else {"X-City": f"c{guest.number}"})

    def _shows(self, guest: Guest) -> bytes:
        if self.bare:
            return self.page(_default)
        region = self._region(guest)

        def put(slot: int) -> str:
            choices = self._experiences(slot)
            return block(next(number for number, meant in choices if meant is None or region in meant))

        return self.page(put)


def _any(names: Iterable[str]) -> str:
    """The rule of those who are in one of these segments."""
    return " or ".join(f'"{name}" in segments' for name in names)


def _default(slot: int) -> str:
    return f"<h3>Default {slot}</h3>"


@cache
def _parts() -> tuple[str, tuple[str, ...], str]:
    """The head of the bench's page, its sections without slots, and its end."""
    head, body = shop_page().decode().split("</head><body>\n")
    body, tail = body.split("</body>")
    sections = (line for line in body.splitlines(keepends=True) if "data-edge-slot" not in line)
    return f"{head}</head><body>\n", tuple(sections), f"</body>{tail}"


def bare(folder: Path, told: str) -> ASGIApp:
    return answering(Case(**json.loads(told)).page(_default))


def edge(folder: Path, told: str) -> ASGIApp:
    case = Case(**json.loads(told))
    return EdgeMiddleware(answering(case.page(_default)), case.write_site(folder / "site"), environ=ENVIRON)
