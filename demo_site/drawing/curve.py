"""What was measured of a product, as a line: how loud each pitch is, or how loud a computer is at work."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["draw_curve"]


def draw_curve(levels: Sequence[float], width: float, height: float, low: float, high: float) -> str:
    """The `d` of a path from the left edge to the right, through `levels` at equal steps, smooth between them.
    `low` stands at the bottom, `high` at the top."""
    step = width / (len(levels) - 1)
    points = [(index * step, height * (1 - (level - low) / (high - low))) for index, level in enumerate(levels)]
    d = f"M{points[0][0]:.0f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        d += f"C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {x1:.0f} {y1:.1f}"
    return d
