"""What grows, and beside what it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench.growth.case import Case

__all__ = ["AXES", "Axis"]


@dataclass(frozen=True)
class Axis:
    """`series` make the case of each point, by the words of the legend; `unit` is what the points count."""

    name: str
    unit: str
    points: tuple[int, ...]
    series: Mapping[str, Callable[[int], Case]]


ALIKE, EACH = "visitors alike", "each visitor different"

AXES = (
    Axis(
        "slots",
        "slots of the page, 6 experiences each",
        (0, 1, 2, 4, 8, 16, 32, 64),
        {
            ALIKE: lambda slots: Case(slots=slots, experiences=6 * slots or 48),
            EACH: lambda slots: Case(slots=slots, experiences=6 * slots or 48, alike=False),
        },
    ),
    Axis(
        "pages",
        "size of the page, KB",
        (5, 10, 30, 60, 125, 250, 500, 1000),
        {
            ALIKE: lambda size: Case(size=1000 * size),
            EACH: lambda size: Case(size=1000 * size, alike=False),
            "without Edge": lambda size: Case(size=1000 * size, bare=True),
        },
    ),
    Axis(
        "segments",
        "segments of the site",
        (10, 20, 100, 1_000, 3_000, 10_000),
        {
            f"{ALIKE}, slots ask for 20": lambda count: Case(segments=count, reacting=min(count, 20)),
            f"{EACH}, slots ask for 20": lambda count: Case(segments=count, reacting=min(count, 20), alike=False),
            f"{EACH}, slots ask for all": lambda count: Case(segments=count, reacting=count, alike=False),
        },
    ),
    Axis(
        "experiences",
        "experiences for 8 slots",
        (10, 30, 50, 100, 300, 1_000),
        {
            ALIKE: lambda count: Case(experiences=count),
            EACH: lambda count: Case(experiences=count, alike=False),
        },
    ),
)
