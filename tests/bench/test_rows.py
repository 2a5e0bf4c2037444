"""Each row of the pages' bench does its job, where its parts can be had; and the bench says what it found."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.load import Figures
from tests.bench.pages import Result, check, named, parsed, print_goals, print_table, started
from tests.bench.rows.row import Row, Running, headers
from tests.bench.rows.table import ROWS
from tests.bench.shop import Guest, expected
from tests.parts import missing

ROOT = Path(__file__).resolve().parents[2]

# Their servers are those of other rows, but for a setting.
LIKE_OTHERS = {"Edge, first visit", "bare, gzip", "edge serve", "wagtail-personalisation, 8 variants"}
PARAMETERS = [
    pytest.param(row, id=row.name, marks=pytest.mark.soak if row.name in LIKE_OTHERS else ()) for row in ROWS
]


@contextmanager
def running(row: Row) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as made:  # not pytest's folder: some servers are another user
        Path(made).chmod(0o755)
        with row.start(Path(made)) as server:
            yield server


def forged(guest: Guest) -> dict[str, str]:
    sent = headers(guest)
    text, _, signature = sent["Cookie"].rpartition(".")
    return {**sent, "Cookie": f"{text}.{signature.swapcase()}"}


def shown_to_nobody_known(guest: Guest) -> bytes:
    return expected(replace(guest, known=False))


@pytest.mark.parametrize("row", PARAMETERS)
def test_every_row_sends_the_right_pages(row: Row) -> None:
    with running(row) as server:
        check(row, server, 390)
        if row.shows is expected and row.known and not row.does.startswith("believes"):
            check(replace(row, headers=forged, shows=shown_to_nobody_known), server, 390)


def test_a_row_that_sends_another_page_is_found() -> None:
    untouched = named("nginx static")
    with running(untouched) as server, pytest.raises(AssertionError, match="visitor 0 gets another page"):
        check(replace(untouched, shows=expected), server)


def result(name: str, speed: float, sent: float = 57_000) -> Result:
    return Result(named(name), Figures([speed], [1e6 / speed], [1.0], [2.0]), 1.0, sent)


def test_a_row_whose_parts_are_missing_is_left_out_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)

    def start(folder: Path) -> AbstractContextManager[Running]:
        missing("a part is not here")

    with started([Row("a row", start)], tmp_path) as (servers, left_out):
        print_table([], left_out)
    assert servers == {}
    assert capsys.readouterr().out.splitlines()[-1].split(maxsplit=2)[2] == "left out: a part is not here"


def test_a_goal_is_met_or_not_or_has_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    edge = [result("bare", 1000), result("Edge", 850), result("Edge, first visit", 590)]
    print_goals([*edge, result("bare, gzip", 1000, 1900), result("Edge, gzip", 700, 3000)])
    said = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert "Edge / bare at least 0.80: 0.85, met; in processor time 0.85" in said
    assert "Edge, first visit / bare at least 0.60: 0.59, not met; in processor time 0.59" in said
    assert "Edge, gzip / bare, gzip in bytes sent at most 1.50: 1.58, not met" in said
    assert "Edge / nginx SSI at least 4.00: no row nginx SSI" in said


def test_a_part_of_the_rows_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(["--rows", "bare", "Edge", "--write"])
    assert "--write is for all of them" in capsys.readouterr().err


@pytest.mark.soak
def test_the_bench_ends_well_and_prints_every_row() -> None:
    command = [sys.executable, "-m", "tests.bench.pages", "--rounds", "1", "--seconds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for row in ROWS:
        assert f"\n{row.name}  " in done.stdout
