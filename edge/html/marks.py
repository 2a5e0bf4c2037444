"""Where the slots of a page stand: what the scanner finds out, and all that a splice needs to know."""

from __future__ import annotations

from edge.model import Place

__all__ = ["AROUND", "EVERYWHERE", "NOWHERE", "WITHIN", "Mark"]

WITHIN: frozenset[Place] = frozenset({"inside", "prepend", "append"})
AROUND: frozenset[Place] = frozenset({"replace", "remove", "before", "after"})
EVERYWHERE: frozenset[Place] = WITHIN | AROUND
NOWHERE: frozenset[Place] = frozenset()


class Mark:
    """One occurrence of a slot; offsets are bytes from the start of the page.

    `<div data-edge-slot="hero">old</div>`: `start` is at `<div`, `inner` at `old`, `end` at `</div`, `after`
    behind it. Where no end tag closes the slot, `after` is `end`. While the end is not known both are -1; `lost`
    says that it never will be, or that cutting there would not be safe: the slot keeps what it holds.
    """

    __slots__ = (
        "after",
        "end",
        "fixed",
        "inner",
        "lost",
        "name",
        "pair",
        "places",
        "settled",
        "start",
        "text_only",
    )

    def __init__(self, name: str, start: int, inner: int, places: frozenset[Place] = EVERYWHERE) -> None:
        self.name = name
        self.start = start
        self.inner = inner
        self.end = -1
        self.after = -1
        self.lost = False
        self.settled = -1
        """How much of the page it took to know the end, or that it is lost."""
        self.places = places
        self.text_only = False
        """The host (title, textarea, option) shows tags as text or drops them: it takes blocks without any."""
        self.fixed = False
        """The host runs code that its attributes choose: none is set."""
        self.pair = False
        """Between two comments, so there is no tag to set attributes of."""

    def close(self, end: int, after: int, settled: int) -> None:
        self.end, self.after, self.settled = end, after, settled

    def lose(self, settled: int) -> None:
        self.lost, self.settled = True, settled

    @property
    def closed(self) -> bool:
        return self.end >= 0

    def __repr__(self) -> str:
        where = "lost" if self.lost else f"{self.start}-{self.inner}-{self.end}-{self.after}"
        return f"<Mark {self.name} {where}>"
