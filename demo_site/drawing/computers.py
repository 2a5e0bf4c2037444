"""Computers: boxes with a grille, and screens with something to stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from demo_site.drawing.screens import draw_screen
from demo_site.drawing.shapes import Tone, bar, circle, dots, path, ring

__all__ = [
    "draw_console",
    "draw_core",
    "draw_cube",
    "draw_laptop",
    "draw_monitor",
    "draw_rack",
    "draw_slab",
    "draw_stagebox",
    "draw_tablet",
    "draw_tower",
]


def draw_laptop(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """Open, from the front; a larger one is larger."""
    wide = 300 + look["size"] * 14
    high = wide * 0.63
    left, top = 400 - wide / 2, 588 - high
    yield bar(left, top, wide, high + 14, tone.body, 22)
    yield from draw_screen(look["screen"], left + 18, top + 18, wide - 36, high - 30)
    yield circle(400, top + 9, 3.5, tone.far)
    yield path(f"M{left - 62:g} 622L{left:g} 588H{left + wide:g}L{left + wide + 62:g} 622Z", tone.near)
    yield dots(left + 6, 601, 6, 2, 9, 2.4, tone.cut)
    yield dots(left + wide - 51, 601, 6, 2, 9, 2.4, tone.cut)
    yield path(f"M{left - 62:g} 622h{wide + 124:g}q-4 26 -40 26h{-wide - 44:g}q-36 0 -40 -26Z", tone.body)
    yield bar(340, 622, 120, 11, tone.far, 5)
    yield circle(left + wide + 14, 635, 5, tone.light)


def draw_cube(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield bar(214, 596, 372, 30, tone.far, 15)
    yield bar(200, 214, 400, 392, tone.body, 56)
    yield bar(200, 300, 400, 5, tone.near)
    yield dots(250, 356, 13, 8, 25, 6.4, tone.cut)
    yield ring(540, 258, 13, 5, tone.far)
    yield circle(260, 258, 9, tone.light)


def draw_monitor(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield path("M350 560h100l14 118h-128Z", tone.far)
    yield bar(270, 672, 260, 16, tone.near, 8)
    yield bar(92, 176, 616, 404, tone.body, 24)
    yield from draw_screen(look["screen"], 112, 196, 576, 330)
    yield dots(136, 546, 45, 2, 12, 3, tone.cut)
    yield circle(688, 552, 5, tone.light)


def draw_tablet(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield bar(196, 140, 404, 540, tone.far, 34)
    yield bar(190, 134, 404, 540, tone.body, 34)
    yield from draw_screen(look["screen"], 214, 158, 356, 492)
    yield bar(620, 190, 22, 400, tone.body, 11)
    yield bar(620, 190, 22, 60, tone.light, 11)
    yield path("M620 582h22l-11 38Z", tone.cut)


def draw_slab(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """As a book lies on a shelf, with two that stand beside it."""
    yield bar(90, 612, 620, 16, tone.far, 4)
    yield bar(150, 470, 500, 142, tone.body, 18)
    yield dots(186, 508, 22, 4, 14, 4, tone.cut)
    yield ring(592, 541, 40, 7, tone.near)
    yield circle(592, 541, 24, tone.near)
    yield circle(592, 517, 6, tone.light)
    for left, high, fill in (
        (176, 250, tone.near),
        (226, 290, tone.body),
        (276, 230, tone.far),
        (320, 270, tone.near),
    ):
        yield bar(left, 470 - high, 38, high, fill, 4)
    yield bar(236, 220, 18, 60, tone.light)
    yield circle(520, 364, 106, tone.cut)
    for radius in (88, 72, 56):
        yield ring(520, 364, radius, 3, "#4b4e58")
    yield circle(520, 364, 34, tone.light)
    yield circle(520, 364, 7, tone.cut)


def draw_tower(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield bar(266, 690, 60, 22, tone.far, 6)
    yield bar(474, 690, 60, 22, tone.far, 6)
    yield path("M300 116V84q0 -18 18 -18h164q18 0 18 18v32", stroke=tone.far, width=20)
    yield bar(236, 110, 328, 586, tone.body, 30)
    yield circle(400, 300, 126, tone.near)
    for radius in (104, 78, 52):
        yield ring(400, 300, radius, 9, tone.far)
    yield circle(400, 300, 24, tone.cut)
    yield circle(400, 300, 9, tone.light)
    yield dots(280, 470, 11, 8, 24, 6, tone.far)
    yield bar(280, 662, 90, 6, tone.far, 3)
    yield circle(520, 665, 7, tone.light)


def draw_rack(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    for unit, top in enumerate((262, 414)):
        yield bar(64, top, 672, 140, tone.body, 10)
        for side in (80, 704):
            yield bar(side, top + 26, 16, 88, tone.far, 8)
        yield from _rack_face(unit, top, tone)


def _rack_face(unit: int, top: float, tone: Tone) -> Iterator[str]:
    if unit:
        yield dots(136, top + 34, 18, 4, 24, 6.4, tone.far)
        for row in range(3):
            yield bar(590, top + 28 + row * 30, 92, 22, tone.near, 4)
            yield circle(670, top + 39 + row * 30, 4, tone.light if row == 1 else tone.cut)
        return
    for index in range(16):
        lit = 2 + (index * 5) % 7
        for step in range(9):
            fill = tone.light if step == 8 and lit == 8 else tone.cut if step < lit else tone.near
            yield bar(136 + index * 26, top + 104 - step * 10, 17, 6, fill)
    yield circle(616, top + 70, 42, tone.near)
    yield bar(612, top + 30, 8, 34, tone.light, 4)


def draw_core(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield bar(130, 600, 540, 24, tone.far, 12)
    yield bar(104, 300, 592, 312, tone.body, 30)
    for index in range(4):
        yield from _socket(178 + index * 84, 520, 34, tone)
        yield circle(178 + index * 84, 412, 27, tone.near)
        yield bar(175 + index * 84, 387, 6, 22, tone.cut if index != 2 else tone.light, 3)
    yield circle(590, 446, 74, tone.near)
    yield ring(590, 446, 60, 6, tone.far)
    yield bar(586, 378, 8, 44, tone.light, 4)
    yield dots(538, 560, 9, 2, 13, 3.4, tone.far)
    yield bar(150, 338, 120, 8, tone.far, 4)


def _socket(x: float, y: float, radius: float, tone: Tone) -> Iterator[str]:
    """Where a microphone's cable goes in."""
    yield circle(x, y, radius, tone.far)
    yield circle(x, y, radius * 0.78, tone.body)
    for across, down in ((-0.32, -0.1), (0.32, -0.1), (0, 0.36)):
        yield circle(x + across * radius, y + down * radius, radius * 0.14, tone.cut)


