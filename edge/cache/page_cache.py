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

from edge.cache.asked import Asked, Cookies, read_request
from edge.cache.asking import Asking, Given, is_usable, nobody_waits
from edge.cache.changes import changed_places, is_safe
from edge.cache.fetch import annotated, tell
from edge.cache.flight import Flight
from edge.cache.giving import give
from edge.cache.memory import Counts, Memory
from edge.cache.purges import Purge, PurgeFile, Purges
from edge.cache.renewing import Renewing
from edge.cache.settings import CacheSettings
from edge.cache.stored import Stored
from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PageCache"]


def _ticks() -> float:
    """Seconds that pass, also while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if _HAS_BOOTTIME else time.monotonic()


_HAS_BOOTTIME = hasattr(time, "CLOCK_BOOTTIME")


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
        self._file = file
        self._stranger = stranger
        self._wall = wall
        if memory is None:
            memory = Memory(Counter() if counts is None else counts)
            store = memory.store
            memory.purges = Purges(file, lambda purge: store.drop_where(purge.matches, purge.only))
        self.memory = memory
        self._store = memory.store
        self._purges = memory.purges
        self._asking = Asking(app, settings, memory, wall, ticks)
        self._renewing = Renewing(self._asking, stranger)

    def under(self, settings: CacheSettings) -> PageCache:
        """The same cache with other settings: what it keeps, it keeps."""
        return PageCache(
            self.app,
            settings,
            file=self._file,
            stranger=self._stranger,
            wall=self._wall,
            ticks=self._asking.ticks,
            memory=self.memory,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            asked, stored = self._find(scope)
            now = self._asking.ticks()
        except Exception as error:  # noqa: BLE001  the page is worth more than anything that goes wrong here
            tell(error)
            await self.app(scope, receive, send)
            return
        if isinstance(asked, str):
            await self._pass_by(scope, receive, send, asked)
        elif stored is not None and stored.terms.is_fresh(now):
            self._asking.count("hit")
            age = stored.terms.age_at(now)
            await give(stored, asked, send, age, b"Edge; hit; ttl=%d" % (stored.terms.lifetime - age))
        else:
            await self._not_fresh(scope, receive, send, asked, stored, now)

    def purge(self, purge: Purge) -> bool:
        """Forgets, in every process; False where the others could not be told."""
        self._asking.count("purged")
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
        self._asking.count(why, "uncached")
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
                self._renewing.begin(scope, asked, stored, now)
                self._asking.count("stale")
                await give(stored, asked, send, terms.age_at(now), _hit(stored, now))
                return
            if now < stored.backoff and is_usable(stored, now):
                self._asking.count("failed")
                note = _hit(stored, now) + b"; detail=stale-if-error"
                await give(stored, asked, send, terms.age_at(now), note)
                return
        if asked.head:
            await self.app(scope, receive, _noting(send, self._asking.missed(asked, stored)))
            return
        key = (asked.place, asked.kind, self._variant(asked))
        flight = self.memory.flights.get(key)
        if flight is not None:
            missed = self._asking.missed(asked, stored)
            given = await flight.wait()
            if given is not None and given.fits(asked):
                now = self._asking.ticks()
                self._asking.count("waited")
                await give(given, asked, send, given.terms.age_at(now), missed + b"; collapsed")
                return
            await self._ask_alone(scope, receive, send, asked, stored)
        elif (asked.conditions and stored is None) or self._asking.goes_alone(asked, now):
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

        given = await self._asking.ask(scope, receive, pass_on, asked, stored, nobody_waits)
        if given is not None:
            await give(given.stored, asked, send, given.stored.terms.age_at(self._asking.ticks()), given.note)

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
                return await self._asking.ask(scope, flight.receive, pass_on, asked, stored, land)
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
            await give(given.stored, asked, send, given.stored.terms.age_at(self._asking.ticks()), given.note)


def _hit(stored: Stored, now: float) -> bytes:
    return b"Edge; hit; ttl=%d" % stored.terms.left(now)


def _noting(send: Send, note: bytes) -> Send:
    async def noting(message: Message) -> None:
        await send(annotated(message, note) if message["type"] == "http.response.start" else message)

    return noting
