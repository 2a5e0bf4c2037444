"""One call of the app for all who ask for the same while it is under way.

    the app ──► collected, at the speed of the app ──► given to whoever asked first, at theirs
                     │
                     └── whole: kept, and given to those who waited
                     └── not to be kept: those who waited are let go at once, and ask for themselves; what is left
                         goes through to the first at the speed at which they take it, as if there were no cache

Whoever asked first may leave: as long as others wait, the call goes on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from edge.cache.stored import Stored
from edge.types import Message, Receive, Send

__all__ = ["Flight"]

_PATIENCE = 10.0
"""Seconds to wait for somebody else's answer."""


class Flight:
    """`outcome` is what those who waited get; None where they have to ask for themselves."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.outcome: Stored | None = None
        self._receive = receive
        self._send = send
        self._queue: deque[Message] = deque()
        self._news = asyncio.Event()  # for the first: something to give, or the end
        self._given = asyncio.Event()  # for the app: the first has taken all there was
        self._landed = asyncio.Event()  # for those who wait
        self._deserted = asyncio.Event()  # nobody waits
        self._deserted.set()
        self._waiting = 0
        self._left = False
        self._task: asyncio.Task[Any] | None = None

    # Those who wait.

    async def wait(self) -> Stored | None:
        """The answer of somebody else's call, or None: then ask."""
        self._waiting += 1
        self._deserted.clear()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._landed.wait()
        except TimeoutError:
            return None
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._deserted.set()
        return self.outcome

    def land(self, outcome: Stored | None) -> None:
        """It is known what those who wait get. Only the first word counts."""
        if not self._landed.is_set():
            self.outcome = outcome
            self._landed.set()

    @property
    def has_landed(self) -> bool:
        return self._landed.is_set()

    # The app's side.

    async def receive(self) -> Message:
        """The first one's messages; that they have left is kept back while others need the answer."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._landed.is_set():
            await self._deserted.wait()
        return message

    async def hold(self, message: Message) -> None:
        """A message of an answer that is collected: nobody waits for its taker."""
        if not self._left:
            self._queue.append(message)
            self._news.set()

    async def through(self, message: Message) -> None:
        """A message of an answer that is not kept."""
        self.land(None)
        while self._queue:
            self._given.clear()
            await self._given.wait()
        if not self._left:
            await self._send(message)
        elif self._task is not None:
            self._task.cancel()  # it went on for the others, and is of no use to them

    # The side of whoever asked first.

    async def hand_over(self, task: asyncio.Task[Any]) -> None:
        """Gives what is collected until the task is over. Raises what it raised."""
        self._task = task
        task.add_done_callback(lambda _: self._news.set())
        try:
            while True:
                while self._queue:
                    await self._send(self._queue[0])
                    self._queue.popleft()
                self._given.set()
                if task.done():
                    break
                self._news.clear()
                await self._news.wait()
            await task
        finally:
            if not task.done():
                await self._leave(task)
            else:
                _look_away(task)

    async def _leave(self, task: asyncio.Task[Any]) -> None:
        """The first has gone before the end. Nobody waits for a task that goes on for the others: it is theirs."""
        self._left = True
        self._queue.clear()
        self._given.set()
        if self._waiting and not self._landed.is_set():
            task.add_done_callback(_look_away)
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _look_away(task: asyncio.Task[Any]) -> None:
    """Whoever waited has been told; what the app raised is for nobody."""
    if not task.cancelled():
        task.exception()
