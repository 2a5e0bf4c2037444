"""The few shapes that every picture is made of, as SVG text: flat, seen from the front, without outlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin

__all__ = [
    "HOME",
    "SIDE",
    "WORK",
    "Tone",
    "arc",
    "bar",
    "circle",
    "document",
    "dots",
    "group",
    "path",
    "ring",
    "spokes",
]

SIDE = 800
"""Pictures are squares of this many units."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a thing: its body, two steps away from it, what is cut into it, and its one light."""

    body: str
    near: str
    far: str
    cut: str
    light: str


HOME = Tone("#fbfbf9", "#dfe0e2", "#b4b7bd", "#17181c", "#ffc400")
"""What is for home is white, and stands before a strong colour."""
WORK = Tone("#17181c", "#2b2d34", "#4b4e58", "#fbfbf9", "#e4352b")
"""What is for work is black, and stands before a pale one."""


def document(parts: Iterable[str], width: int = SIDE, height: int = SIDE) -> str:
    """A whole SVG file."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>\n'


def circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, width: float, stroke: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def bar(x: float, y: float, width: float, height: float, fill: str, corner: float = 0) -> str:
    """A rectangle by its top left corner."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{corner:g}" fill="{fill}"/>'


def path(d: str, fill: str = "none", stroke: str = "none", width: float = 0) -> str:
    line = f' stroke="{stroke}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{d}" fill="{fill}"{line if width else ""}/>'


def arc(x: float, y: float, radius: float, height: float, width: float, stroke: str) -> str:
    """Half an ellipse standing on its ends: a headband."""
    d = f"M{x - radius:g} {y:g}A{radius:g} {height:g} 0 0 1 {x + radius:g} {y:g}"
    return path(d, stroke=stroke, width=width)


def dots(x: float, y: float, columns: int, rows: int, step: float, radius: float, fill: str) -> str:
    """A grille: holes in rows, the first at (x, y)."""
    return "".join(
        circle(x + column * step, y + row * step, radius, fill) for row in range(rows) for column in range(columns)
    )


def spokes(x: float, y: float, inner: float, outer: float, count: int, width: float, stroke: str) -> str:
    """Lines around a middle."""
    turns = [2 * pi * index / count for index in range(count)]
    d = "".join(
        f"M{x + cos(a) * inner:.1f} {y + sin(a) * inner:.1f}L{x + cos(a) * outer:.1f} {y + sin(a) * outer:.1f}"
        for a in turns
    )
    return path(d, stroke=stroke, width=width)


def group(parts: Iterable[str], transform: str) -> str:
    return f'<g transform="{transform}">{"".join(parts)}</g>'
