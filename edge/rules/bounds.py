"""Bounds that leave nothing between them: no hour is at once from 22 on and before 5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from edge.rules.reading import Reading
from edge.rules.term import Term

__all__ = ["note_contradiction"]

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class _Bound:
    """`sign` as seen from the fact: `now.hour >= 22`."""

    fact: str
    sign: str
    value: Any
    literal: Term

    def written(self, reading: Reading) -> str:
        return f"{self.sign} {reading.text(self.literal)}"


def note_contradiction(parts: Sequence[Term], reading: Reading) -> bool:
    """Notes the first two of the joined `parts` that never hold together, if there are any."""
    bounds = [bound for part in parts for bound in _bounds(part)]
    for index, one in enumerate(bounds):
        for other in bounds[index + 1 :]:
            if one.fact == other.fact and _apart(one, other):
                first, second = (bound.written(reading) for bound in (one, other))
                cause = f"{one.fact} is never at once {first} and {second}"
                reading.flaw(parts[0], cause, f"write {one.fact} {first} or {one.fact} {second}", until=parts[-1])
                return True
    return False


def _bounds(part: Term) -> Iterator[_Bound]:
    if part.op != "test" or part.sign not in _MIRRORED:
        return
    left, right = part.parts
    if left.op == "fact" and right.op == "literal":
        yield _Bound(left.name, part.sign, right.value, right)
    elif left.op == "literal" and right.op == "fact":
        yield _Bound(right.name, _MIRRORED[part.sign], left.value, left)


def _apart(one: _Bound, other: _Bound) -> bool:
    if one.sign[0] == other.sign[0]:
        return False
    low, high = (one, other) if one.sign[0] == ">" else (other, one)
    inclusive = "=" in low.sign and "=" in high.sign
    return bool(low.value > high.value or (low.value == high.value and not inclusive))
