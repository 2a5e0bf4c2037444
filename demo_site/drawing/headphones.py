"""Headphones: what goes over a head, on it, and in an ear. Every pair shares a band and differs in its cups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import cos, pi, sin
from typing import Any

from demo_site.drawing.shapes import Tone, arc, bar, circle, dots, group, path, ring, spokes

__all__ = ["draw_buds", "draw_on", "draw_over"]

_MIDDLE = 400


def draw_over(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """A pair around the ears: a padded band, and cups turned towards us."""
    yield from _cord(look, tone)
    yield arc(_MIDDLE, 430, 206, 292, 44, tone.body)
    yield path("M270 195A206 292 0 0 1 530 195", stroke=tone.near, width=44)
    for side in (-1, 1):
        yield bar(_MIDDLE + side * 206 - 13, 370, 26, 110, tone.far, 13)
        yield from _cup(_MIDDLE + side * 206, 548, 138, look, tone)
    yield from _microphone(look, tone, 206, 548)


def draw_on(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """A pair on the ears: a band as thin as a wire, and small cups."""
    yield arc(_MIDDLE, 470, 208, 300, 22, tone.body)
    yield path("M282 222A208 300 0 0 1 518 222", stroke=tone.near, width=34)
    for side in (-1, 1):
        yield bar(_MIDDLE + side * 208 - 9, 400, 18, 120, tone.far, 9)
        yield from _cup(_MIDDLE + side * 208, 570, 112, look, tone)
    yield from _microphone(look, tone, 208, 570)


def _cup(x: float, y: float, size: float, look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    yield _outline(x, y, size, look["cup"], tone.far)
    yield _outline(x, y, size * 0.9, look["cup"], tone.body)
    yield from _FACES[look["face"]](x, y, size, tone)


def _outline(x: float, y: float, size: float, cup: str, fill: str) -> str:
    if cup == "round":
        return circle(x, y, size, fill)
    wide, high, corner = (0.84, 1.1, 0.84) if cup == "oval" else (0.92, 0.98, 0.34)
    return bar(x - size * wide, y - size * high, size * wide * 2, size * high * 2, fill, size * corner)


def _rings(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    for radius in (0.72, 0.5):
        yield ring(x, y, size * radius, size * 0.035, tone.far)
    yield circle(x, y, size * 0.28, tone.near)
    yield circle(x, y - size * 0.72, size * 0.07, tone.light)


def _dots(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    step = size * 0.24
    yield dots(x - 2 * step, y - 2 * step, 5, 5, step, size * 0.062, tone.cut)
    yield circle(x, y, size * 0.1, tone.light)


def _mesh(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    yield circle(x, y, size * 0.78, tone.near)
    yield spokes(x, y, size * 0.22, size * 0.74, 36, size * 0.03, tone.far)
    for radius in (0.36, 0.55, 0.74):
        yield ring(x, y, size * radius, size * 0.025, tone.far)
    yield circle(x, y, size * 0.18, tone.cut)
    yield circle(x, y, size * 0.07, tone.light)


def _slots(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    for index in range(7):
        high = size * (1.2 - abs(index - 3) * 0.2)
        yield bar(
            x + (index - 3) * size * 0.17 - size * 0.04, y - high / 2, size * 0.08, high, tone.far, size * 0.04
        )
    yield bar(x - size * 0.04, y - size * 0.6, size * 0.08, size * 0.22, tone.light, size * 0.04)


def _dial(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    yield spokes(x, y, size * 0.56, size * 0.66, 24, size * 0.035, tone.cut)
    yield circle(x, y, size * 0.46, tone.near)
    yield circle(x, y, size * 0.36, tone.far)
    yield bar(x - size * 0.04, y - size * 0.36, size * 0.08, size * 0.3, tone.light, size * 0.04)


def _bars(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    for index, wide in enumerate((1.2, 1.2, 0.7, 1.2)):
        fill = tone.light if index == 2 else tone.far
        yield bar(x - size * 0.6, y + (index - 1.5) * size * 0.3 - size * 0.07, size * wide, size * 0.14, fill)


def _smile(x: float, y: float, size: float, tone: Tone) -> Iterator[str]:
    for side in (-1, 1):
        yield circle(x + side * size * 0.28, y - size * 0.2, size * 0.1, tone.cut)
    d = f"M{x - size * 0.34:g} {y + size * 0.2:g}a{size * 0.34:g} {size * 0.3:g} 0 0 0 {size * 0.68:g} 0"
    yield path(d, stroke=tone.light, width=size * 0.11)


_FACES: Mapping[str, Callable[[float, float, float, Tone], Iterator[str]]] = {
    "rings": _rings,
    "dots": _dots,
    "mesh": _mesh,
    "slots": _slots,
    "dial": _dial,
    "bars": _bars,
    "smile": _smile,
}


def _microphone(look: Mapping[str, Any], tone: Tone, reach: float, y: float) -> Iterator[str]:
    if look.get("mic"):
        left = _MIDDLE - reach
        yield path(
            f"M{left:g} {y + 60:g}C{left:g} {y + 190:g} {left + 90:g} {y + 190:g} {_MIDDLE - 20} {y + 180:g}",
            stroke=tone.far,
            width=14,
        )
        yield bar(_MIDDLE - 50, y + 158, 84, 42, tone.body, 21)
        yield circle(_MIDDLE + 12, y + 179, 9, tone.light)


def _cord(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """A coiled cable, from the left cup to the right edge."""
    if look.get("cord"):
        turns = [index / 12 for index in range(145)]
        coil = "L".join(
            f"{330 + 22 * t - 20 * sin(t * 2 * pi):.1f} {728 - 20 * cos(t * 2 * pi):.1f}" for t in turns
        )
        yield path(
            f"M194 660v10q0 58 70 58C300 728 310 708 {coil}C620 708 640 728 800 728", stroke=tone.far, width=9
        )


def draw_buds(look: Mapping[str, Any], tone: Tone) -> Iterator[str]:
    """A pair for the ears, mirrored; some with the case that charges them."""
    draw = _BUDS[look["cup"]]
    case = look["face"] == "case"
    lift, scale = (-84, 0.86) if case else (0, 1)
    for side in (-1, 1):
        around = f"translate({_MIDDLE + side * 6} {_MIDDLE + lift}) scale({side * scale} {scale})"
        yield group(draw(tone), around)
    yield from _case(tone) if case else ()


def _stem(tone: Tone) -> Iterator[str]:
    yield bar(192, -40, 58, 256, tone.near, 29)
    yield group([bar(58, -112, 80, 92, tone.cut, 38)], "rotate(-6)")
    yield circle(190, -70, 112, tone.body)
    yield ring(206, -70, 58, 6, tone.far)
    yield circle(206, -70, 12, tone.light)
    yield bar(206, 156, 30, 34, tone.far, 15)


def _case(tone: Tone) -> Iterator[str]:
    yield bar(220, 560, 360, 168, tone.far, 84)
    yield bar(220, 552, 360, 168, tone.body, 84)
    yield bar(236, 606, 328, 6, tone.near)
    yield circle(400, 656, 9, tone.light)


def _hook(tone: Tone) -> Iterator[str]:
    yield path("M120 40C20 -60 60 -260 190 -250C330 -240 330 -60 250 90", stroke=tone.body, width=30)
    yield circle(250, 110, 46, tone.near)
    yield bar(70, -10, 150, 210, tone.body, 75)
    yield bar(104, 34, 82, 122, tone.near, 41)
    yield dots(124, 66, 3, 4, 21, 6, tone.cut)
    yield circle(145, 176, 9, tone.light)


def _pebble(tone: Tone) -> Iterator[str]:
    yield path("M60 40C40 -110 160 -170 250 -110C330 -50 320 90 230 150C150 200 70 150 60 40Z", tone.body)
    yield path("M96 46C86 -60 170 -108 238 -70C292 -30 286 66 222 110C162 146 104 120 96 46Z", tone.near)
    # a moon, cut out of a circle
    yield path("M208 -38A62 62 0 1 0 226 62A50 50 0 0 1 208 -38Z", tone.light)


def _shell(tone: Tone) -> Iterator[str]:
    yield path("M120 -40C90 -200 200 -330 300 -250C360 -200 350 -60 330 40L300 360", stroke=tone.far, width=14)
    yield path(
        "M60 20C40 -110 130 -180 230 -150C330 -120 340 20 280 110C230 190 150 170 120 120C90 140 70 90 60 20Z",
        tone.body,
    )
    yield circle(196, -10, 84, tone.near)
    yield spokes(196, -10, 30, 66, 20, 6, tone.far)
    yield circle(196, -10, 16, tone.light)
    yield bar(24, 44, 74, 56, tone.cut, 28)


_BUDS: Mapping[str, Callable[[Tone], Iterator[str]]] = {
    "stem": _stem,
    "hook": _hook,
    "pebble": _pebble,
    "shell": _shell,
}
