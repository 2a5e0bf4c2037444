"""The page cache: an ASGI application in front of another that keeps its answers, once for everybody.

| what is asked | what happens |
| --- | --- |
| something that could be made for one visitor: a cookie, a login, another method … | the app is asked; after a change, what it changed is forgotten |
| what is kept and fresh | it is given, as one body |
| what is kept and stale | the app is asked whether it still holds; or it is given and the app is asked meanwhile |
| anything else | the app is asked, once for all who wait |
"""  # noqa: E501

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from edge.cache.asked import Asked, Cookies, read_request
from edge.cache.changes import changed_places, is_safe
from edge.cache.collector import Collector
from edge.cache.fetch import Fetch, Pass, Verdict, annotated, tell
from edge.cache.flight import Flight
from edge.cache.giving import give
from edge.cache.purges import Purge, PurgeFile, Purges
from edge.cache.settings import CacheSettings
from edge.cache.store import Store
from edge.cache.stored import Stored, freshened
from edge.cache.terms import Moment, read_terms
from edge.types import ASGIApp, Headers, Message, Receive, Scope, Send

__all__ = ["Counts", "PageCache"]

Counts = Counter[tuple[str, str]]

_MOST_REFRESHES = 16
"""Calls at a time to renew what was given stale."""

_LONGEST_REFRESH = 60.0
_BACKOFF = 10.0
"""Seconds for which a site that has just failed is not asked again for the same."""

_ALONE = 60.0
"""Seconds for which nobody waits for others under an address whose answer was not for all."""


