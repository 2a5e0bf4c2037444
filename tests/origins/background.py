"""A program that runs beside the tests and ends with them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["running"]

_PATIENCE = 30.0  # seconds to start or stop; only ever spent when something is broken


@contextmanager
def running(command: Sequence[str | Path], log: Path, is_up: Callable[[], bool]) -> Iterator[None]:
    """Runs `command` in the foreground; what it says goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        _wait(process, log, is_up)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, is_up: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not is_up():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(log.read_text(errors="replace"))
        time.sleep(0.01)
