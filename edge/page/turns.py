"""The app's messages, one after the other."""

from __future__ import annotations

import asyncio
from typing import Protocol

from edge.page.chop import Chop
from edge.types import Message

__all__ = ["Sender", "Turns"]


class Sender(Protocol):
    """What takes the messages of one response."""

    async def __call__(self, message: Message) -> None: ...

    async def finish(self) -> None:
        """The app has left: what is still held leaves now."""


class Turns:
    """The `send` that the app is given. What takes the messages may wait in the middle of one, for the visitor's
    work; those of an app that sends from several tasks must still leave in the order of its calls, as they would
    where nobody waits. `chop` cuts bodies for the sake of tests."""

    __slots__ = ("_chop", "_lock", "_sender")

    def __init__(self, sender: Sender, chop: Chop | None) -> None:
        self._sender = sender
        self._chop = chop
        self._lock = asyncio.Lock()  # fair: whoever came first goes first

    async def __call__(self, message: Message) -> None:
        await self._lock.acquire()
        try:
            if self._chop is None:
                await self._sender(message)
                return
            for part in self._chop.parts(message):
                await self._sender(part)
        finally:
            self._lock.release()

    async def finish(self) -> None:
        async with self._lock:
            await self._sender.finish()