def draw_console(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield bar(110, 150, 580, 340, tone.body, 24)
    yield from draw_screen(look["screen"], 130, 170, 540, 292)
    yield path("M110 486h580l56 172q4 14 -12 14H66q-16 0 -12 -14Z", tone.near)
    for index in range(16):
        top, foot = 150 + index * 33.4, 112 + index * 38.4
        at = 0.2 + 0.6 * ((index * 7) % 10) / 10
        yield path(f"M{top:g} 506L{foot:g} 644", stroke=tone.body, width=7)
        x, y = top + (foot - top) * at, 506 + 138 * at
        yield bar(x - 11, y - 9, 22, 18, tone.light if index == 9 else tone.cut, 4)
    yield bar(60, 662, 680, 22, tone.body, 11)


def draw_stagebox(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield path("M300 190V150q0 -24 24 -24h152q24 0 24 24v40", stroke=tone.far, width=30)
    yield bar(110, 186, 580, 470, tone.body, 44)
    for x in (110, 618):
        for y in (186, 584):
            yield bar(x, y, 72, 72, tone.far, 30)
    yield bar(150, 226, 500, 390, tone.near, 14)
    for index in range(16):
        yield from _socket(212 + index % 6 * 75, 290 + index // 6 * 92, 32, tone)
    yield bar(488, 446, 120, 58, tone.body, 8)
    yield circle(518, 475, 10, tone.light)
    yield bar(540, 470, 50, 10, tone.cut, 3)
    yield dots(190, 566, 30, 2, 14, 3.4, tone.far)
