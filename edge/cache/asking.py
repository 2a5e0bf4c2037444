"""Asks the app, for whoever has asked or for all who wait, and keeps what may be kept of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edge.cache.asked import Asked
from edge.cache.collector import Collector
from edge.cache.fetch import Fetch, Pass, Verdict
from edge.cache.memory import Memory
from edge.cache.settings import CacheSettings
from edge.cache.stored import Stored, freshened
from edge.cache.terms import Moment, read_terms
from edge.types import ASGIApp, Headers, Receive, Scope

__all__ = ["BACKOFF", "Asking", "Given", "is_usable", "nobody_waits"]

BACKOFF = 10.0
"""Seconds for which a site that has just failed is not asked again for the same."""

_ALONE = 60.0
"""Seconds for which nobody waits for others under an address whose answer was not for all."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a client gets instead of the app's own answer, and what is said of it in Cache-Status."""

    stored: Stored
    note: bytes


class Asking:
    """`wall` gives Unix seconds, `ticks` seconds that never go back."""

    def __init__(
        self,
        app: ASGIApp,
        settings: CacheSettings,
        memory: Memory,
        wall: Callable[[], float],
        ticks: Callable[[], float],
    ) -> None:
        self.memory = memory
        self.ticks = ticks
        self._app = app
        self._settings = settings
        self._limit = settings.memory_mb * 1024 * 1024
        self._wall = wall
        self._store = memory.store
        self._purges = memory.purges

    async def ask(
        self,
        scope: Scope,
        receive: Receive,
        pass_on: Pass,
        asked: Asked,
        stored: Stored | None,
        land: Callable[[Stored | None], None],
    ) -> Given | None:
        """Asks the app. None where its answer has been passed on; else what is to be given instead."""
        number, now = self._purges.number, self.ticks()
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

        collector = Collector(asked, self._settings, self._moment, self._room)
        if stored is None and b"range" in asked.conditions:
            collector.refuse("range")  # whatever comes, others would not have been given
        usable = stored is not None and is_usable(stored, now)
        missed = self.missed(asked, stored)
        fetch = Fetch(collector, pass_on, begun, keep, missed, stored if conditions else None, usable)
        try:
            await fetch.run(self._app, _for_the_app(scope, asked, stored, conditions), receive)
        finally:
            self.memory.collecting -= collector.held
        if stored is None or fetch.verdict is Verdict.PASSED:
            self.count("miss")
            if fetch.why:
                self.count(fetch.why, "uncached")
            return None
        if fetch.verdict is Verdict.FAILED:
            self.count("failed")
            stored.backoff = self.ticks() + BACKOFF
            land(None if self._purges.since(number, asked.place) else stored)
            said = b"; fwd-status=%d" % fetch.status if fetch.status else b""
            return Given(stored, missed + said + b"; detail=stale-if-error")
        renewed = self._renewed(asked, stored, fetch, collector.began)
        if renewed is None:
            self._store.remove(asked, stored)
            return await self.ask(scope, receive, pass_on, asked, None, land)
        self.count("unchanged")
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
        self.count("stored")
        return ""

    def _renewed(self, asked: Asked, stored: Stored, fetch: Fetch, began: Moment) -> Stored | None:
        """What is stored, after the app said that it holds; None where it said that of something else, or in a way
        that cannot be kept: then the app has to say it whole."""
        headers = freshened(stored.headers, fetch.headers)
        if headers is None:
            return None
        ages = [pair for pair in fetch.headers if pair[0] == b"age"]
        terms = read_terms(asked, stored.status, [*headers, *ages], began, self._moment(), self._settings)
        return None if isinstance(terms, str) else Stored(asked.kind, stored.status, headers, stored.body, terms)

    def goes_alone(self, asked: Asked, now: float) -> bool:
        """Whether it is of no use to wait for what somebody else gets from this address."""
        return self.memory.alone.get(_alone(asked), 0.0) > now

    def _expect(self, asked: Asked, *, shared: bool) -> None:
        """Remembers whether it is of use to wait for what somebody else gets from this address."""
        alone, key = self.memory.alone, _alone(asked)
        if shared:
            alone.pop(key, None)
        else:
            alone[key] = self.ticks() + _ALONE

    def _room(self, size: int) -> bool:
        """Whether so much more may be held of answers that are still coming: half of what may be kept."""
        self.memory.collecting += size
        return 2 * self.memory.collecting <= self._limit

    def _moment(self) -> Moment:
        return Moment(self.ticks(), self._wall())

    def missed(self, asked: Asked, stored: Stored | None) -> bytes:
        """Why the app is asked (RFC 9211 section 2.2)."""
        if stored is not None:
            return b"Edge; fwd=stale"
        return b"Edge; fwd=vary-miss" if self._store.newest(asked.place) is not None else b"Edge; fwd=uri-miss"

    def count(self, why: str, what: str = "cache") -> None:
        self.memory.counts[what, why] += 1


def is_usable(stored: Stored, now: float) -> bool:
    """Whether it may be given where the app fails."""
    return stored.status < 500 and not stored.terms.always_ask and -stored.terms.left(now) < stored.terms.if_error


def nobody_waits(outcome: Stored | None) -> None:
    pass


def _for_the_app(scope: Scope, asked: Asked, stored: Stored | None, conditions: Headers) -> Scope:
    """What the app sees: no cookies, which are Edge's or mean nothing; and our conditions, not the client's, where
    something is stored."""
    return {**scope, "headers": asked.headers if stored is None else [*asked.whole(), *conditions]}


def _alone(asked: Asked) -> int:
    """Short, for addresses may be long; two that are taken for one cost nothing but a call."""
    return hash((asked.place, asked.kind))
