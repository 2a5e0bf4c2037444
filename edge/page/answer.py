"""What the slots of one page show to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from edge.html import Fill, Spliced
from edge.model import Decision
from edge.page.counts import Cell

__all__ = ["Answer", "lasts"]

_LASTING = frozenset(("matched", "no match", "bot", "page"))
"""What would be decided again, of the same visitor at the same time."""


@dataclass(slots=True, eq=False)
class Answer:
    """What the slots of one page show, and where it is counted. The page is joined from `inside`, what stands in
    its slots; where that is not all, `spliced` is the page until it has left once. The answer holds from `since`
    until `until`, and weighs so many bytes: none where it is not kept."""

    decisions: Mapping[str, Decision]
    fills: Mapping[str, Fill]
    cell: Cell
    inside: tuple[bytes, ...] | None = None
    spliced: Spliced | None = None
    digest: bytes | None = None
    weight: int = 0
    since: float = -inf
    until: float = inf


def lasts(decisions: Mapping[str, Decision]) -> bool:
    """Whether all of this would be decided again. Where something has failed, nothing is sure to be."""
    return all(one.reason in _LASTING for one in decisions.values())
