"""What the rows of the pages' bench have to reach, as ratios within one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["GOALS", "Goal", "Measured"]


@dataclass(frozen=True)
class Measured:
    """Of one row: pages a second, processor time of a page, bytes of a page's body as they are sent."""

    speed: float
    cost: float
    sent: float


@dataclass(frozen=True)
class Goal:
    """Of two rows, by their names: `row` serves at least `times` as many pages a second as `beside`; or, where
    `bytes_sent`, sends at most so many times its bytes."""

    row: str
    beside: str
    times: float
    bytes_sent: bool = False

    def told(self, rows: Mapping[str, Measured]) -> str:
        """The line that the bench prints."""
        kind, bound = (" in bytes sent", "at most") if self.bytes_sent else ("", "at least")
        line = f"{f'{self.row} / {self.beside}{kind}':60} {bound} {self.times:.2f}:"
        without = [name for name in (self.row, self.beside) if name not in rows]
        if without:
            return f"{line} no row {'; '.join(without)}"
        return f"{line} {self._found(rows[self.row], rows[self.beside])}"

    def _found(self, one: Measured, other: Measured) -> str:
        if self.bytes_sent:
            ratio = one.sent / other.sent
            return f"{ratio:.2f}, {'met' if ratio <= self.times else 'not met'}"
        ratio = one.speed / other.speed
        verdict = "met" if ratio >= self.times else "not met"
        return f"{ratio:.2f}, {verdict}; in processor time {other.cost / one.cost:.2f}"


GOALS = (
    Goal("Edge", "bare", 0.8),
    Goal("Edge", "workerd, hand-cut page", 2),
    Goal("Edge", "nginx SSI", 4),
    Goal("Edge", "Varnish ESI", 4.4),
    Goal("Edge", "workerd, HTMLRewriter", 14),
    Goal("Edge", "GrowthBook edge worker", 90),
    Goal("Edge", "wagtail-personalisation, 8 segments", 450),
    Goal("Edge, first visit", "bare", 0.6),
    Goal("Edge, unseen pages streamed", "workerd, HTMLRewriter", 1),
    Goal("Edge, a token in each page", "Edge", 0.5),
    Goal("Edge, gzip", "GZipMiddleware", 20),
    Goal("Edge, gzip", "bare", 0.6),
    Goal("Edge, compressing", "GZipMiddleware", 20),
    Goal("Edge, compressing", "bare", 0.6),
    Goal("Edge, gzip", "bare, gzip", 1.5, bytes_sent=True),
    Goal("Edge, profiles and events", "bare", 0.6),
)
