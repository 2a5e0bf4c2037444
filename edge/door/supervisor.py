"""The process above the workers: it serves nobody, and sees that so many of them do.

| signal | what happens |
| --- | --- |
| TERM | all workers stop, and it ends when they have |
| INT (Ctrl-C) | the same, without waiting for idle connections; again: at once |
| HUP | each worker is replaced by a new one, which reads all anew; the old one goes when its requests are done |
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from edge.door.process import WorkerProcess

__all__ = ["Supervisor"]

log = logging.getLogger("edge")

_PATIENCE = 60.0
"""Seconds for a worker to begin."""

_LONGEST_PAUSE = 60.0
_ATTEMPTS = 5
"""Starts in a row that may fail while no worker is left."""


class Supervisor:
    """Keeps `count` workers on `listener`. `options` are for them; `stop_seconds` is how long they may take to
    end; `begun` is awaited once all serve, `reloaded` called once all have been replaced."""

    def __init__(
        self,
        count: int,
        listener: socket.socket,
        options: str,
        stop_seconds: float,
        begun: Callable[[], Awaitable[None]],
        reloaded: Callable[[], None] = lambda: None,
    ) -> None:
        self._count = count
        self._listener = listener
        self._options = options
        self.stop_seconds = stop_seconds
        self._begun = begun
        self._reloaded = reloaded
        self._seats: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reloads = 0  # that are wanted
        self._order = ""  # to end
        self._to_end = asyncio.Event()
        self._failed = False
        self._had_terminal = sys.stdin is not None and sys.stdin.isatty()

    @property
    def workers(self) -> list[int]:
        """The process ids of those that serve."""
        return [worker.id for worker in self._seats if not worker.ended.is_set()]

    async def run(self) -> int:
        """Until a signal ends it. The exit code: 1 where the workers could not begin, or none of them lives on."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._end, "stop")
        loop.add_signal_handler(signal.SIGINT, self._end, "quick")
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        self._task(self._begin())
        await self._to_end.wait()
        await self._stopped()
        return 1 if self._failed else 0

    # The beginning and the end.

    async def _begin(self) -> None:
        found = await asyncio.gather(*(self._start() for _ in range(self._count)))
        self._seats = [worker for worker in found if worker is not None]
        if self._order:
            return
        if len(self._seats) < self._count:
            self._give_up("the workers cannot begin")
            return
        for worker in self._seats:
            if worker.ended.is_set():
                self._on_end(worker)
        await self._begun()

    def _end(self, order: str) -> None:
        self._order = order
        self._to_end.set()
        for worker in self._all:
            worker.tell(order)

    def _give_up(self, why: str) -> None:
        log.error("%s: edge serve ends", why)
        self._failed = True
        self._end("stop")

    async def _stopped(self) -> None:
        ends = [asyncio.ensure_future(worker.ended.wait()) for worker in self._all]
        if ends:
            _, late = await asyncio.wait(ends, timeout=self.stop_seconds)
            for worker in self._all if late else ():
                worker.kill()
            await asyncio.gather(*ends)
        for task in self._tasks:
            task.cancel()

    # Workers.

    async def _start(self) -> WorkerProcess | None:
        """A worker that serves; None where it does not come to that."""
        worker = WorkerProcess(self._on_end)
        try:
            await worker.start(self._listener, self._options)
        except OSError as error:  # no memory, no processes left: that may pass
            log.error("a worker cannot be started: %s", error)  # noqa: TRY400  its trace says nothing
            return None
        self._all.add(worker)
        if self._order:
            worker.tell(self._order)
        return worker if await worker.begun(_PATIENCE) else None

    def _on_end(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        if worker in self._seats and not self._order:
            log.error("worker %d %s: another takes its place", worker.id, worker.how)
            self._task(self._replace(worker))

    async def _replace(self, worker: WorkerProcess) -> None:
        """Tries until it works, ever less often, unless a reload has filled the seat."""
        attempt = 0
        while worker in self._seats and not self._order:
            other = await self._start()
            if other is not None and worker in self._seats:
                self._seats[self._seats.index(worker)] = other
                return
            if other is not None:
                other.tell("retire")
                return
            attempt += 1
            if attempt >= _ATTEMPTS and all(one.ended.is_set() for one in self._seats):
                self._give_up("no worker is left, and none can begin")
                return
            pause = min(2.0 ** (attempt - 1), _LONGEST_PAUSE)
            log.error("a worker cannot begin; the next attempt is in %d seconds", pause)
            await asyncio.sleep(pause)

    # Reloading.

    def _hang_up(self) -> None:
        if self._had_terminal and _terminal_is_gone():
            self._end("stop")
            return
        self._reloads += 1
        if self._reloads == 1:
            self._task(self._reload())

    async def _reload(self) -> None:
        while self._reloads and not self._order:
            self._reloads = 1
            log.info("reloading: each worker is replaced by a new one")
            await self._roll()
            self._reloads -= 1

    async def _roll(self) -> None:
        for seat in range(len(self._seats)):
            other = await self._start()
            if self._order:
                return
            if other is None:
                log.error("a new worker cannot begin: those from before stay")
                return
            old, self._seats[seat] = self._seats[seat], other
            old.tell("retire")
        self._reloaded()
        log.info("reloaded")

    def _task(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(partial(_done, self._tasks))


def _done(tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("edge serve failed", exc_info=error)
        os.kill(os.getpid(), signal.SIGTERM)


def _terminal_is_gone() -> bool:
    """Whether the terminal was closed, rather than a reload asked for."""
    try:
        os.tcgetpgrp(sys.stdin.fileno())
    except (OSError, ValueError):
        return True
    return False
