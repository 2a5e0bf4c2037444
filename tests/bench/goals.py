"""What the rows of the pages' bench have to reach, as ratios within one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["GOALS", "Goal"]


@dataclass(frozen=True)
class Goal:
    """`row` serves at least `times` as many pages a second as `beside`; both are names of rows."""

    row: str
    beside: str
    times: float

    def told(self, speeds: Mapping[str, float]) -> str:
        """The line that the bench prints."""
        line = f"{f'{self.row} / {self.beside}':60} goal {self.times:6.2f}"
        missing = [name for name in (self.row, self.beside) if name not in speeds]
        if missing:
            return f"{line}   no row: {', '.join(missing)}"
        ratio = speeds[self.row] / speeds[self.beside]
        return f"{line}{ratio:9.2f}   {'met' if ratio >= self.times else 'not met'}"


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
)
