"""A page that comes in chunks, woven as far as it is certain, or compared with a kept plan as it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.html.marks import Mark
from edge.html.plan import Plan
from edge.html.scanner import Scanner
from edge.html.slots import Slots
from edge.html.weave import Fill, Weaver

__all__ = ["PLAN_LIMIT", "Replay", "Stream"]

PLAN_LIMIT = 2 * 1024 * 1024
"""Bytes of a page that is kept as a plan."""


class Stream:
    """Feed it chunks, give it fills for the names in `wanted`, take the bytes that are certain.

    What stands before the first slot without a decision, or whose end is not known yet, can be taken; all in all
    these are the bytes of `splice` on the whole page. `codec` is the page's charset, for names outside ASCII.
    """

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        self._scanner = Scanner(slots, codec)
        self._weaver = Weaver(self._cut)
        self._fills: dict[str, Fill | None] = {}
        self._met: dict[str, None] = {}
        self._seen = 0
        self._closed = False

    @property
    def shown(self) -> Mapping[str, bool]:
        """As of `Spliced`, for what was taken so far."""
        return self._weaver.shown

    @property
    def taken(self) -> int:
        """How many bytes of the page stand behind what was taken: whoever takes no more goes on from there."""
        return self._weaver.at

    def feed(self, data: bytes) -> None:
        self._scanner.feed(data)

    def close(self) -> None:
        """The page is complete. Once all that is wanted is given, `take` returns the rest."""
        self._closed = True
        self._scanner.close()

    def wanted(self) -> tuple[str, ...]:
        """The names of slots that the page has shown so far and that have no decision, in its order."""
        marks = self._marks()
        self._met.update((mark.name, None) for mark in marks[self._seen :])
        self._seen = max(self._seen, len(marks))
        return tuple(name for name in self._met if name not in self._fills)

    def give(self, fills: Mapping[str, Fill | None]) -> None:
        """Decisions by slot name; None shows the default."""
        self._fills.update(fills)

    def take(self) -> bytes:
        """What is certain and was not taken before."""
        self._weave()
        out = b"".join(self._weaver.out)
        self._weaver.out.clear()
        return out

    def plan(self) -> Plan | None:
        """The plan of the page, once it is closed; None for one that is too big to be kept."""
        scanner = self._scanner
        if not self._closed or scanner.base or len(scanner.buffer) > PLAN_LIMIT:
            return None
        return Plan(bytes(scanner.buffer), tuple(scanner.marks))

    def _marks(self) -> Sequence[Mark]:
        return self._scanner.marks

    def _cut(self, start: int, end: int) -> bytes:
        base = self._scanner.base
        return bytes(self._scanner.buffer[start - base : end - base])

    def _end(self) -> int:
        return self._scanner.base + len(self._scanner.buffer)

    def _weave(self) -> None:
        scanner = self._scanner
        self._weaver.weave(scanner.marks, scanner.certain, self._fills)
        scanner.drop(self._weaver.at)


class Replay(Stream):
    """A stream that expects the page of a kept plan. As long as the chunks are those of the plan nothing is
    scanned; the first difference goes on with the scanner, behind what was taken by then."""

    def __init__(self, kept: Plan, slots: Slots, codec: str = "utf-8") -> None:
        super().__init__(slots, codec)
        self._kept: Plan | None = kept
        self._same = 0
        """How much of the kept page has come."""

    @property
    def kept(self) -> bool:
        """Whether the page is that of the plan, so far."""
        return self._kept is not None

    def feed(self, data: bytes) -> None:
        if self._kept is not None:
            if self._kept.body.startswith(data, self._same):
                self._same += len(data)
                return
            self._differ(self._kept)
        super().feed(data)

    def close(self) -> None:
        if self._kept is None:
            super().close()
            return
        if self._same == len(self._kept.body):
            self._closed = True
            return
        self._differ(self._kept)
        super().close()

    def plan(self) -> Plan | None:
        return self._kept if self._kept is not None and self._closed else super().plan()

    def _differ(self, kept: Plan) -> None:
        self._kept = None
        self._seen = 0
        self._weaver.restart()
        self._scanner.feed(kept.body[: self._same])

    def _marks(self) -> Sequence[Mark]:
        if self._kept is None:
            return super()._marks()
        return self._kept.marks[: self._kept.count_before(self._end())]

    def _cut(self, start: int, end: int) -> bytes:
        return super()._cut(start, end) if self._kept is None else self._kept.body[start:end]

    def _end(self) -> int:
        return super()._end() if self._kept is None else self._same

    def _weave(self) -> None:
        if self._kept is None:
            super()._weave()
            return
        certain = self._certain(self._kept)
        marks = self._kept.marks[: self._kept.count_before(certain)]
        self._weaver.weave(marks, certain, self._fills)

    def _certain(self, kept: Plan) -> int:
        """What would come out the same whatever follows: nothing of a tag that is not complete, nor of a slot
        whose end the scanner would not have seen by now."""
        certain = self._same
        if self._closed:
            return certain
        tag = kept.body.rfind(b"<", self._weaver.at, certain)
        if tag >= 0 and kept.body.find(b">", tag, certain) < 0:
            certain = tag
        for mark in kept.marks[kept.count_before(self._weaver.at) : kept.count_before(certain)]:
            if mark.settled > self._same and self._fills.get(mark.name) is not None:
                return mark.start
        return certain
