"""What the rows of the pages' bench have to reach, as ratios within one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["GOALS", "Goal"]


@dataclass(frozen=True)
class Goal:
    """Of two rows, by their names: `row` serves at least `times` as many pages a second as `beside`; or, where
    `bytes_sent`, sends at most so many times its bytes."""

    row: str
    beside: str
    times: float
    bytes_sent: bool = False

    def told(self, speeds: Mapping[str, float], sent: Mapping[str, float]) -> str:
        """The line that the bench prints."""
        figures, kind, bound = (sent, " in bytes sent", "at most") if self.bytes_sent else (speeds, "", "at least")
        line = f"{f'{self.row} / {self.beside}{kind}':60} {bound} {self.times:.2f}:"
        without = [name for name in (self.row, self.beside) if name not in figures]
        if without:
            return f"{line} no row {'; '.join(without)}"
        ratio = figures[self.row] / figures[self.beside]
        met = ratio <= self.times if self.bytes_sent else ratio >= self.times
        return f"{line} {ratio:.2f}, {'met' if met else 'not met'}"


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
    Goal("Edge, gzip", "bare, gzip", 1.5, bytes_sent=True),
)
