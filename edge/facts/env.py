"""The facts of one request, each worked out when a rule or block first reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from edge.model import Value

__all__ = ["Env", "Source", "Verdicts"]

Source = Callable[[Any], Value]
"""Works one fact out of the subject: whatever the visitors room made of the request."""


class Verdicts(dict[str, bool]):
    """Which segments the visitor is in, by name. A name that nothing is known of is False."""

    __slots__ = ()

    def __missing__(self, name: str) -> bool:
        return False


class Env(dict[str, Value]):
    """Fact values by name. A value is computed by its source at its first read and kept for the page.

    `known` goes before the sources: a persona's facts, or values somebody else already has. `segments` holds
    the verdicts about segments: none until the rules room binds them.
    """

    __slots__ = ("segments", "sources", "subject")

    def __init__(
        self, sources: Mapping[str, Source], subject: Any, known: Mapping[str, Value] | None = None
    ) -> None:
        super().__init__(known or {})
        self.sources = sources
        self.subject = subject
        self.segments = Verdicts()

    def __missing__(self, name: str) -> Value:
        source = self.sources.get(name)
        value = None if source is None else source(self.subject)
        self[name] = value
        return value
