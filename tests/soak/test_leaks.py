"""The soak with a leak in it: if it passed, it would prove nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.hosts.packages import need_package
from tests.soak.run import Report, soak
from tests.soak.short import short_plan

NAMED = {
    "task": "tasks, sleep: ",
    "file": "files, file: ",
    "socket": "sockets, unbound: ",
    "thread": "threads, Thread- (wait): ",
    "memory": "objects grows by ",
}


def leaking(folder: Path, leaks: str) -> Report:
    for package in ("uvloop", "httptools", "websockets"):
        need_package(package)
    return asyncio.run(soak(short_plan(4, edits=False), folder, "tests.soak.leaky:app", SOAK_LEAKS=leaks))


@pytest.mark.timeout(300)
def test_each_kind_of_leak_is_found(tmp_path: Path) -> None:
    report = leaking(tmp_path, " ".join(NAMED))
    for worker in report.points:
        told = [fault.partition(": ")[2] for fault in report.faults if fault.startswith(f"worker {worker}: ")]
        missed = [leak for leak in NAMED if not any(one.startswith(NAMED[leak]) for one in told)]
        assert missed == [], f"{report}"


@pytest.mark.soak
@pytest.mark.parametrize("leak", NAMED)
def test_one_leak_is_told_from_the_others(tmp_path: Path, leak: str) -> None:
    report = leaking(tmp_path, leak)
    told = "\n".join(fault for fault in report.faults if fault.startswith("worker "))
    assert NAMED[leak] in told
    others = [name for other, name in NAMED.items() if other != leak and name in told]
    # A task, a thread and a socket are objects too.
    assert [name for name in others if not name.startswith("objects")] == [], told
