"""A page parsed once, to be spliced many times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from edge.html.marks import WITHIN, Mark
from edge.html.scanner import Scanner
from edge.html.slots import Slots

__all__ = ["Plan", "parse_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A page's bytes and where its slots stand in them. `names` are the slots that it really has."""

    body: bytes
    marks: tuple[Mark, ...]
    names: frozenset[str] = field(init=False)
    pieces: tuple[bytes, ...] = field(init=False, repr=False)
    """The body cut at the edges of the slots' content, which is every second piece; joined, they are the body."""
    holes: tuple[tuple[int, str], ...] | None = field(init=False, repr=False)
    """Which of the pieces are content of which slot; None where slots nest or do not take every block."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(mark.name for mark in self.marks))
        pieces, holes = _cut(self.body, self.marks)
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "holes", holes)

    def like(self, body: bytes, changed: Iterable[tuple[int, int, int]]) -> Plan:
        """The plan of a page that has the same marks, and differs in the pieces at these indices, of which each
        begins and ends there. The others are shared."""
        pieces = list(self.pieces)
        for index, at, end in changed:
            pieces[index] = body[at:end]
        plan = object.__new__(Plan)
        for name, value in zip(
            Plan.__slots__, (body, self.marks, self.names, tuple(pieces), self.holes), strict=True
        ):
            object.__setattr__(plan, name, value)
        return plan

    def join(self, inside: Sequence[bytes]) -> bytes:
        """The page with this in its holes, of which it has some: for each of them what stands there."""
        pieces = list(self.pieces)
        pieces[1::2] = inside
        return b"".join(pieces)

    def count_before(self, offset: int) -> int:
        """How many marks start before this offset."""
        return bisect_left(self.marks, offset, key=lambda mark: mark.start)


def parse_plan(body: bytes, slots: Slots, codec: str = "utf-8") -> Plan:
    """Scans a whole page. `codec` is the page's charset as a Python codec name, for names outside ASCII."""
    scanner = Scanner(slots, codec)
    scanner.feed(body)
    scanner.close()
    return Plan(body, tuple(scanner.marks))


def _cut(body: bytes, marks: Iterable[Mark]) -> tuple[tuple[bytes, ...], tuple[tuple[int, str], ...] | None]:
    pieces: list[bytes] = []
    holes: list[tuple[int, str]] = []
    at = 0
    for mark in marks:
        if mark.lost or mark.text_only or not mark.places >= WITHIN or mark.start < at:
            return (body,), None
        pieces.append(body[at : mark.inner])
        holes.append((len(pieces), mark.name))
        pieces.append(body[mark.inner : mark.end])
        at = mark.end
    return (*pieces, body[at:]), tuple(holes)
