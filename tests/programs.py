"""Programs that listen on loopback, for as long as a test needs them."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

__all__ = ["free_port", "listening"]

_PATIENCE = 60.0  # seconds to start or stop; only ever spent when something is broken


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def listening(
    command: Sequence[str | Path],
    port: int,
    *,
    said: Path | None = None,
    folder: Path | None = None,
    core: int | None = None,
) -> Iterator[int]:
    """A program that stays in the foreground: its process's id, once `port` takes connections. It runs in `folder`
    and, with all that it starts, on one `core`. What it says goes to the file `said`, and into the error where it
    does not start."""

    def pinned() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    with ExitStack() as stack:
        out = stack.enter_context(said.open("wb")) if said else None
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, preexec_fn=pinned
        )
        try:
            _wait_for(port, process, said)
            yield process.pid
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path | None) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > until:
                told = said.read_text(encoding="utf-8", errors="replace") if said else ""
                raise RuntimeError(f"{process.args!r} does not listen: {told}") from None
            time.sleep(0.01)
