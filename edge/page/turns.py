"""The app's messages, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from edge.page.chop import Chop
from edge.types import Message

__all__ = ["Sender", "Turns"]


class Sender(Protocol):
    """What takes the messages of one response."""

    @property
    def take(self) -> Callable[[Message], Awaitable[None]]:
        """Takes one message. It may be another from one message to the next."""

    async def finish(self) -> None:
        """The app has left: what is still held leaves now."""


class Turns:
    """The `send` that the app is given. What takes the messages may wait in the middle of one, for the visitor's
    work; those of an app that sends from several tasks must still leave in the order of its calls, as they would
    where nobody waits. `chop` cuts bodies for the sake of tests."""

    __slots__ = ("_busy", "_chop", "_lock", "_sender")

    def __init__(self, sender: Sender, chop: Chop | None) -> None:
        self._sender = sender
        self._chop = chop
        self._busy = False
        self._lock: asyncio.Lock | None = None
        """From the first time that somebody has to wait: fair, whoever came first goes first."""

    async def __call__(self, message: Message) -> None:
        if self._busy or self._lock is not None:
            async with await self._contended():
                await self._hand_on(message)
            return
        self._busy = True
        try:
            if self._chop is None:
                await self._sender.take(message)
            else:
                await self._hand_on(message)
        finally:
            self._leave()

    async def finish(self) -> None:
        """There are no messages any more."""
        if self._busy or self._lock is not None:
            async with await self._contended():
                await self._sender.finish()
            return
        self._busy = True
        try:
            await self._sender.finish()
        finally:
            self._leave()

    def _leave(self) -> None:
        self._busy = False
        if self._lock is not None:
            self._lock.release()

    async def _contended(self) -> asyncio.Lock:
        if self._lock is None:
            self._lock = asyncio.Lock()
            await self._lock.acquire()  # for the one who is at it, and who lets it go
        return self._lock

    async def _hand_on(self, message: Message) -> None:
        for part in (message,) if self._chop is None else self._chop.parts(message):
            await self._sender.take(part)
