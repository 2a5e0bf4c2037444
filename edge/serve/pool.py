"""The connections to one origin. A slot is a socket: taken before it is opened, free when it is gone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import httpx

from edge.serve.connection import Connection

__all__ = ["Connect", "Pool"]

Connect = Callable[[asyncio.AbstractEventLoop, Callable[[], Connection]], Awaitable[Connection]]
"""Opens a socket with the protocol that the second argument makes. Raises OSError."""


class Pool:
    """At most `slots` connections. `wait` is how many seconds one is waited for, `keep` how many one is kept that
    nothing happens on."""

    def __init__(self, connect: Connect, slots: int, wait: float, keep: float) -> None:
        self.connect = connect
        self._slots = slots
        self._wait_seconds = wait
        self._keep_seconds = keep
        self._loop: asyncio.AbstractEventLoop | None = None
        self._start(None)

    def _start(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._closed = False
        self._opening = 0
        self._open: set[Connection] = set()
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweep: asyncio.TimerHandle | None = None

    @property
    def taken(self) -> int:
        """How many slots are, by idle connections too."""
        return len(self._open) + self._opening

    async def take(self, *, fresh: bool = False) -> Connection:
        """A connection for one exchange; `fresh`: one without a past. Raises httpx.ConnectError or PoolTimeout."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop or self._closed:
            self._start(loop)
        until = 0.0
        while True:
            while self._idle and not fresh:
                connection = self._idle.pop()
                if connection.usable and connection.quiet:
                    return connection
                connection.close()
            if self.taken < self._slots:
                return await self._new(loop)
            if self._idle:
                self._idle.pop(0).close()  # a fresh one is wanted, and room for it comes when this is gone
            first = not until
            until = until or loop.time() + self._wait_seconds
            await self._wait(loop, until, first=first)

    def close(self) -> None:
        """Closes what is idle now, and what is busy when it is done."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def _new(self, loop: asyncio.AbstractEventLoop) -> Connection:
        self._opening += 1
        connection = None
        try:
            connection = await self.connect(loop, lambda: Connection(loop, self._freed, self._lost))
            self._open.add(connection)
        except OSError as error:
            raise httpx.ConnectError(f"the origin cannot be reached: {error}") from error
        finally:
            self._opening -= 1
            if connection is None:
                self._wake()
        return connection

    async def _wait(self, loop: asyncio.AbstractEventLoop, until: float, *, first: bool) -> None:
        """Until there may be a connection or a slot. Who has waited before, in vain, stands in front."""
        waiter: asyncio.Future[None] = loop.create_future()
        (self._waiting.append if first else self._waiting.appendleft)(waiter)
        woken = False
        try:
            async with asyncio.timeout_at(until):
                await waiter
            woken = True
        except TimeoutError:
            raise httpx.PoolTimeout("all connections to the origin are busy") from None
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not woken:
                self._wake()  # it was our turn, and we are gone

    def _wake(self) -> None:
        if self._waiting:
            waiter = self._waiting.popleft()
            if waiter.done():  # cancelled, and has not run since
                self._wake()
            else:
                waiter.set_result(None)

    def _freed(self, connection: Connection) -> None:
        if self._closed or connection not in self._open:
            connection.close()
            return
        connection.idle_since = connection.loop.time()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = connection.loop.call_later(self._keep_seconds, self._close_old)
        self._wake()

    def _lost(self, connection: Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._wake()

    def _close_old(self) -> None:
        assert self._loop is not None
        now = self._loop.time()
        for connection in list(self._idle):
            if connection.idle_since + self._keep_seconds <= now:
                connection.close()
        self._sweep = None
        if self._idle:
            self._sweep = self._loop.call_later(self._keep_seconds / 2, self._close_old)
