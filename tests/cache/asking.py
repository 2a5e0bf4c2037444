"""A site that counts how often it is asked, a page cache before it, and clocks that go as a test says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.cache import CacheSettings, PageCache
from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, Pairs, ask, start

__all__ = ["BROWSER", "NOW", "Clock", "Site", "bodies", "cached", "fresh", "message", "note", "site_of"]

NOW = 1_795_300_000.0

BROWSER: Pairs = [
    (b"user-agent", b"Mozilla/5.0"),
    (b"accept", b"text/html,*/*;q=0.8"),
    (b"accept-language", b"de"),
    (b"accept-encoding", b"gzip"),
    (b"connection", b"keep-alive"),
]


@dataclass
class Clock:
    """`wall` is what people read, `ticks` what passes."""

    wall: float = NOW
    ticks: float = 1000.0

    def sleep(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds


def fresh(seconds: int = 60, *more: tuple[bytes, bytes]) -> Pairs:
    return [(b"cache-control", b"max-age=%d" % seconds), *more]


@dataclass
class Site:
    """An app. `answer` sends what it likes; `asked` are the requests that came."""

    answer: Callable[[Scope, Receive, Send], Awaitable[None]]
    asked: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        await self.answer(scope, receive, send)

    @property
    def times(self) -> int:
        return len(self.asked)

    def header(self, name: bytes) -> bytes | None:
        """Of the last request."""
        return next((value for key, value in self.asked[-1]["headers"] if key == name), None)


def site_of(headers: Pairs = (), status: int = 200, body: bytes | None = None) -> Site:
    """A site whose every answer says how many it has made, or is `body`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        text = b"answer %d" % site.times if body is None else body
        await send(start(headers, status))
        await send({"type": "http.response.body", "body": text})

    site = Site(answer)
    return site


def cached(app: Any, clock: Clock | None = None, **settings: Any) -> PageCache:
    clock = clock or Clock()
    return PageCache(app, CacheSettings(on=True, **settings), wall=lambda: clock.wall, ticks=lambda: clock.ticks)


def note(answer: Answer) -> bytes:
    """What the cache says it did."""
    said = answer.header(b"cache-status")
    assert said is not None
    return said


def bodies(cache: PageCache, *requests: Sequence[tuple[bytes, bytes]], path: str = "/") -> list[bytes]:
    """What these requests get, one after the other."""
    return [ask(cache, path, headers).body for headers in requests]


def message(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
