"""Edge in front of a busy site, on a real uvicorn with two workers: visitors of all kinds, faults at random, edits
of the site folder meanwhile. Nothing is left behind, no worker dies, and every answer is right.

EDGE_SOAK_SECONDS says how long the long form takes, 1800 otherwise; EDGE_SOAK_SEED makes its choices those of
another run. `python -m tests.soak.run --help` runs it by hand.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.hosts.packages import need_package
from tests.soak.run import Plan, soak
from tests.soak.short import long_plan, short_plan

_SECONDS = float(os.environ.get("EDGE_SOAK_SECONDS") or 1800)


def run(plan: Plan, folder: Path) -> str:
    for package in ("uvloop", "httptools", "websockets"):
        need_package(package)
    report = asyncio.run(soak(plan, folder))
    assert report.faults == [], f"with EDGE_SOAK_SEED={plan.seed}:\n{report}"
    return str(report)


@pytest.mark.timeout(300)  # a busy machine: two workers have to start, and slow readers to end
def test_a_few_seconds_leave_nothing_behind(tmp_path: Path) -> None:
    run(short_plan(8), tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(_SECONDS + 900)
def test_half_an_hour_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(long_plan(_SECONDS), tmp_path)
    with capsys.disabled():
        print(f"\n{told}")
