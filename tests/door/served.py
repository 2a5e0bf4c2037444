"""`edge serve` as a process of its own, as an operator starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["Lines", "Served", "serving_edge"]

_PATIENCE = 30.0
_LISTENS = r"Edge listens at (\S+) "


class Lines:
    """The lines that a process writes, as they come."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._came = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                with self._came:
                    self._lines.append(line)
                    self._came.notify_all()
        with self._came:
            self._ended = True
            self._came.notify_all()

    @property
    def text(self) -> str:
        with self._came:
            return "".join(self._lines)

    def until(self, pattern: str, times: int = 1) -> list[str]:
        """The first group, or all, of so many matches, once there are."""
        found: list[str] = []

        def enough() -> bool:
            found[:] = [match[match.re.groups] for match in re.finditer(pattern, "".join(self._lines))]
            return len(found) >= times or self._ended

        with self._came:
            self._came.wait_for(enough, _PATIENCE)
            assert len(found) >= times, f"{pattern!r} did not come {times} times:\n{''.join(self._lines)}"
        return found


class Served:
    """A running `edge serve`: `said` is its error output, `logged` its access log."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.process = process
        self.logged = Lines(process.stdout)
        self.said = Lines(process.stderr)
        self.url = self.said.until(_LISTENS)[0]

    def workers(self) -> list[int]:
        """The process ids of those that serve."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="latin-1").rpartition(")")[2].split()
            except OSError:
                continue  # gone meanwhile
            if fields[0] != "Z":
                parents[int(stat.parent.name)] = int(fields[1])
        return [one for one, parent in parents.items() if parent == self.process.pid]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Asks it to stop; its exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(_PATIENCE)


@contextmanager
def serving_edge(cwd: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`edge serve` with these arguments, on a free port unless they say where, started in the folder `cwd`."""
    place = () if "--unix" in arguments else ("--port", "0")
    command = [sys.executable, "-m", "edge", "serve", *place, *arguments]
    keys = {"EDGE_SECRET_KEYS": "known-to-tests-only", "NO_COLOR": "1"}
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={
            **os.environ,
            **keys,
            **(environ or {}),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")])),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_PATIENCE)


def gone(process: int) -> bool:
    """Waits for the end of a process that is not our child."""
    until = time.monotonic() + _PATIENCE
    while Path(f"/proc/{process}").exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
