"""What the checkers of one rule share: its text, what it may name, and the flaws found so far."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from functools import cached_property

from edge.errors import Flaw
from edge.facts import Catalogue, suggest
from edge.rules.syntax import Spans
from edge.rules.term import Term

__all__ = ["Reading"]

_SUGGESTIONS = 20  # a text of hundreds of unknown names must not cost hundreds of searches


class Reading:
    """One reading of one rule. A checker that finds a flaw notes it and gives None for the part; whoever gets
    None for a part gives None too, so that each mistake is told once and all of them are found.

    `segments` may contain names that it does not list: those of a file that is itself broken. Only a listed
    name may be suggested."""

    def __init__(self, spans: Spans, facts: Catalogue, segments: Collection[str]) -> None:
        self.facts = facts
        self.segments = segments
        self.flaws: list[Flaw] = []
        self._spans = spans
        self._suggestions = 0

    @cached_property
    def segment_names(self) -> frozenset[str]:
        """Those that may be suggested: worked out where one is, for most rules have no need of them."""
        return frozenset(self.segments)

    def span(self, node: ast.expr | Term) -> tuple[int, int]:
        return (node.start, node.end) if isinstance(node, Term) else self._spans.of(node)

    def text(self, node: ast.expr | Term) -> str:
        """The part as it was written."""
        start, end = self.span(node)
        return self._spans.text[start:end]

    def flaw(self, place: ast.expr | Term, cause: str, cure: str, until: ast.expr | Term | None = None) -> None:
        """Notes a flaw at `place`, or from there to the end of `until`."""
        end = self.span(until or place)[1]
        self.flaws.append(Flaw(cause, cure, self.span(place)[0], end))

    def suggest(self, word: str, names: Iterable[str]) -> str | None:
        self._suggestions += 1
        return suggest(word, names) if self._suggestions <= _SUGGESTIONS else None
