"""What the slots of one page show somebody in preview: with the bar at its end, or with the defaults alone."""

from __future__ import annotations

from collections.abc import Mapping

from edge.bar import DEFAULTS, Bar, Row, css, marked, render_bar
from edge.decisions import explain
from edge.html import Fill, Selector
from edge.model import Decision
from edge.page.counts import Cell
from edge.page.faults import attempt
from edge.page.setup import Setup
from edge.page.showing import Showing
from edge.page.visit import Visit

__all__ = ["Previewing", "showing_for"]

_HEAD = frozenset({"base", "head", "link", "meta", "style", "title"})
"""Elements of a page's head, which a selector finds."""


def showing_for(setup: Setup, visit: Visit) -> Showing:
    """What decides the slots of a page: with the bar for somebody who previews it."""
    return Showing(setup, visit) if visit.preview is None else Previewing(setup, visit)


class Previewing(Showing):
    """Blocks are put so that the bar finds them again; where the bar will not be, they are as for anybody."""

    __slots__ = ("_filled", "_shown")

    def __init__(self, setup: Setup, visit: Visit) -> None:
        super().__init__(setup, visit)
        self._filled: set[str] = set()
        self._shown: Mapping[str, bool] = {}

    def fill(self, slot: str, codec: str) -> Fill | None:
        if self.visit.wants_defaults:
            return None
        fill = super().fill(slot, codec)
        if fill is None:
            return None
        self._filled.add(slot)
        return marked(slot, fill, self._selector(slot)) if self.visit.has_bar else fill

    def settle(self, shown: Mapping[str, bool]) -> Cell:
        self._shown = dict(shown)
        return super().settle(shown)

    def bar(self) -> str:
        if self.visit.wants_defaults:
            return DEFAULTS
        if not self.visit.has_bar:
            return ""
        return attempt(self._setup, self._bar) or ""

    def _bar(self) -> str:
        setup, visit = self._setup, self.visit
        persona = visit.persona
        rows = [attempt(setup, self._row, decision) or Row(decision) for decision in self.decisions.values()]
        return render_bar(
            Bar(
                list(setup.personas.values()),
                persona.name if persona else None,
                visit.prefix,
                visit.address,
                rows,
                setup.zone,
            )
        )

    def _selector(self, slot: str) -> Selector | None:
        return next((selector for selector, name in self._setup.slots.selectors if name == slot), None)

    def _row(self, decision: Decision) -> Row:
        setup, slot = self._setup, decision.slot
        experiences, selector = setup.experiences.get(slot, ()), self._selector(slot)
        return Row(
            decision,
            experiences,
            explain(experiences, self.visit.env, self.visit.clock),
            css(selector) if selector else "",
            setup.slots.times.get(slot),
            slot in self._filled and slot not in self._shown,
            selector is not None and selector.tag in _HEAD,
        )
