"""ASGI servers as people run them: uvicorn, hypercorn and granian, each by its own command, as processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NEEDS", "SERVERS", "Running", "running"]

ROOT = Path(__file__).resolve().parents[2]

SERVERS = ("uvicorn", "hypercorn", "granian")

NEEDS = {"uvicorn": (), "hypercorn": (), "granian": ("--interface", "asgi")}
"""What each is to be told for an ASGI app, besides where it is."""

_STARTED = {
    "uvicorn": "Application startup complete.",
    "hypercorn": "Running on http://",
    "granian": "Started worker-",
}
"""What each worker of a server says once it has the app."""

# Seconds; only ever spent when something is broken, or the machine is busy.
_START = 100.0
_STOP = 30.0


@dataclass(frozen=True)
class Running:
    """A server that answers at `url`, and the file that its words go to."""

    url: str
    log: Path

    def said(self) -> str:
        """All of it so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(
    server: str,
    app: str,
    folder: Path,
    *,
    workers: int = 1,
    environ: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    cwd: Path = ROOT,
) -> Iterator[Running]:
    """Serves `app`, such as `package.module:name`, on a free port of this machine. `folder` takes the log.

    It ends with the block: by SIGTERM, or by SIGKILL where that is not enough; by SIGTERM too where the test's own
    process is killed. Raises RuntimeError, with the log, where it does not start or does not stop by itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{server}.log"
    # Bound and not listening, it keeps the port for the server: granian shares it, the others take it over.
    with socket.socket() as listener, log.open("wb") as out:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # As the servers do with sockets of their own.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(("127.0.0.1", 0))
        command = [server, *NEEDS[server], *_place(server, listener, workers), *options, app]
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", sys.executable, "-m", *command],
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=(listener.fileno(),),
            start_new_session=True,  # so that its workers can be found
        )
        address: tuple[str, int] = listener.getsockname()
        served = Running(f"http://{address[0]}:{address[1]}", log)
        try:
            _wait_until_started(served, process, _STARTED[server], workers, address)
            yield served
        finally:
            _stop(served, process)


def _place(server: str, listener: socket.socket, workers: int) -> list[str]:
    host, port = listener.getsockname()
    if server == "granian":
        return [f"--host={host}", f"--port={port}", f"--workers={workers}"]
    if server == "hypercorn":
        return [f"--bind=fd://{listener.fileno()}", f"--workers={workers}", "--keep-alive=60"]
    return [f"--fd={listener.fileno()}", f"--workers={workers}", "--timeout-graceful-shutdown=3"]


def _wait_until_started(
    served: Running, process: subprocess.Popen[bytes], word: str, workers: int, address: tuple[str, int]
) -> None:
    until = time.monotonic() + _START
    while served.said().count(word) < workers or not _is_open(address):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{served.said()[-4000:]}")
        if time.monotonic() > until:
            raise RuntimeError(f"the server did not start in time:\n{served.said()[-4000:]}")
        time.sleep(0.02)


def _is_open(address: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(address) == 0


def _stop(served: Running, process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP)
        left = _outlived(process.pid)
    except subprocess.TimeoutExpired:
        left = True
    if left:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise RuntimeError(f"the server left processes behind:\n{served.said()[-4000:]}")


def _outlived(group: int) -> bool:
    """Whether any of the server's processes goes on without it."""
    until = time.monotonic() + _STOP
    while _members(group):
        if time.monotonic() > until:
            return True
        time.sleep(0.01)
    return False


def _members(group: int) -> list[int]:
    """The living processes of a process group, from /proc/PID/stat: PID (name) state parent group."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, member = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has ended meanwhile
            continue
        if int(member) == group and state != "Z":
            found.append(int(entry.name))
    return found
