"""A worker as its supervisor sees it."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

__all__ = ["UNHEARD", "WorkerProcess"]

log = logging.getLogger("edge")

_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from edge.door.worker import main; main(sys.argv[1:])"
)
"""With the supervisor's own search path: what lies in the folder where it was started is not for import."""

UNHEARD = frozenset((signal.SIGHUP, signal.SIGINT))
"""Signals that go to the whole group of processes, and that a worker never heeds: the supervisor tells it what
follows. Until it is able to say so, they are kept from it."""

_SILENT = 60.0
"""Seconds without a sign of life after which a worker hangs."""


class WorkerProcess:
    """`ready` is set when it serves, `ended` when it is gone; then `on_end` has been called with it."""

    def __init__(self, on_end: Callable[[WorkerProcess], None]) -> None:
        self._on_end = on_end
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def id(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def how(self) -> str:
        """How it ended, in words."""
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    async def start(self, listener: socket.socket, options: str) -> None:
        """Raises OSError where there is no room for another process."""
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        with theirs:
            numbers = (listener.fileno(), theirs.fileno())
            signal.pthread_sigmask(signal.SIG_BLOCK, UNHEARD)  # a process has this from the one that starts it
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-c", _CODE, json.dumps(sys.path)),
                    *(*map(str, numbers), options),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=numbers,
                )
            except OSError:
                self._channel.close()
                raise
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, UNHEARD)
        self._tasks = [asyncio.create_task(self._wait()), asyncio.create_task(self._listen())]

    async def begun(self, patience: float) -> bool:
        """Waits until it serves. False where it ends before that, or takes too long: then it is killed."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.ready, self.ended)]
        await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if self.ready.is_set() and not self.ended.is_set():
            return True
        self.kill()
        return False

    def tell(self, order: str) -> None:
        """As the worker understands it."""
        if not self.ended.is_set():
            with suppress(OSError):
                self._channel.send(f"{order}\n".encode("ascii"))

    def kill(self) -> None:
        if self._process is not None and not self.ended.is_set():
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _wait(self) -> None:
        assert self._process is not None
        await self._process.wait()
        self.ended.set()
        self._tasks[1].cancel()
        self._channel.close()
        self._on_end(self)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(_SILENT):
                    data = await loop.sock_recv(self._channel, 4096)
            except TimeoutError:
                log.error("worker %d hangs and is killed", self.id)  # noqa: TRY400  its trace says nothing
                self.kill()
                return
            except OSError:
                return
            if b"ready" in data:
                self.ready.set()
            if not data:
                return
