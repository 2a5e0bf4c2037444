"""A plot as an SVG for the README: lines over points that stand at equal distances, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["plot"]

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 20, 96, 56

_STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .grid { stroke: #d1d9e0 }
  path, .key { fill: none; stroke-width: 2.5 }
  .a { stroke: #0969da } .b { stroke: #bc4c00 } .c { stroke: #1a7f37 }
  .b:not(circle) { stroke-dasharray: 7 4 } .c:not(circle) { stroke-dasharray: 2 4 }
  circle { stroke-width: 2; fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .grid { stroke: #3d444d }
    .a { stroke: #4493f8 } .b { stroke: #f0883e } .c { stroke: #3fb950 }
    circle { fill: #0d1117 }
  }
"""


def plot(title: str, across: str, points: Sequence[int], up: str, series: Mapping[str, Sequence[float]]) -> str:
    """The SVG: of each series, a value above zero for each of the points. `across` and `up` name the axes, with
    their units. Three series at most."""
    low, high = _bounds([value for values in series.values() for value in values])
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text x="12" y="20">{escape(up)}</text>',
        *_ticks(low, high),
        *(
            f'<text x="{_x(at, len(points)):.1f}" y="{_HEIGHT - _BOTTOM + 22}" text-anchor="middle">{one:,}</text>'
            for at, one in enumerate(points)
        ),
        f'<text x="{middle:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
    ]
    for number, (name, values) in enumerate(series.items()):
        places = [(_x(at, len(points)), _y(value, low, high)) for at, value in enumerate(values)]
        lines += _line("abc"[number], name, number, places)
    return "\n".join([*lines, "</svg>", ""])


def _line(kind: str, name: str, number: int, places: Sequence[tuple[float, float]]) -> list[str]:
    """A series, and what the legend says of it."""
    y = 42 + 20 * number
    return [
        f'<path class="{kind}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in places)}"/>',
        *(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places),
        f'<line class="key {kind}" x1="{_LEFT}" y1="{y - 4}" x2="{_LEFT + 36}" y2="{y - 4}"/>',
        f'<text x="{_LEFT + 44}" y="{y}">{escape(name)}</text>',
    ]


def _ticks(low: float, high: float) -> list[str]:
    lines = []
    for tick in _steps(low, high):
        y = _y(tick, low, high)
        lines += [
            f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>',
            f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{tick:,.0f}</text>',
        ]
    return lines


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """The steps below the least and above the most of the values."""
    every = [10.0**power * digit for power in range(7) for digit in (1, 2, 5)]
    low = max(step for step in every if step <= max(min(values), 1))
    return low, min(step for step in every if step >= max(*values, 2 * low))


def _steps(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 and so on; of a long scale only 1, 10, 100."""
    digits = (1, 2, 5) if high / low <= 1000 else (1,)
    return [step for power in range(7) for digit in digits if low <= (step := 10.0**power * digit) <= high]


def _x(at: int, count: int) -> float:
    room = (_WIDTH - _LEFT - _RIGHT) / count
    return _LEFT + room * (at + 0.5)


def _y(value: float, low: float, high: float) -> float:
    share = math.log(value / low) / math.log(high / low)
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
