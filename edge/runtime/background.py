"""What runs beside the pages, for as long as they are served."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import Context
from weakref import WeakSet

__all__ = ["Background", "Job"]

log = logging.getLogger("edge")

Job = Callable[[], Awaitable[None]]
"""Runs until it has nothing more to do, or until it is cancelled."""

_made: WeakSet[Background] = WeakSet()
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class Background:
    """Jobs by what they do: "watching the site folder". Each is a task of the event loop that pages are served on;
    one that dies is reported, and started again after `pause` seconds, then twice that, up to a minute.

    They start with the lifespan, or with the first request where none is spoken; and again where the application
    is used from another event loop, the one before having ended, or in a process that was forked off.
    """

    def __init__(self, jobs: Mapping[str, Job], pause: float = _FIRST_PAUSE) -> None:
        self._jobs = jobs
        self._pause = pause
        _made.add(self)
        self.is_settled = False
        """Whether a lifespan began, and has not ended: until it does, no request has anything to start."""
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    def start(self, *, again: bool = False) -> None:
        """Starts the jobs unless they run. After `stop` they are not started on the same event loop, but `again`:
        a request that comes behind the lifespan starts nothing that nobody would end."""
        self.is_settled = again
        loop = asyncio.get_running_loop()
        if self._process == os.getpid():
            if self._is_served(loop, again):
                return
            self._leave()
        self._loop, self._process = loop, os.getpid()
        self._tasks = [
            # A context of their own: the first request's variables are none of their business.
            loop.create_task(_keep_up(what, job, self._pause), name=f"edge: {what}", context=Context())
            for what, job in self._jobs.items()
        ]

    def _is_served(self, loop: asyncio.AbstractEventLoop, again: bool) -> bool:
        """Whether nothing is to be started: the jobs run here, or on the event loop of another thread."""
        if self._loop is loop:
            return bool(self._tasks) or not again
        return self._loop is not None and self._loop.is_running() and bool(self._tasks)

    def _leave(self) -> None:
        """Ends the jobs should the event loop from before be run once more."""
        if self._loop is None:
            return
        with suppress(RuntimeError):  # it is closed, as it should be
            for task in self._tasks:
                self._loop.call_soon_threadsafe(task.cancel)

    async def stop(self) -> None:
        """Ends the jobs, and returns when they have."""
        self.is_settled = False
        if self._loop is not asyncio.get_running_loop():
            return
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _forked() -> None:
    """In a process that was forked off, nothing has begun."""
    for one in _made:
        one.is_settled = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


async def _keep_up(what: str, job: Job, first: float) -> None:
    loop = asyncio.get_running_loop()
    pause = first
    while True:
        began = loop.time()
        try:
            await job()
            return
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            log.exception("%s was cancelled from inside, and is started again", what)
        except Exception:
            log.exception("%s failed, and is started again", what)
        if loop.time() - began > _LONGEST_PAUSE:
            pause = first
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _is_cancelled() -> bool:
    """Whether it is this task that was cancelled, and not something that it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
