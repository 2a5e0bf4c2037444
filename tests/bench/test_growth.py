"""The curves of the bench: at the ends of each, visitors get what they have to get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from edge.site import load_site
from tests.bench.growth.__main__ import drawn, parsed, print_goal, tabulated
from tests.bench.growth.axes import AXES, Axis
from tests.bench.growth.case import Case, bare, edge
from tests.bench.load import Figures
from tests.bench.pages import check
from tests.bench.rows.row import Running
from tests.serving import serving

LARGE = 1_000
"""Of what a test takes along: thousands of segments are for the bench itself."""

ENDS = {
    f"{axis.name}, {name}, {point}": make(point)
    for axis in AXES
    for name, make in axis.series.items()
    for point in (axis.points[0], max(one for one in axis.points if one <= LARGE))
}


@contextmanager
def running(case: Case, folder: Path) -> Iterator[Running]:
    app = (bare if case.bare else edge)(folder, json.dumps(asdict(case)))
    with serving(app) as url:
        yield Running(int(url.rpartition(":")[2]), 0)


@pytest.mark.parametrize("case", ENDS.values(), ids=ENDS)
def test_visitors_get_the_right_pages(case: Case, tmp_path: Path) -> None:
    with running(case, tmp_path) as server:
        check(case.row("a case"), server, 390)


def test_another_page_would_be_found(tmp_path: Path) -> None:
    with running(Case(), tmp_path) as server, pytest.raises(AssertionError, match="visitor 0 gets another page"):
        check(replace(Case(), slots=7).row("a case"), server)


@pytest.mark.parametrize("case", [Case(segments=1000, reacting=20), Case(segments=1000, reacting=1000)])
def test_the_slots_ask_for_as_many_segments_as_are_said(case: Case, tmp_path: Path) -> None:
    site = load_site(case.write_site(tmp_path / "site"))
    rules = [one.rule for several in site.experiences.values() for one in several if one.rule is not None]
    asked = {name for rule in rules for name in rule.segments}
    within = {name for group in asked for name in site.segments[group].segments}
    assert len({name for name in asked | within if name.startswith("s")}) == case.reacting
    assert len([name for name in site.segments if name.startswith("s")]) == case.segments


@pytest.mark.parametrize("size", [5_000, 59_000, 1_000_000])
@pytest.mark.parametrize("slots", [0, 8, 64])
def test_a_page_is_as_large_as_is_said(size: int, slots: int) -> None:
    page = Case(slots=slots, size=size).page(lambda slot: f"<h3>Default {slot}</h3>")
    assert page.count(b'<div class="slot" data-edge-slot="slot') == slots
    assert abs(len(page) - size) < 1_000 + 20 * slots


def curves(axis: Axis) -> dict[str, list[Figures]]:
    """What was measured, had it been so."""
    return {
        name: [Figures([1000.0 * point + 1], [10.0 * point + 1], [1.0], [2.0]) for point in axis.points]
        for name in axis.series
    }


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_every_point_is_told_and_drawn(axis: Axis) -> None:
    lines = tabulated(axis, curves(axis)).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {point:,}" for point in axis.points]
    assert all(line.count(" µs") == len(axis.series) for line in lines[2:])
    assert drawn(axis, curves(axis)).count("<circle ") == len(axis.points) * len(axis.series)


def test_the_goal_of_ten_thousand_segments_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    segments = next(axis for axis in AXES if axis.name == "segments")
    print_goal(curves(segments))
    said = capsys.readouterr().out
    assert said.count("slots ask for 20: at least 0.95: 499.98, met; in processor time 0.00") == 2
    print_goal(None)
    assert capsys.readouterr().out == ""


def test_an_axis_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(["people"])
    assert "nothing grows by people" in capsys.readouterr().err


def test_a_part_of_the_curves_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(["slots", "--write"])
    assert "--write is for all of them" in capsys.readouterr().err
