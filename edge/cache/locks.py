"""Locks by which the processes of one machine know of each other: the system ends them with their process, however
that ends. Where there are none, as on Windows, everybody may write, and somebody is always taken to be there."""

from __future__ import annotations

import os
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["Attendance", "is_attended", "lock_alone"]

_PATIENCE = 0.25


def lock_alone(file: int) -> None:
    """Until it is closed. Whoever has it writes a line; one that stands still with it must not hold up pages: then
    OSError. Where there are no such locks, a single small write is whole all the same."""
    if sys.platform != "win32":
        _wait(file, fcntl.LOCK_EX)


class Attendance:
    """Says for as long as it lives that somebody of this process reads what lies beside `path`. Where that cannot
    be said, it is not."""

    def __init__(self, path: Path) -> None:
        if sys.platform == "win32":
            return
        with suppress(OSError):
            file = os.open(path, os.O_CREAT | os.O_RDONLY, 0o600)
            weakref.finalize(self, os.close, file)
            _wait(file, fcntl.LOCK_SH)


def is_attended(path: Path) -> bool:
    """Whether an `Attendance` at `path` lives in any process. Raises OSError."""
    if sys.platform == "win32":
        return True
    try:
        file = os.open(path, os.O_RDWR)  # NFS locks for writing what is open for that
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _wait(file: int, kind: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.001)
        else:
            return
