"""A page that comes in chunks, woven as far as it is certain."""

from __future__ import annotations

from collections.abc import Mapping

from edge.html.plan import Plan
from edge.html.scanner import Scanner
from edge.html.slots import Slots
from edge.html.weave import Fill, Weaver

__all__ = ["Stream"]


class Stream:
    """Feed it chunks, give it fills for the names in `wanted`, take the bytes that are certain."""

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        self._scanner = Scanner(slots, codec)
        self._weaver = Weaver(lambda start, end: bytes(self._scanner.buffer[start:end]))
        self._fills: dict[str, Fill | None] = {}
        self._plan: Plan | None = None

    @property
    def shown(self) -> Mapping[str, bool]:
        return self._weaver.shown

    def feed(self, data: bytes) -> None:
        self._scanner.feed(data)

    def close(self) -> None:
        self._scanner.close()

    def wanted(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mark.name for mark in self._scanner.marks if mark.name not in self._fills))

    def give(self, fills: Mapping[str, Fill | None]) -> None:
        self._fills.update(fills)

    def take(self) -> bytes:
        self._weaver.weave(self._scanner.marks, self._scanner.certain, self._fills)
        out = b"".join(self._weaver.out)
        self._weaver.out.clear()
        return out

    def bail(self) -> bytes:
        return bytes(self._scanner.buffer[self._weaver.at :])

    def plan(self) -> Plan | None:
        return Plan(bytes(self._scanner.buffer), tuple(self._scanner.marks))
