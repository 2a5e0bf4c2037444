"""A client that takes nothing of its answer."""

from __future__ import annotations

import asyncio

__all__ = ["StallWatch"]


class StallWatch:
    """Cuts a connection whose buffer is full and does not shrink for so many seconds."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._transport = transport
        self._loop = loop
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def full(self) -> None:
        self.stop()
        unsent = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(self._seconds, self._look, unsent)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, unsent: int) -> None:
        if self._transport.get_write_buffer_size() < unsent:
            self.full()
        else:
            self._transport.abort()
