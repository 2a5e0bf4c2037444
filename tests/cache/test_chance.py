"""Crowds of visitors at random: known and unknown, slow, leaving, while the site fails, cuts, changes its mind and
is purged. Whatever happens, nobody gets what was made for another, in another language, for another host, or
before a purge that they came behind; and nothing that is not whole."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.cache import CacheSettings, PageCache, parse_purge
from edge.types import Message, Receive, Scope, Send
from tests.cache.asking import Clock, message
from tests.page.raw import scope_of, start

PATHS = ("/a", "/b", "/c?d")
HOSTS = (b"one.example", b"two.example")
LANGUAGES = (b"de", b"fr")
FRESHNESS = (
    b"max-age=30",
    b"max-age=0",
    b"max-age=5, stale-while-revalidate=20",
    b"max-age=5, stale-if-error=500",
    b"s-maxage=10",
    b"private",
    b"no-store",
    b"no-cache",
    b"",
)


class Visit:
    """What stands for `scope["edge"]`."""

    def __init__(self, name: bytes = b"nobody") -> None:
        self._name = name
        self.was_read = False

    @property
    def name(self) -> bytes:
        self.was_read = True
        return self._name


@dataclass
class World:
    chance: random.Random
    clock: Clock = field(default_factory=Clock)
    version: int = 0
    given: int = 0

    async def pause(self) -> None:
        for _ in range(self.chance.choice((0, 0, 1, 2, 5))):
            await asyncio.sleep(0)

    async def site(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Says in its body all that it was made of."""
        chance, headers = self.chance, dict(scope["headers"])
        version = self.version
        known = headers.get(b"cookie") or headers.get(b"authorization") or headers.get(b"x-forwarded-user")
        whom = known or (scope["edge"].name if chance.random() < 0.1 else b"all")
        await self.pause()
        mood = chance.random()
        if mood < 0.05:
            raise OSError("the site is down")
        if mood < 0.1:
            await send(start([], 503))
            await send(message(b"down|-|-|-|-|end"))
            return
        language, forwarded = headers.get(b"accept-language", b"-"), headers.get(b"x-forwarded-host", b"-")
        said = [(b"cache-control", chance.choice(FRESHNESS)), (b"vary", b"Accept-Language")]
        tag = b'"%d %b"' % (version, language)
        said += [(b"etag", tag)] if chance.random() < 0.5 else []
        said += [(b"set-cookie", b"a=b")] if chance.random() < 0.1 else []
        if headers.get(b"if-none-match") == tag and mood < 0.6 and whom == b"all":
            await send(start(said, 304))
            await send(message(b""))
            return
        page = b"|".join((whom, headers[b"host"], scope["path"].encode(), language, forwarded, b"%d" % version))
        page += b"|end"
        said += [(b"content-length", b"%d" % len(page))] if chance.random() < 0.5 else []
        await send(start(said))
        cut = chance.randrange(len(page))
        await send(message(page[:cut], more=True))
        await self.pause()
        if mood > 0.95:
            return  # cut
        if mood > 0.9:
            raise ValueError("the site broke")
        await send(message(page[cut:]))

    def particulars(self, name: bytes, language: bytes) -> list[tuple[bytes, bytes]]:
        """What some visitors send besides."""
        choices = [
            (b"cookie", name),
            (b"authorization", name),
            (b"x-forwarded-user", name),
            (b"cookie", b"_ga=%b; __Host-edge=%b" % (name, name)),
            (b"x-forwarded-host", b"evil.example"),
            (b"if-none-match", b'"%d %b"' % (self.version, language)),
        ]
        kind = self.chance.randrange(8)
        return choices[kind : kind + 1]

    async def visit(self, cache: PageCache, name: bytes) -> None:
        chance = self.chance
        await self.pause()
        host, path, language = chance.choice(HOSTS), chance.choice(PATHS), chance.choice(LANGUAGES)
        headers = [(b"accept-language", language), *self.particulars(name, language)]
        forwarded = dict(headers).get(b"x-forwarded-host", b"-")
        body: list[bytes] = []
        status: list[int] = []
        whole: list[bool] = []

        async def send(message: Message) -> None:
            await self.pause()
            if message["type"] == "http.response.start":
                status.append(message["status"])
            else:
                body.append(message.get("body", b""))
                whole.append(not message.get("more_body", False))

        async def receive() -> Message:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = scope_of(path, headers, edge=Visit(name))
        scope["headers"] = [(b"host", host), *headers]
        least = self.version
        task = asyncio.ensure_future(cache(scope, receive, send))
        if chance.random() < 0.1:
            await self.pause()
            task.cancel()
        try:
            await task
        except (OSError, ValueError, asyncio.CancelledError):
            return
        if status == [200] and whole and whole[-1]:
            self.given += 1
            whom, at, where, spoken, told, version, end = b"".join(body).split(b"|")
            assert end == b"end"
            assert whom in (b"all", name)
            assert (at, where, spoken, told) == (host, path.partition("?")[0].encode(), language, forwarded)
            assert int(version) >= least

    async def change(self, cache: PageCache) -> None:
        """What is given from now on must not be older."""
        await self.pause()
        if self.chance.random() < 0.3:
            self.version += 1
            cache.purge(parse_purge("/", prefix=True))
        else:
            self.clock.sleep(self.chance.choice((1, 7, 40)))

    async def run(self, rounds: int) -> Any:
        settings = CacheSettings(on=True, ignore_cookies=("_ga",), stale_while_revalidate=5)
        clock = self.clock
        cache = PageCache(self.site, settings, stranger=Visit, wall=lambda: clock.wall, ticks=lambda: clock.ticks)
        for _ in range(rounds):
            visits = [self.visit(cache, b"visitor%d" % number) for number in range(20)]
            await asyncio.gather(*visits, self.change(cache))
        await asyncio.gather(*cache.memory.tasks, return_exceptions=True)
        assert cache.memory.flights == {}
        assert cache.memory.collecting == 0
        assert cache.memory.refreshing == set()
        assert cache.memory.tasks == set()
        return cache.memory.counts


def tried(seed: int, rounds: int) -> None:
    world = World(random.Random(seed))
    counts = asyncio.run(world.run(rounds))
    for what in ("hit", "miss", "stored", "waited", "unchanged", "stale", "failed"):
        assert counts["cache", what], what
    assert world.given > rounds


def test_nobody_gets_what_was_made_for_another() -> None:
    tried(1, 150)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 22))
def test_nor_in_any_other_crowd(seed: int) -> None:
    tried(seed, 1000)
