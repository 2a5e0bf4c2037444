"""uvicorn's server, with an end that loses no request.

serving ──► draining (where that is asked for: it serves on, and says that it is not ready)
   └──────────┴──► ending: nothing new is accepted; each connection ends with its next answer, or idle
                      └──► in time, what is left is cut
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn

from edge.serve import Gate

__all__ = ["Server"]

_LOOK = 0.05
_HANDSHAKE = 1.0
"""Seconds that a TLS handshake may take that was under way when nothing more was accepted."""


class Server(uvicorn.Server):
    """`ready` is called when it serves; `beat` about once a second until it ends."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], beat: Callable[[], None]) -> None:
        super().__init__(config)
        self._until = math.inf
        self._ready = ready
        self._beat = beat
        self._quick = False

    def stop(self, seconds: float, *, quick: bool = False) -> None:
        """Ends, with no more than so many seconds for what has begun. `quick`: idle connections are not waited
        for; a second time, nothing is."""
        self._until = min(self._until, time.monotonic() + seconds)
        self.force_exit = self.force_exit or (self._quick and quick)
        self._quick = self._quick or quick
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the worker's affair."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.stop(0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            self._beat()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._accept_no_more(sockets or [])
        began = beaten = time.monotonic()
        handshakes = began + (_HANDSHAKE if self.config.is_ssl and not self._quick else 2 * _LOOK)
        told: set[Any] = set()
        while not self.force_exit and time.monotonic() < self._until:
            connections = set(self.server_state.connections)
            if not connections and not self.server_state.tasks and time.monotonic() > handshakes:
                break
            for connection in connections - told:
                self._tell(connection)
            told = connections
            await asyncio.sleep(_LOOK)
            if time.monotonic() > beaten + 1:
                beaten = time.monotonic()
                self._beat()
        await self._cut()
        if not self.force_exit:
            await self.lifespan.shutdown()

    async def _accept_no_more(self, sockets: list[socket.socket]) -> None:
        loop = asyncio.get_running_loop()
        for listener in sockets:
            loop.remove_reader(listener.fileno())  # asyncio loses what it has accepted and not yet begun with
        await asyncio.sleep(_LOOK)
        for server in self.servers:
            server.close()
        for listener in sockets:
            listener.close()

    def _tell(self, connection: Any) -> None:
        if isinstance(connection, Gate) and not self._quick:
            connection.retire()
        else:
            connection.shutdown()  # a websocket, which is told that the service restarts

    async def _cut(self) -> None:
        tasks = set(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
