"""Plan + blocks → bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.html.plan import Plan
from edge.html.weave import Fill, Weaver

__all__ = ["Fill", "Spliced", "splice"]


@dataclass(frozen=True, slots=True)
class Spliced:
    """A page made for its visitor. `shown` says of each slot of the page that had a fill whether it took it: False
    means that the page's own markup at the slot could not; a slot that went with an outer one is not in it.
    `pieces` are what the body is joined from: parts of the page, and blocks. `inside` is what stands in the slots
    of the plan, for `Plan.join`; None where that does not make the page."""

    pieces: Sequence[bytes]
    shown: Mapping[str, bool]
    inside: tuple[bytes, ...] | None = None

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


def splice(plan: Plan, fills: Mapping[str, Fill]) -> Spliced:
    """The page with its slots filled; a slot that is not in `fills` shows its default."""
    if plan.holes is None:
        return _weave(plan, fills)
    pieces = list(plan.pieces)
    shown = {}
    for index, name in plan.holes:
        fill = fills.get(name)
        if fill is None:
            continue
        if fill.block is None or fill.place != "inside" or fill.set:
            return _weave(plan, fills)
        pieces[index] = fill.block
        shown[name] = True
    return Spliced(pieces, shown, tuple(pieces[1::2]))


def _weave(plan: Plan, fills: Mapping[str, Fill]) -> Spliced:
    body = plan.body
    weaver = Weaver(lambda start, end: body[start:end])
    weaver.weave(plan.marks, len(body), {name: fills.get(name) for name in plan.names})
    return Spliced(weaver.out, weaver.shown)
