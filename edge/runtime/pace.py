"""Long work in a thread, so that pages go on meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["Pause", "in_thread"]

Pause = Callable[[], None]
"""To be called often by the work, from its thread."""

_SLICE = 0.001
"""Seconds of work before a rest of the same length. Python runs one thread at a time, and takes up to 5 ms to take
its turn from one that never rests. Measured while 2,000 blocks were checked over and over: one page in 100 took
longer than 11 ms without rests, 5 ms with them, and 2.6 ms where nothing was checked."""

T = TypeVar("T")


class _Pace:
    def __init__(self) -> None:
        self._rested = time.thread_time()
        self.abandoned = False

    def __call__(self) -> None:
        if self.abandoned:
            raise _AbandonedError
        worked = time.thread_time() - self._rested
        if worked > _SLICE:
            time.sleep(worked)
            self._rested = time.thread_time()


class _AbandonedError(Exception):
    """Nobody waits for the work any more. Only its own thread gets to see this."""


async def in_thread(work: Callable[[Pause], T]) -> T:
    """What `work` gives, done in a thread; it ends at its next pause where nobody waits any more."""
    pace = _Pace()
    try:
        return await asyncio.to_thread(work, pace)
    finally:
        pace.abandoned = True  # a thread cannot be cancelled
