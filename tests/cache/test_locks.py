"""Locks between the processes of a machine."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cache.locks import Attendance, is_attended, lock_alone

STAYING = """
import sys
from pathlib import Path
from edge.cache.locks import Attendance
here = Attendance(Path(sys.argv[1]))
print("here", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readers"


def test_somebody_is_there_for_as_long_as_one_of_them_lives(path: Path) -> None:
    assert not is_attended(path)
    assert not path.exists()
    one, other = Attendance(path), Attendance(path)
    assert is_attended(path)
    del one
    assert is_attended(path)
    del other
    assert not is_attended(path)


def test_a_process_that_is_killed_is_there_no_more(path: Path) -> None:
    command = [sys.executable, "-c", STAYING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        assert is_attended(path)
        process.kill()
    assert not is_attended(path)


def test_where_it_cannot_be_said_nothing_is(tmp_path: Path) -> None:
    Attendance(tmp_path / "none" / "readers")
    assert not is_attended(tmp_path / "none" / "readers")


def test_whoever_looks_hinders_nobody(path: Path) -> None:
    here = Attendance(path)
    assert is_attended(path)
    assert is_attended(path)
    more = Attendance(path)
    del here
    assert is_attended(path)
    del more


def test_one_writes_at_a_time_and_nobody_waits_for_ever(path: Path) -> None:
    with path.open("wb") as one, path.open("wb") as other:
        lock_alone(one.fileno())
        with pytest.raises(BlockingIOError):
            lock_alone(other.fileno())
        fcntl.flock(one, fcntl.LOCK_UN)
        lock_alone(other.fileno())


def test_it_leaves_no_file_open(path: Path) -> None:
    before = len([*Path("/dev/fd").iterdir()])
    for _ in range(5):
        Attendance(path)
        is_attended(path)
    assert len([*Path("/dev/fd").iterdir()]) == before
