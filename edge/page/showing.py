"""What the slots of one page show its visitor."""

from __future__ import annotations

import logging
import time
from collections.abc import Container, Iterable, Iterator, Mapping

from edge.blocks import Block, BlockFailed
from edge.decisions import decide
from edge.html import Fill, encode
from edge.model import Decision
from edge.page.counts import Cell
from edge.page.faults import attempt, cell_of
from edge.page.setup import Setup
from edge.page.visit import Visit

__all__ = ["Showing", "tell"]

log = logging.getLogger("edge.page")


class Showing:
    """Decides each slot of a page once, within what is left of the budget, and keeps what became of it."""

    __slots__ = ("_began", "_cpu", "_setup", "_spent", "decisions", "visit")

    def __init__(self, setup: Setup, visit: Visit) -> None:
        self._setup = setup
        self._spent = self._began = self._cpu = 0.0
        self.visit = visit
        self.decisions: dict[str, Decision] = {}

    def begin(self) -> None:
        """Before some slots are decided in one go."""
        self._began, self._cpu = time.monotonic(), time.thread_time()

    def end(self) -> None:
        """Behind them: what the process does until the next ones is none of ours."""
        self._spent += time.thread_time() - self._cpu

    def fill(self, slot: str, codec: str) -> Fill | None:
        """What goes into the slot; None for its default content. The visit is ready before."""
        self.decisions[slot], fill = self._decide(slot, codec)
        return fill

    def _decide(self, slot: str, codec: str) -> tuple[Decision, Fill | None]:
        setup, visit = self._setup, self.visit
        reason = "late" if self._is_late() else visit.lacks(slot)
        if reason is not None:
            return Decision(slot, reason), None
        if visit.env["bot"]:
            return Decision(slot, "bot"), None
        decision = decide(slot, setup.experiences.get(slot, ()), visit.env, visit.clock, self._is_late)
        if decision.reason != "matched":
            return decision, None
        attributes = tuple((name.encode(), encode(value, codec)) for name, value in decision.set)
        if decision.block is None:
            shows_something = decision.set or decision.place == "remove"
            return decision, Fill(None, decision.place, attributes) if shows_something else None
        try:
            block = setup.renditions.render(setup.blocks[decision.block], visit.env, codec)
        except BlockFailed as error:
            self._report(setup.blocks[decision.block], error)
            return Decision(slot, "failed"), None
        return decision, Fill(block, decision.place, attributes)

    def _is_late(self) -> bool:
        """Whether deciding has used the budget up. A process that the machine did not let run has not, nor one
        that answered others between two slots: what is still to decide costs microseconds."""
        left = self._setup.budget - self._spent
        # The first of them is ten times as quick, and nearly always enough: no thread runs longer than time goes.
        return time.monotonic() - self._began > left and time.thread_time() - self._cpu > left

    def _report(self, block: Block, error: BlockFailed) -> None:
        if (block,) not in self._setup.reported:
            self._setup.reported.add((block,))
            log.warning("block %s fails for some visitors, reported once: %s", block.name, error)

    def fail(self, slot: str) -> None:
        """The slot keeps its default: working out what to show in it went wrong."""
        self.decisions[slot] = Decision(slot, "failed")

    def settle(self, shown: Mapping[str, bool]) -> Cell:
        """What became of the decisions, and where it is counted. `shown` says of each slot that had something to
        show whether its place in the page took it; a slot that is not in it has gone with the slot around it."""
        for slot, decision in self.decisions.items():
            if decision.reason == "matched" and shown.get(slot) is False:
                self.decisions[slot] = Decision(slot, "page")
        cell = cell_of(self._setup, tuple(_counted(self.decisions.values(), shown)))
        tell(self._setup, self.visit, self.decisions, cell)
        return cell

    def bar(self) -> str:
        """The preview's bar, for the end of the page; empty outside a preview."""
        return ""


def tell(setup: Setup, visit: Visit, decisions: Mapping[str, Decision], cell: Cell) -> None:
    """Says what the slots of a page show, to whom it may concern."""
    attempt(setup, visit.count_page, cell)
    if log.isEnabledFor(logging.DEBUG):
        attempt(setup, _log, decisions.values())


def _log(decisions: Iterable[Decision]) -> None:
    for one in decisions:
        log.debug("slot=%s reason=%s experience=%s block=%s", one.slot, one.reason, one.experience, one.block)


def _counted(decisions: Iterable[Decision], shown: Container[str]) -> Iterator[tuple[str, str]]:
    for one in decisions:
        if one.reason != "matched":
            yield "defaulted", one.reason
        elif one.slot in shown:
            yield "tailored", one.slot
