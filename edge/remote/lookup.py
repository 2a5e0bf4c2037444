"""From the service's host to the addresses that may be connected to."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from edge.errors import RemoteError
from edge.remote.networks import is_public

__all__ = ["Endpoint", "Lookup"]

Endpoint = tuple[int, tuple[Any, ...]]
"""A socket's family, and an address in numbers as that family has it."""

_KEEP = 30.0
"""Seconds that addresses are used: the resolver does not say how long they hold."""

_Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[tuple[Endpoint, ...]]"]


class Lookup:
    """The addresses of one host. They are looked up once for all who ask at the same time, in a thread of its
    own: a resolver may hang for minutes, and must then hold up neither the event loop, nor the threads that
    others work in, nor the end of the process.

    Connections go to what was checked here, never to a name that could have another answer by then.
    """

    def __init__(
        self, host: str, port: int, *, allow_private: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._host = host
        self._port = port
        self._allow_private = allow_private
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_Waiter] | None = None  # None while no lookup is under way
        self._found: tuple[Endpoint, ...] = ()
        self._until = float("-inf")

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """The addresses, at least one. Raises OSError where there is none, and RemoteError where none may be
        used."""
        if self._clock() < self._until:
            return self._checked(self._found)
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[tuple[Endpoint, ...]] = loop.create_future()
        with self._lock:
            first = self._waiting is None
            self._waiting = [*(self._waiting or ()), (loop, waiter)]
        if first:
            self._begin()
        self._found = found = await waiter
        self._until = self._clock() + _KEEP
        return self._checked(found)

    def _checked(self, found: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        allowed = tuple(one for one in found if self._allow_private or is_public(one[1][0].partition("%")[0]))
        if not allowed:
            text = f"{self._host} is in a private network: allow_private = true in [remote] allows that"
            raise RemoteError("private address", text)
        return allowed

    def _begin(self) -> None:
        try:
            threading.Thread(target=self._look, name="edge: looking up the remote host", daemon=True).start()
        except RuntimeError as error:  # no more threads for now: whoever asks later begins anew
            self._end((), OSError(f"the host cannot be looked up: {error}"))

    def _look(self) -> None:
        found: tuple[Endpoint, ...] = ()
        failure: OSError | None = None
        try:
            infos = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            found = tuple((family, address) for family, _, _, _, address in infos)
        except (OSError, UnicodeError) as error:
            failure = OSError(f"the host cannot be looked up: {error}")
        self._end(found, failure)

    def _end(self, found: tuple[Endpoint, ...], failure: OSError | None) -> None:
        """Tells all who wait."""
        with self._lock:
            waiting, self._waiting = self._waiting or [], None
        for loop, waiter in waiting:
            with suppress(RuntimeError):  # its event loop has ended
                loop.call_soon_threadsafe(_tell, waiter, found, failure)


def _tell(
    waiter: asyncio.Future[tuple[Endpoint, ...]], found: tuple[Endpoint, ...], failure: OSError | None
) -> None:
    if waiter.done():
        return
    if failure is not None:
        waiter.set_exception(failure)
    else:
        waiter.set_result(found)
