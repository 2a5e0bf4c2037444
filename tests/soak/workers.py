"""The server of the soak, a uvicorn with its workers, and what they tell of themselves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.soak.log import config
from tests.soak.measure import State

__all__ = ["Server", "free_port", "start_service"]

ROOT = Path(__file__).resolve().parents[2]
_STEADY = ("listen", "unix", "unbound")
_PATIENCE = 60.0  # seconds to start or stop; only ever spent when something is broken


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def start_service(port: int, seed: int) -> subprocess.Popen[bytes]:
    """The service of [remote], which has a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "tests.soak.service", str(port), str(seed)], cwd=ROOT)


class Server:
    """`python -m uvicorn APP --workers N`, with `SOAK_FOLDER` for all that it reads and writes."""

    def __init__(self, app: str, folder: Path, workers: int = 2, *flags: str, **environ: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._wanted = workers
        (folder / "workers").mkdir(parents=True, exist_ok=True)
        (folder / "log.json").write_text(json.dumps(config()))
        self.log = folder / f"{app.rpartition('.')[2].replace(':', '-')}.log"
        command = [sys.executable, *flags, "-W", "default", "-W", "always::ResourceWarning", "-m", "uvicorn", app]
        command += ["--workers", str(workers), "--host", "127.0.0.1", "--port", str(self.port)]
        command += [
            "--log-config",
            str(folder / "log.json"),
            "--no-access-log",
            "--timeout-worker-healthcheck",
            "30",
        ]
        if workers > 1:
            command += ["--loop", "uvloop", "--http", "httptools"]
        settings = {**os.environ, "SOAK_FOLDER": str(folder), "PYTHONPATH": str(ROOT), **environ}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=settings, stderr=log, stdout=log)

    @property
    def pids(self) -> list[int]:
        """The workers that answer for themselves."""
        return sorted(int(one.stem) for one in (self.folder / "workers").glob("*.sock"))

    async def started(self) -> list[int]:
        """The workers' process ids, once all of them have started."""
        until = time.monotonic() + _PATIENCE
        while len(self.pids) < self._wanted:
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server did not start: {self.log.read_text()[-3000:]}")
            await asyncio.sleep(0.05)
        return self.pids

    async def state(self, pid: int, settle: bool = False) -> State:
        """What a worker holds now."""
        path = self.folder / "workers" / f"{pid}.sock"
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path, limit=1 << 22)
            try:
                writer.write(b"settle\n" if settle else b"tell\n")
                found: dict[str, Any] = json.loads(await reader.readline())
            finally:
                writer.close()
                await writer.wait_closed()
        return found

    async def quiet_state(self, pid: int) -> State:
        """What a worker holds once its last connection has gone, and two looks at it show the same."""
        until = time.monotonic() + _PATIENCE / 2
        before = None
        while time.monotonic() < until:
            state = await self.state(pid)
            counts = (state["tasks"], state["files"], state["sockets"])
            busy = [kind for kind in state["sockets"] if kind not in _STEADY and "pool" not in kind]
            if counts == before and not busy:
                break
            before = counts
            await asyncio.sleep(0.1)
        return await self.state(pid, settle=True)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self) -> None:
        """Returns when the server has ended, as it was asked to."""
        until = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            if time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server did not stop: {self.log.read_text()[-3000:]}")
            await asyncio.sleep(0.02)

    def kill(self) -> None:
        """Ends whatever is left of it."""
        for pid in [*self.pids, self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(_PATIENCE)