def _ticks() -> float:
    """Seconds that pass, also while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if _HAS_BOOTTIME else time.monotonic()


_HAS_BOOTTIME = hasattr(time, "CLOCK_BOOTTIME")


@dataclass(slots=True)
class Memory:
    """What goes on from one state of the settings to the next."""

    counts: Counts
    store: Store = field(default_factory=Store)
    purges: Purges = field(init=False)
    flights: dict[object, Flight] = field(default_factory=dict)
    alone: LRUCache[int, float] = field(default_factory=lambda: LRUCache(10_000))
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    refreshing: set[object] = field(default_factory=set)
    collecting: int = 0


class PageCache:
    """`PageCache(app, settings)`. `counts` is where it counts; `file` tells of purges among processes; `stranger`
    makes what an app finds as `scope["edge"]` where nobody is looking. Where that says `was_read` once the answer
    is made, it was made for one visitor. `wall` gives Unix seconds, `ticks` seconds that never go back."""

    def __init__(
        self,
        app: ASGIApp,
        settings: CacheSettings,
        *,
        counts: Counts | None = None,
        file: PurgeFile | None = None,
        stranger: Callable[[], object] = object,
        wall: Callable[[], float] = time.time,
        ticks: Callable[[], float] = _ticks,
        memory: Memory | None = None,
    ) -> None:
        self.app = app
        self.settings = settings
        self._cookies = Cookies(settings.ignore_cookies)
        self._limit = settings.memory_mb * 1024 * 1024
        self._file = file
        self._stranger = stranger
        self._wall = wall
        self._ticks = ticks
        if memory is None:
            memory = Memory(Counter() if counts is None else counts)
            store = memory.store
            memory.purges = Purges(file, lambda purge: store.drop_where(purge.matches, purge.only))
        self.memory = memory
        self._store = memory.store
        self._purges = memory.purges

    def under(self, settings: CacheSettings) -> PageCache:
        """The same cache with other settings: what it keeps, it keeps."""
        return PageCache(
            self.app,
            settings,
            file=self._file,
            stranger=self._stranger,
            wall=self._wall,
            ticks=self._ticks,
            memory=self.memory,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            asked, stored = self._find(scope)
            now = self._ticks()
        except Exception as error:  # noqa: BLE001  the page is worth more than anything that goes wrong here
            tell(error)
            await self.app(scope, receive, send)
            return
        if isinstance(asked, str):
            await self._pass_by(scope, receive, send, asked)
        elif stored is not None and stored.terms.is_fresh(now):
            self._count("hit")
            age = stored.terms.age_at(now)
            await give(stored, asked, send, age, b"Edge; hit; ttl=%d" % (stored.terms.lifetime - age))
        else:
            await self._not_fresh(scope, receive, send, asked, stored, now)

    def purge(self, purge: Purge) -> bool:
        """Forgets, in every process; False where the others could not be told."""
        self._count("purged")
        return self._purges.add(purge)

    async def aclose(self) -> None:
        """Ends what goes on without anybody waiting for it."""
        tasks = [task for task in self.memory.tasks if task.get_loop() is asyncio.get_running_loop()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _find(self, scope: Scope) -> tuple[Asked | str, Stored | None]:
        if scope["method"] not in ("GET", "HEAD"):
            return "method", None
        asked = read_request(scope, self._cookies)
        if isinstance(asked, str):
            return asked, None
        self._purges.glance()
        return asked, self._store.find(asked)

    # What is none of the cache's business.

    async def _pass_by(self, scope: Scope, receive: Receive, send: Send, why: str) -> None:
        self._count(why, "uncached")
        method = why == "method"
        changes = method and not is_safe(scope["method"])
        note = b"Edge; fwd=method" if method else b"Edge; fwd=bypass; detail=" + why.encode("ascii")

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message.get("headers", ()))}
                if changes:
                    self._forget_changed(scope, message)
                message = annotated(message, note)
            await send(message)

        await self.app(scope, receive, noting)

    def _forget_changed(self, scope: Scope, message: Message) -> None:
        try:
            for host, target in changed_places(scope, message["status"], message["headers"]):
                self._purges.add(Purge(host, target))
        except Exception as error:  # noqa: BLE001  as above
            tell(error)

    # What has to be asked for.

    async def _not_fresh(
        self, scope: Scope, receive: Receive, send: Send, asked: Asked, stored: Stored | None, now: float
    ) -> None:
        """Nothing is kept, or nothing that is still fresh."""
        if stored is not None:
            terms = stored.terms
            if not terms.always_ask and -terms.left(now) < terms.while_revalidating:
                self._refresh(scope, asked, stored, now)
                self._count("stale")
                await give(stored, asked, send, terms.age_at(now), _hit(stored, now))
                return
            if now < stored.backoff and _is_usable(stored, now):
                self._count("failed")
                note = _hit(stored, now) + b"; detail=stale-if-error"
                await give(stored, asked, send, terms.age_at(now), note)
                return
        if asked.head:
            await self.app(scope, receive, _noting(send, self._missed(asked, stored)))
            return
        key = (asked.place, asked.kind, self._variant(asked))
        flight = self.memory.flights.get(key)
        if flight is not None:
            missed = self._missed(asked, stored)
            given = await flight.wait()
            if given is not None and given.fits(asked):
                now = self._ticks()
                self._count("waited")
                await give(given, asked, send, given.terms.age_at(now), missed + b"; collapsed")
                return
            await self._ask_alone(scope, receive, send, asked, stored)
        elif (asked.conditions and stored is None) or self.memory.alone.get(_alone(asked), 0.0) > now:
            await self._ask_alone(scope, receive, send, asked, stored)
        else:
            await self._ask_for_all(key, scope, receive, send, asked, stored)

    def _variant(self, asked: Asked) -> object:
        """What is known of the headers that choose the answer: those who send others need not wait for it."""
        stored = self._store.newest(asked.place)
        return None if stored is None else tuple(asked.value(name) for name, _ in stored.terms.varying)

    async def _ask_alone(
        self, scope: Scope, receive: Receive, send: Send, asked: Asked, stored: Stored | None
    ) -> None:
        async def pass_on(message: Message, kept: bool) -> None:
            await send(message)

        given = await self._ask(scope, receive, pass_on, asked, stored, _nobody_waits)
        if given is not None:
            await give(given.stored, asked, send, given.stored.terms.age_at(self._ticks()), given.note)

    async def _ask_for_all(
        self, key: object, scope: Scope, receive: Receive, send: Send, asked: Asked, stored: Stored | None
    ) -> None:
        flights, tasks = self.memory.flights, self.memory.tasks
        flight = flights[key] = Flight(receive, send)

        def land(outcome: Stored | None) -> None:
            flight.land(outcome)
            if flights.get(key) is flight:
                del flights[key]

        async def pass_on(message: Message, kept: bool) -> None:
            if kept:
                await flight.hold(message)
            else:
                land(None)
                await flight.through(message)

        async def fly() -> Given | None:
            try:
                return await self._ask(scope, flight.receive, pass_on, asked, stored, land)
            finally:
                land(None)

        task = asyncio.get_running_loop().create_task(fly())
        try:
            await flight.hand_over(task)
        finally:
            if not task.done():  # it goes on for those who wait
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        given = task.result()
        if given is not None:
            await give(given.stored, asked, send, given.stored.terms.age_at(self._ticks()), given.note)

    async def _ask(
        self,
        scope: Scope,
        receive: Receive,
        pass_on: Pass,
        asked: Asked,
        stored: Stored | None,
        land: Callable[[Stored | None], None],
    ) -> Given | None:
        """Asks the app. None where its answer has been passed on; else what is to be given instead."""
        number, now = self._purges.number, self._ticks()
        conditions = [] if stored is None else stored.conditions()

        def begun(shared: bool) -> None:
            self._expect(asked, shared=shared or fetch.status >= 500)
            if not shared:
                land(None)

        def keep(new: Stored) -> str:
            why = self._keep(scope, asked, new, number)
            begun(not why and new.terms.can_be_shared)
            land(new)
            return why

        collector = Collector(asked, self.settings, self._moment, self._room)
        if stored is None and b"range" in asked.conditions:
            collector.refuse("range")  # whatever comes, others would not have been given
        usable = stored is not None and _is_usable(stored, now)
        missed = self._missed(asked, stored)
        fetch = Fetch(collector, pass_on, begun, keep, missed, stored if conditions else None, usable)
        try:
            await fetch.run(self.app, _for_the_app(scope, asked, stored, conditions), receive)
        finally:
            self.memory.collecting -= collector.held
        if stored is None or fetch.verdict is Verdict.PASSED:
            self._count("miss")
            if fetch.why:
                self._count(fetch.why, "uncached")
            return None
        if fetch.verdict is Verdict.FAILED:
            self._count("failed")
            stored.backoff = self._ticks() + _BACKOFF
            land(None if self._purges.since(number, asked.place) else stored)
            said = b"; fwd-status=%d" % fetch.status if fetch.status else b""
            return Given(stored, missed + said + b"; detail=stale-if-error")
        renewed = self._renewed(asked, stored, fetch, collector.began)
        if renewed is None:
            self._store.remove(asked, stored)
            return await self._ask(scope, receive, pass_on, asked, None, land)
        self._count("unchanged")
        keep(renewed)
        return Given(renewed, missed + b"; fwd-status=304")

    def _keep(self, scope: Scope, asked: Asked, stored: Stored, number: int) -> str:
        """Keeps an answer to a call that began at the purge of that `number`, or says why not."""
        if getattr(scope.get("edge"), "was_read", False):
            return "visitor"
        if scope.get("session"):
            return "set-cookie"  # a middleware before us will
        self._purges.look()
        if self._purges.since(number, asked.place):
            return "purged"
        if not self._store.keep(asked, stored, self._limit):
            return "too-large"
        self._count("stored")
        return ""

    def _renewed(self, asked: Asked, stored: Stored, fetch: Fetch, began: Moment) -> Stored | None:
        """What is stored, after the app said that it holds; None where it said that of something else, or in a way
        that cannot be kept: then the app has to say it whole."""
        headers = freshened(stored.headers, fetch.headers)
        if headers is None:
            return None
        ages = [pair for pair in fetch.headers if pair[0] == b"age"]
        terms = read_terms(asked, stored.status, [*headers, *ages], began, self._moment(), self.settings)
        return None if isinstance(terms, str) else Stored(asked.kind, stored.status, headers, stored.body, terms)

    def _expect(self, asked: Asked, *, shared: bool) -> None:
        """Remembers whether it is of use to wait for what somebody else gets from this address."""
        alone, key = self.memory.alone, _alone(asked)
        if shared:
            alone.pop(key, None)
        else:
            alone[key] = self._ticks() + _ALONE

    def _room(self, size: int) -> bool:
        """Whether so much more may be held of answers that are still coming: half of what may be kept."""
        self.memory.collecting += size
        return 2 * self.memory.collecting <= self._limit

    # What is renewed while nobody waits.

    def _refresh(self, scope: Scope, asked: Asked, stored: Stored, now: float) -> None:
        refreshing, tasks = self.memory.refreshing, self.memory.tasks
        key = (asked.place, stored.kind, stored.terms.varying)
        if key in refreshing or len(refreshing) >= _MOST_REFRESHES or now < stored.backoff:
            return
        behind = {**scope, "method": "GET", "edge": self._stranger(), "extensions": {}}
        refreshing.add(key)
        # A context of its own: the variables of this request are of somebody who has been answered.
        task = asyncio.get_running_loop().create_task(self._renew(behind, asked, stored), context=Context())
        tasks.add(task)

        def over(task: asyncio.Task[None]) -> None:
            refreshing.discard(key)
            tasks.discard(task)

        task.add_done_callback(over)

    async def _renew(self, scope: Scope, asked: Asked, stored: Stored) -> None:
        request = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if not request:
                await asyncio.get_running_loop().create_future()  # nobody leaves
            return request.pop()

        async def pass_on(message: Message, kept: bool) -> None:
            if message["type"] == "http.response.start" and not kept:
                stored.backoff = self._ticks() + _BACKOFF

        whole = asked.for_everybody()
        try:
            async with asyncio.timeout(_LONGEST_REFRESH):
                await self._ask(scope, receive, pass_on, whole, stored, _nobody_waits)
        except Exception as error:  # noqa: BLE001  nobody waits for it: what is stored stays as it is
            tell(error)
            stored.backoff = self._ticks() + _BACKOFF

    # What they share.

    def _moment(self) -> Moment:
        return Moment(self._ticks(), self._wall())

    def _missed(self, asked: Asked, stored: Stored | None) -> bytes:
        """Why the app is asked (RFC 9211 section 2.2)."""
        if stored is not None:
            return b"Edge; fwd=stale"
        return b"Edge; fwd=vary-miss" if self._store.newest(asked.place) is not None else b"Edge; fwd=uri-miss"

    def _count(self, why: str, what: str = "cache") -> None:
        self.memory.counts[what, why] += 1


@dataclass(frozen=True, slots=True)
class Given:
    """What a client gets instead of the app's own answer, and what is said of it in Cache-Status."""

    stored: Stored
    note: bytes


def _alone(asked: Asked) -> int:
    """Short, for addresses may be long; two that are taken for one cost nothing but a call."""
    return hash((asked.place, asked.kind))


def _nobody_waits(outcome: Stored | None) -> None:
    pass


def _hit(stored: Stored, now: float) -> bytes:
    return b"Edge; hit; ttl=%d" % stored.terms.left(now)


def _is_usable(stored: Stored, now: float) -> bool:
    """Whether it may be given where the app fails."""
    return stored.status < 500 and not stored.terms.always_ask and -stored.terms.left(now) < stored.terms.if_error


def _noting(send: Send, note: bytes) -> Send:
    async def noting(message: Message) -> None:
        await send(annotated(message, note) if message["type"] == "http.response.start" else message)

    return noting


def _for_the_app(scope: Scope, asked: Asked, stored: Stored | None, conditions: Headers) -> Scope:
    """What the app sees: no cookies, which are Edge's or mean nothing; and our conditions, not the client's, where
    something is stored."""
    return {**scope, "headers": asked.headers if stored is None else [*asked.whole(), *conditions]}
