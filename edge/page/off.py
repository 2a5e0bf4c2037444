"""Where Edge is turned off: what it still answers, and whom the app behind finds, of whom nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.model import Value, Visitor
from edge.page.endpoints import endpoint_at, own_path
from edge.page.health import health
from edge.page.visit import Visit
from edge.types import ASGIApp, Scope

__all__ = ["NoVisit", "Off"]


@dataclass(frozen=True, slots=True)
class Off:
    """What is answered below `prefix` all the same: health checks, and `endpoints` by path. `style_path` is the
    whole one of the widgets' style as it is now."""

    prefix: str
    endpoints: Mapping[str, ASGIApp]
    style_path: str

    def answer(self, scope: Scope) -> ASGIApp | None:
        """None where the answer is the app's."""
        path = own_path(scope, self.prefix)
        return None if path is None else endpoint_at(self.endpoints, path) or health(path, scope["method"])


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
