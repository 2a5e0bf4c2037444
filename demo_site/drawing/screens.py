"""What computers show: a sound, always, each in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import cos, exp, sin

from demo_site.drawing.shapes import bar, circle, path, ring

__all__ = ["draw_screen"]

_GLASS = "#17181c"
_INK = ("#ffc400", "#e4352b", "#9fdcc0", "#fbfbf9")


def draw_screen(shows: str, x: float, y: float, width: float, height: float) -> Iterator[str]:
    """A screen that is on; (x, y) is its top left corner."""
    yield bar(x, y, width, height, _GLASS, 8)
    yield from _PICTURES[shows](x, y, width, height)


def _bars(x: float, y: float, width: float, height: float) -> Iterator[str]:
    count = 25
    step = width * 0.84 / count
    for index in range(count):
        swell = exp(-(((index - 12) / 8) ** 2)) * (0.45 + 0.55 * abs(sin(index * 1.7)))
        high = max(height * 0.7 * swell, 6)
        fill = _INK[0] if index < 14 else "#4b4e58"
        left = x + width * 0.08 + index * step
        yield bar(left, y + (height - high) / 2, step * 0.55, high, fill, step * 0.27)


def _wave(x: float, y: float, width: float, height: float) -> Iterator[str]:
    for line in range(9):
        points = []
        for step in range(49):
            t = step / 48
            lift = exp(-(((t - 0.5) * 4) ** 2)) * (0.5 + 0.5 * sin(t * 19 + line * 1.9) * cos(line + t * 7))
            points.append(
                f"{x + width * (0.08 + 0.84 * t):.0f} {y + height * (0.24 + line * 0.08 - 0.2 * lift):.0f}"
            )
        yield path("M" + "L".join(points), _GLASS, _INK[2] if line != 4 else _INK[0], 3.5)


def _rings(x: float, y: float, width: float, height: float) -> Iterator[str]:
    middle = x + width / 2, y + height / 2
    for index in range(6):
        yield ring(*middle, height * (0.07 + index * 0.065), 9, _INK[index % 4])
    yield circle(*middle, 8, _INK[3])


def _staff(x: float, y: float, width: float, height: float) -> Iterator[str]:
    for row in range(4):
        top = y + height * (0.14 + row * 0.2)
        for line in range(5):
            yield bar(x + width * 0.1, top + line * 13, width * 0.8, 2, "#4b4e58")
        for note in range(6):
            high = top + 13 * ((note * 7 + row * 5) % 9) / 2
            left = x + width * (0.17 + note * 0.13)
            fill = _INK[0] if (note, row) == (3, 1) else _INK[3]
            yield circle(left, high, 8, fill)
            yield bar(left + 5, high - 40, 3, 40, fill)


def _mixer(x: float, y: float, width: float, height: float) -> Iterator[str]:
    count = 12
    for index in range(count):
        left = x + width * (0.07 + index * 0.86 / count)
        level = 0.3 + 0.6 * abs(sin(index * 2.3 + 1))
        yield bar(left, y + height * 0.14, width * 0.03, height * 0.72, "#2b2d34", 4)
        high = height * 0.72 * level
        fill = _INK[1] if level > 0.86 else _INK[2]
        yield bar(left, y + height * 0.86 - high, width * 0.03, high, fill, 4)


_PICTURES: Mapping[str, Callable[[float, float, float, float], Iterator[str]]] = {
    "bars": _bars,
    "wave": _wave,
    "rings": _rings,
    "staff": _staff,
    "mixer": _mixer,
}
