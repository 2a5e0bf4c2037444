"""The site's pictures, drawn in code: 24 products that are relatives and yet differ, and the stories' scenes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from demo_site.drawing import computers, headphones
from demo_site.drawing.curve import draw_curve
from demo_site.drawing.scenes import SCENES, draw_scene
from demo_site.drawing.shapes import HOME, WORK, Tone, document

__all__ = ["SCENES", "draw_curve", "draw_product", "draw_scene"]

_FORMS: Mapping[str, Callable[[Mapping[str, Any], Tone], Iterator[str]]] = {
    "over": headphones.draw_over,
    "on": headphones.draw_on,
    "buds": headphones.draw_buds,
    "laptop": computers.draw_laptop,
    "cube": computers.draw_cube,
    "screen": computers.draw_monitor,
    "tablet": computers.draw_tablet,
    "slab": computers.draw_slab,
    "tower": computers.draw_tower,
    "rack": computers.draw_rack,
    "core": computers.draw_core,
    "console": computers.draw_console,
    "stagebox": computers.draw_stagebox,
}


def draw_product(line: str, look: Mapping[str, Any]) -> str:
    """The SVG file of a product. `line` is "home" or "work"; `look` its `drawing` in products.toml."""
    return document(_FORMS[look["form"]](look, HOME if line == "home" else WORK))
