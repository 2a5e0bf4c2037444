"""How what a page costs grows: with its slots, its size, the site's segments and its experiences.

    python -m tests.bench.growth [slots pages segments experiences] [--rounds 5] [--seconds 1] [--write]

Prints a table for each. `--write` puts the tables into the README and draws its plots anew. The load, the cores
and the checks are those of `tests.bench.pages`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.growth.axes import AXES, Axis
from tests.bench.load import Figures
from tests.bench.pages import measured, started
from tests.bench.plot import plot
from tests.bench.report import busy, machine, table, write

PLOTS = Path(__file__).parents[1] / "plots"

Curves = Mapping[str, Sequence[Figures]]
"""For each series, the figures of each point."""


def main(arguments: Sequence[str] | None = None) -> None:
    told = parsed(arguments)
    by_name = {axis.name: axis for axis in AXES}
    found = {}
    for name in told.axes or by_name:
        found[name] = curves(by_name[name], told.rounds, told.seconds)
        print(f"\n{tabulated(by_name[name], found[name])}", flush=True)
    print_goal(found.get("segments"))
    if told.write:
        if why := busy(one.core for curve in found.values() for figures in curve.values() for one in figures):
            sys.exit(why)
        for name, one in found.items():
            (PLOTS / f"{name}.svg").write_text(drawn(by_name[name], one), encoding="utf-8")
            write(f"growth, {name}", tabulated(by_name[name], one))
        write("growth", machine())


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    parser.add_argument("axes", nargs="*", metavar="axis", help=f"of {', '.join(axis.name for axis in AXES)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1, help="for each point in each round")
    parser.add_argument("--write", action="store_true", help="put tables and plots into the README")
    told = parser.parse_args(arguments)
    if unknown := set(told.axes) - {axis.name for axis in AXES}:
        parser.error(f"nothing grows by {', '.join(unknown)}")
    if told.write and told.axes:
        parser.error("--write is for all of them")
    return told


def curves(axis: Axis, rounds: int, seconds: int) -> Curves:
    rows = [make(point).row(f"{name}, {point}") for name, make in axis.series.items() for point in axis.points]
    with tempfile.TemporaryDirectory() as made, started(rows, Path(made)) as (servers, _):
        figures = [one.figures for one in measured(servers, Path(made), rounds, seconds)]
    count = len(axis.points)
    return {name: figures[at * count : (at + 1) * count] for at, name in enumerate(axis.series)}


def tabulated(axis: Axis, found: Curves) -> str:
    """Pages a second, and the processor time of each."""
    rows = (
        [f"{point:,}", *(f"{one[at].speed:,.0f}/s, {one[at].cost:,.0f} µs" for one in found.values())]
        for at, point in enumerate(axis.points)
    )
    return table([axis.unit, *found], rows)


def drawn(axis: Axis, found: Curves) -> str:
    costs = {name: [one.cost for one in figures] for name, figures in found.items()}
    title = f"Processor time of a page by {axis.unit}"
    return plot(title, axis.unit, axis.points, "processor time of a page, µs", costs)


def print_goal(found: Curves | None) -> None:
    """What a site has in segments costs no page that does not ask about them."""
    axis = next(axis for axis in AXES if axis.name == "segments")
    for name, figures in (found or {}).items():
        if name.endswith("20"):
            many, few = figures[axis.points.index(10_000)], figures[axis.points.index(20)]
            ratio, cost = many.speed / few.speed, few.cost / many.cost
            met = "met" if ratio >= 0.95 else "not met"
            print(f"10,000 segments / 20, {name}: at least 0.95: {ratio:.2f}, {met}; in processor time {cost:.2f}")


if __name__ == "__main__":
    main()
