"""What the app behind finds where Edge is turned off: somebody of whom nothing is known."""

from __future__ import annotations

from edge.model import Value, Visitor
from edge.page.visit import Visit

__all__ = ["NoVisit"]


class NoVisit(Visit):
    """A `Visit` for the app alone, which goes on to read `scope["edge"]` when somebody has pulled the emergency
    switch. It depends on nothing, so nothing in it can fail, and no response leaves differently for it."""

    __slots__ = ()

    def __init__(self) -> None:
        """There is nothing to work anything out with."""

    @property
    def visitor(self) -> Visitor:
        return Visitor()

    @property
    def segments(self) -> frozenset[str]:
        return frozenset()

    def segment(self, name: str) -> bool:
        return False

    def fact(self, name: str) -> Value:
        return None
