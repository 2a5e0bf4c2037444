"""The service of `[remote]` as a source of profiles: asked rarely, and never waited for longer than need be."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, MutableMapping
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from math import inf

from cachetools import TTLCache

from edge.errors import RemoteError
from edge.model import Profile, Visitor
from edge.remote.breaker import Breaker
from edge.remote.reading import Convert, Reading
from edge.remote.secrets import Headers
from edge.remote.service import Service
from edge.remote.settings import RemoteSettings

__all__ = ["STALE_SECONDS", "RemoteProfiles"]

log = logging.getLogger("edge.remote")

STALE_SECONDS = 600
"""Seconds for which an answer is shown after its time, while the service is asked anew or fails."""

_CONNECTIONS = 16
_FLIGHTS = 1_000
_SAY_AGAIN = 60.0  # seconds until a failure that goes on is told once more
_OVERHEAD = 1024  # bytes that an answer costs besides its own


@dataclass(frozen=True, slots=True)
class _Kept:
    profile: Profile
    at: float
    size: int


class RemoteProfiles:
    """Gives the profile of a visitor, as a future: done at once where the answer is kept or no call is made.

    | what is known | what the page gets | the service |
    | --- | --- | --- |
    | an answer younger than its ttl | that | is left alone |
    | one up to ten minutes older | that | is asked, for the next page |
    | none | what the flight brings, its failure too | is asked once for all who wait |
    | none, and the breaker is open | a RemoteError, at once | is left alone |

    A flight belongs to nobody who waits for it: it goes on when they leave, and what it brings is kept. Making
    one of these opens nothing and starts nothing, and it works on whichever event loop it is called; `aclose`
    ends what runs on the present one. The clock is in seconds and never jumps."""

    def __init__(
        self,
        settings: RemoteSettings,
        headers: Headers,
        segments: frozenset[str],
        convert: Convert,
        counts: MutableMapping[tuple[str, str], int],
        clock: Callable[[], float] = time.monotonic,
        *,
        memory: int = 16 << 20,
        connections: int = _CONNECTIONS,
    ) -> None:
        self._counts = counts
        self._clock = clock
        self._ttl = settings.ttl_seconds
        self._timeout = settings.timeout_ms / 1000
        self._connections = connections
        self._service = Service(settings, headers, connections, clock)
        self._reading = Reading(settings, segments, convert, self._count)
        self._breaker = Breaker(clock)
        self._said: dict[str, float] = {}  # when the log was told of which failure: there are few
        self._kept: TTLCache[str, _Kept] = TTLCache(
            memory, self._ttl + STALE_SECONDS, timer=clock, getsizeof=lambda kept: kept.size
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flights: dict[str, asyncio.Task[Profile]] = {}

    def use(self, headers: Headers) -> None:
        """Sends these headers from now on: the secrets in them have changed."""
        self._service.use(headers)

    def __call__(self, visitor: Visitor) -> asyncio.Future[Profile]:
        """The visitor's profile. Raises nothing, but the future may have a RemoteError."""
        waiter = self._here().create_future()
        name = visitor.id or ""
        kept = self._kept.get(name)
        if kept is not None:
            fresh = self._clock() < kept.at + self._ttl
            self._count("kept" if fresh else "stale")
            if not fresh:
                self._asked(name)
            waiter.set_result(kept.profile)
            return waiter
        flight = self._asked(name)
        if isinstance(flight, RemoteError):
            waiter.set_exception(flight)
        else:
            flight.add_done_callback(partial(_tell, waiter))
        return waiter

    def _here(self) -> asyncio.AbstractEventLoop:
        """The running loop. What was begun on another one is nothing to wait for here."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._flights = {}
            self._turns = asyncio.Semaphore(self._connections)
        return loop

    def _asked(self, name: str) -> asyncio.Task[Profile] | RemoteError:
        """The flight that brings the profile: one under way or a new one; or why there is none."""
        flight = self._flights.get(name)
        if flight is not None:
            return flight
        tried = self._breaker.is_open
        if tried and not self._breaker.is_due:
            self._count("open")
            return RemoteError("open", "the service has failed too often, and is left alone for a while")
        if len(self._flights) >= _FLIGHTS:
            self._count("busy")
            return RemoteError("busy", f"the service is being asked for {_FLIGHTS:,} visitors already")
        if tried:
            self._breaker.enter()
        # A context of its own: the variables of the request that happens to be first are none of its business.
        flight = self._flights[name] = asyncio.get_running_loop().create_task(
            self._fly(name, tried=tried), name="edge: asking the remote service", context=Context()
        )
        flight.add_done_callback(partial(self._landed, self._flights, name, tried))
        return flight

    async def _fly(self, name: str, *, tried: bool) -> Profile:
        async with self._turns:
            if self._breaker.is_open and not tried:  # it has opened while this waited for its turn
                self._count("open")
                raise RemoteError("open", "the service has failed too often, and is left alone for a while")
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await self._service.ask(name)
                profile = Profile() if answer.document is None else self._reading.profile(answer.document)
            except TimeoutError:
                error = RemoteError("timeout", "the service took longer than timeout_ms")
                self._failed(error, tried)
                raise error from None
            except RemoteError as error:
                self._failed(error, tried)
                raise
        self._count("asked" if answer.document is not None else "unknown visitor")
        self._kept[name] = _Kept(profile, self._clock(), answer.size + _OVERHEAD)
        if self._breaker.succeed():
            log.warning("the service of [remote] answers again")
        return profile

    def _landed(
        self, flights: dict[str, asyncio.Task[Profile]], name: str, tried: bool, flight: asyncio.Task[Profile]
    ) -> None:
        del flights[name]
        error = None if flight.cancelled() else flight.exception()
        if error is not None and not isinstance(error, RemoteError):
            # A fault of ours. Its text may hold what the service said.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("asking the service of [remote] failed because of %s:\n%s", type(error).__name__, where)
            self._failed(RemoteError("fault", "there is a fault in Edge"), tried)

    def _failed(self, error: RemoteError, tried: bool) -> None:
        self._count(error.reason)
        if self._breaker.fail(tried, error.pause):
            log.warning("the service of [remote] is left alone for %.0f seconds: %s", self._breaker.pause, error)
        elif self._clock() >= self._said.get(str(error), -inf) + _SAY_AGAIN:
            self._said[str(error)] = self._clock()
            log.warning("the service of [remote] failed, said once a minute: %s", error)

    def _count(self, reason: str) -> None:
        self._counts["remote", reason] = self._counts.get(("remote", reason), 0) + 1

    async def aclose(self) -> None:
        """Ends the calls under way on this event loop, and closes all connections. It is no end: who asks later is
        answered."""
        flights = list(self._flights.values()) if asyncio.get_running_loop() is self._loop else []
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await self._service.aclose()


def _tell(waiter: asyncio.Future[Profile], flight: asyncio.Task[Profile]) -> None:
    if waiter.done():
        return
    if flight.cancelled():
        waiter.cancel()
    elif (error := flight.exception()) is not None:
        waiter.set_exception(error)
    else:
        waiter.set_result(flight.result())
