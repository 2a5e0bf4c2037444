"""What the slots of a page show that comes as it is made: one by one, for nobody knows yet which others follow."""

from __future__ import annotations

from collections.abc import Iterable

from edge.html import Fill
from edge.page.answer import Answer
from edge.page.counts import Cell
from edge.page.fallback import fills
from edge.page.recalling import recall, remember
from edge.page.setup import Setup
from edge.page.showing import Showing

__all__ = ["choose"]


def choose(setup: Setup, showing: Showing, slots: Iterable[str], codec: str) -> dict[str, Fill | None]:
    """What goes into these slots, as it was decided for somebody of whom the same is known, or now; None for the
    default content."""
    if showing.visit.preview is not None:
        return fills(setup, showing, slots, codec)
    return {slot: _choose(setup, showing, slot, codec) for slot in slots}


def _choose(setup: Setup, showing: Showing, slot: str, codec: str) -> Fill | None:
    visit, only = showing.visit, (slot,)
    key, answer = recall(setup, visit, only, (visit.path, slot, codec))
    if answer is None:
        answer = _decided(setup, showing, slot, codec)
        remember(setup, visit, only, key, answer)
    showing.decisions[slot] = answer.decisions[slot]
    return answer.fills.get(slot)


def _decided(setup: Setup, showing: Showing, slot: str, codec: str) -> Answer:
    fill = fills(setup, showing, (slot,), codec)[slot]
    return Answer({slot: showing.decisions[slot]}, {} if fill is None else {slot: fill}, Cell(()))
