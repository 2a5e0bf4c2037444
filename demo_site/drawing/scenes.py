"""The stories' pictures: places in a few flat shapes, wider than they are high."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import sin

from demo_site.drawing.shapes import bar, circle, document, path, ring

__all__ = ["SCENES", "draw_scene"]

_WIDE, _HIGH = 1200, 800
_BLACK, _WHITE, _RED, _YELLOW = "#17181c", "#fbfbf9", "#e4352b", "#ffc400"


def draw_scene(name: str) -> str:
    """The SVG file of one of SCENES."""
    return document(SCENES[name](), _WIDE, _HIGH)


def _quiet_car() -> Iterator[str]:
    """A night train's window, and whoever sits in it with headphones."""
    yield bar(0, 0, _WIDE, _HIGH, "#1d2059")
    yield bar(90, 120, 1020, 420, _BLACK, 60)
    yield bar(110, 140, 980, 380, "#2f3aa8", 44)
    yield circle(860, 250, 54, _YELLOW)
    for index in range(14):
        high = 60 + 70 * abs(sin(index * 1.3))
        yield path(f"M{110 + index * 70} 520l38 {-high:.0f}l38 {high:.0f}Z", "#1d2059")
    yield bar(0, 640, _WIDE, 160, _BLACK)
    yield bar(0, 622, _WIDE, 18, _RED)
    yield path("M300 640c0 -150 60 -190 130 -190s130 40 130 190Z", _WHITE)
    yield circle(430, 372, 88, "#d9a27c")
    yield path("M342 360a88 88 0 0 1 176 0c-30 -40 -140 -40 -176 0Z", _BLACK)
    yield path("M340 380A92 98 0 0 1 520 380", stroke=_RED, width=18)
    yield bar(326, 356, 34, 68, _RED, 16)
    yield bar(500, 356, 34, 68, _RED, 16)


def _live_room() -> Iterator[str]:
    """A studio from the front: loudspeakers, a desk, a window to the singer."""
    yield bar(0, 0, _WIDE, _HIGH, "#ffc400")
    for index in range(15):
        yield bar(40 + index * 80, 0, 40, 560, "#f0b000")
    yield bar(330, 130, 540, 280, _BLACK, 16)
    yield bar(350, 150, 500, 240, "#9fdcc0", 8)
    yield circle(600, 250, 46, _BLACK)
    yield path("M520 390c0 -70 36 -96 80 -96s80 26 80 96Z", _BLACK)
    yield bar(676, 214, 26, 60, _RED, 13)
    yield bar(686, 274, 6, 116, _RED)
    for x in (140, 940):
        yield bar(x, 230, 120, 220, _BLACK, 14)
        yield circle(x + 60, 376, 44, "#4b4e58")
        yield circle(x + 60, 376, 18, _WHITE)
        yield circle(x + 60, 282, 22, "#4b4e58")
    yield path("M120 560h960l60 160H60Z", _BLACK)
    for index in range(24):
        yield bar(170 + index * 37, 580 + (index * 29) % 70, 18, 12, _WHITE if index != 15 else _RED, 3)
    yield bar(0, 712, _WIDE, 88, "#d99a00")


def _four_screws() -> Iterator[str]:
    """A pair of headphones taken apart on a bench, in order."""
    yield bar(0, 0, _WIDE, _HIGH, "#9fdcc0")
    yield ring(250, 270, 130, 40, _WHITE)
    yield circle(560, 270, 120, _BLACK)
    yield ring(560, 270, 84, 8, "#4b4e58")
    yield circle(560, 270, 34, _RED)
    yield circle(860, 270, 130, _WHITE)
    for radius in (96, 64):
        yield ring(860, 270, radius, 7, "#b4b7bd")
    yield path("M150 700A450 320 0 0 1 700 560", stroke=_WHITE, width=40)
    for index in range(4):
        x, y = 800 + index * 92, 560
        yield circle(x, y, 28, _BLACK)
        yield bar(x - 17, y - 4, 34, 8, "#9fdcc0")
        yield bar(x - 4, y - 17, 8, 34, "#9fdcc0")
    yield bar(780, 660, 190, 44, _RED, 22)
    yield bar(970, 674, 150, 16, "#4b4e58", 4)


SCENES: Mapping[str, Callable[[], Iterator[str]]] = {
    "quiet-car": _quiet_car,
    "live-room": _live_room,
    "four-screws": _four_screws,
}
