"""What the bench writes: the README between its marks, tables, plots."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.growth.axes import AXES, Axis
from tests.bench.plot import plot
from tests.bench.report import busy, machine, table, write
from tests.bench.rows.table import ROWS
from tests.readme import README

MARKED = "above\n<!-- bench: a -->\nold\n<!-- bench: end of a -->\nbelow\n"


def test_a_run_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(MARKED, encoding="utf-8")
    write("a", "new\n\n", file)
    assert file.read_text(encoding="utf-8") == MARKED.replace("old", "new")


def test_nothing_is_written_where_there_are_no_marks(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(MARKED, encoding="utf-8")
    with pytest.raises(ValueError, match="no marks for b"):
        write("b", "new", file)
    assert file.read_text(encoding="utf-8") == MARKED


def test_what_a_busy_machine_measures_is_not_written() -> None:
    assert busy([0.4, 0.98, 0.99]) is None
    assert busy([0.4, 0.7, 0.99]) == "Not written: the servers got 70% of their core"


def test_a_table_has_its_figures_at_the_right() -> None:
    assert table(["", "pages/s", "job"], [["Edge", "1", "all"]], ["job"]).splitlines() == [
        "|  | pages/s | job |",
        "| --- | --: | --- |",
        "| Edge | 1 | all |",
    ]


def test_the_machine_is_told_with_its_versions_and_without_its_name() -> None:
    said = machine()
    assert re.search(r"^Measured on \d+ \w+ \d{4}: .+, \d+ cores; .+ CPython \d.+, uvicorn \d", said)
    assert not platform.node() or platform.node() not in said


SVG = "{http://www.w3.org/2000/svg}"


def drawn() -> ElementTree.Element:
    return ElementTree.fromstring(
        plot("a <b>", "slots", (1, 10, 1000), "µs", {"x": (1, 10, 100), "y": (100, 10, 1)})
    )


def test_a_plot_says_what_its_axes_and_lines_are() -> None:
    texts = [text.text for text in drawn().iter(f"{SVG}text")]
    assert texts == ["µs", "1", "2", "5", "10", "20", "50", "100", "1", "10", "1,000", "slots", "x", "y"]
    assert drawn().findtext(f"{SVG}title") == "a <b>"


def test_a_plot_is_logarithmic_and_has_more_above() -> None:
    heights = {
        kind: [
            float(point.attrib["cy"]) for point in drawn().iter(f"{SVG}circle") if point.attrib["class"] == kind
        ]
        for kind in "ab"
    }
    low, middle, high = heights["a"]
    assert low > middle > high
    assert low - middle == pytest.approx(middle - high, abs=0.11)
    assert heights["b"] == [high, middle, low]


def test_a_plot_has_colours_for_dark_pages_too() -> None:
    light, _, dark = (drawn().findtext(f"{SVG}style") or "").partition("@media (prefers-color-scheme: dark)")
    coloured = re.compile(r"(\.\w+|text|circle) \{[^}]*#\w{6}")
    assert set(coloured.findall(light)) == set(coloured.findall(dark)) >= {"text", ".grid", ".a", ".b", ".c"}


def told(name: str) -> list[str]:
    """The first cells of the README's table between these marks, below its head."""
    between = re.search(rf"<!-- bench: {name} -->\n(.*?)<!-- bench: end of {name} -->", README, re.DOTALL)
    assert between is not None
    lines = [line for line in between[1].splitlines() if line.startswith("| ")]
    return [line.split("|")[1].strip() for line in lines[2:]]


def test_the_readme_tells_of_rows_that_there_are() -> None:
    assert set(told("pages")) <= {row.name for row in ROWS}


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_the_readme_tells_of_points_that_there_are(axis: Axis) -> None:
    assert told(f"growth, {axis.name}") in ([], [f"{point:,}" for point in axis.points])


def test_where_and_when_growth_was_measured_stands_behind_its_tables() -> None:
    end = README.index("<!-- bench: growth -->")
    assert all(README.index(f"<!-- bench: end of growth, {axis.name} -->") < end for axis in AXES)
