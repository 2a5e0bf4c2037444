"""The app's messages, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from edge.page.chop import Chop
from edge.types import Message

__all__ = ["Sender", "Turns"]


class Sender(Protocol):
    """What takes the messages of one response."""

    def take(self, message: Message) -> Awaitable[None] | None:
        """Takes one message: what there is to wait for, or None where that is done."""

    @property
    def is_over(self) -> bool:
        """Whether all of the response has left, so that there is nothing to finish."""

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
        """Whether somebody is at it, or has had to wait: then everybody queues."""
        self._lock: asyncio.Lock | None = None
        """Fair: whoever came first goes first."""

    async def __call__(self, message: Message) -> None:
        if self._busy:
            async with await self._contended():
                await self._hand_on(message)
            return
        self._busy = True
        try:
            if self._chop is not None:
                await self._hand_on(message)
            elif (taken := self._sender.take(message)) is not None:
                await taken
        finally:
            if self._lock is None:
                self._busy = False
            else:
                self._lock.release()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to finish, and nobody at it."""
        return not self._busy and self._sender.is_over

    async def finish(self) -> None:
        """There are no messages any more."""
        async with await self._contended():
            await self._sender.finish()

    async def _contended(self) -> asyncio.Lock:
        if self._lock is None:
            self._lock = asyncio.Lock()
            if self._busy:
                await self._lock.acquire()  # for the one who is at it, and who lets it go
            self._busy = True
        return self._lock

    async def _hand_on(self, message: Message) -> None:
        for part in (message,) if self._chop is None else self._chop.parts(message):
            taken = self._sender.take(part)
            if taken is not None:
                await taken
