"""What is stale: given while it is asked for anew, and where the site fails (RFC 5861)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from edge.cache import PageCache
from edge.types import Receive, Scope, Send
from tests.cache.asking import Clock, Site, cached, fresh, message, note
from tests.page.raw import Answer, Pairs, ask, exchange, scope_of, start

AHEAD = [(b"cache-control", b"max-age=60, stale-while-revalidate=30")]


class Moody:
    """A site that answers, fails, or raises, as it is told."""

    def __init__(self, headers: Pairs) -> None:
        self.headers = headers
        self.mood: int | type[BaseException] = 200
        self.site = Site(self.answer)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = self.site.times
        if not isinstance(self.mood, int):
            raise self.mood("the site is broken")
        await send(start(self.headers if self.mood == 200 else [], self.mood))
        await send(message(b"answer %d" % number))


def settled(cache: PageCache, *steps: Callable[[], Any]) -> list[Answer]:
    """An answer behind each step, with what goes on behind it done."""

    async def run() -> list[Answer]:
        answers = []
        for step in steps:
            step()
            answers.append(Answer())
            await exchange(cache, scope_of(), answers[-1])
            await asyncio.gather(*cache.memory.tasks)
        return answers

    return asyncio.run(run())


def test_it_is_given_at_once_and_asked_for_behind() -> None:
    clock, moody = Clock(), Moody(AHEAD)
    cache = cached(moody.site, clock)
    first, second, third = settled(cache, lambda: None, lambda: clock.sleep(80), lambda: None)
    assert (first.body, second.body, third.body) == (b"answer 1", b"answer 1", b"answer 2")
    assert note(second) == b"Edge; hit; ttl=-20"
    assert note(third) == b"Edge; hit; ttl=60"
    assert cache.memory.counts["cache", "stale"] == 1


def test_behind_its_time_it_is_asked_for_first() -> None:
    clock, moody = Clock(), Moody(AHEAD)
    cache = cached(moody.site, clock)
    _, second = settled(cache, lambda: None, lambda: clock.sleep(91))
    assert second.body == b"answer 2"


def test_many_make_one_call_behind() -> None:
    clock, moody = Clock(), Moody(AHEAD)
    cache = cached(moody.site, clock)

    async def run() -> None:
        await exchange(cache, scope_of(), Answer())
        clock.sleep(80)
        await asyncio.gather(*(exchange(cache, scope_of(), Answer()) for _ in range(50)))
        await asyncio.gather(*cache.memory.tasks)

    asyncio.run(run())
    assert moody.site.times == 2


def test_calls_behind_are_bounded_and_end_with_the_cache() -> None:
    clock, site = Clock(), Site(Moody(AHEAD).answer)
    stuck = False
    ended: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if stuck:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append(scope["path"])
                raise
        await send(start(AHEAD))
        await send(message(b"x"))

    site = Site(answer)
    cache = cached(site, clock)

    async def run() -> None:
        nonlocal stuck
        for number in range(40):
            await exchange(cache, scope_of(f"/{number}"), Answer())
        clock.sleep(80)
        stuck = True
        for number in range(40):
            await exchange(cache, scope_of(f"/{number}"), Answer())
        await asyncio.sleep(0)
        assert len(cache.memory.tasks) == 16
        await cache.aclose()
        assert len(ended) == 16
        assert cache.memory.tasks == set()

    asyncio.run(run())


def test_who_looked_when_it_was_renewed_is_nobody() -> None:
    """The call behind is for all: what an app makes then for its visitor is not kept."""
    clock = Clock()

    class Stranger:
        was_read = False

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope["edge"].was_read = site.times > 1
        assert "cookie" not in str(scope["headers"])
        await send(start(AHEAD))
        await send(message(b"answer %d" % site.times))

    site = Site(answer)
    cache = cached(site, clock)
    cache._renewing._stranger = Stranger

    async def run() -> None:
        for _ in range(2):
            await exchange(cache, scope_of("/", [(b"cookie", b"__Host-edge=1")], edge=Stranger()), Answer())
            await asyncio.gather(*cache.memory.tasks)
            clock.sleep(61)

    asyncio.run(run())
    assert cache.memory.counts["uncached", "visitor"] == 1
    assert cache.memory.counts["cache", "stored"] == 1


MOODS = [500, 502, 503, 504, KeyError, OSError]


@pytest.mark.parametrize("mood", MOODS)
def test_a_site_that_fails_is_made_up_for(mood: int | type[BaseException]) -> None:
    clock, moody = Clock(), Moody(fresh())
    cache = cached(moody.site, clock)
    ask(cache)
    clock.sleep(100)
    moody.mood = mood
    answer = ask(cache)
    status = b"; fwd-status=%d" % mood if isinstance(mood, int) else b""
    assert (answer.status, answer.body) == (200, b"answer 1")
    assert note(answer) == b"Edge; fwd=stale" + status + b"; detail=stale-if-error"
    assert answer.header(b"age") == b"100"
    times = moody.site.times
    assert note(ask(cache)) == b"Edge; hit; ttl=-40; detail=stale-if-error"
    assert moody.site.times == times  # it is left alone for a while
    clock.sleep(11)
    moody.mood = 200
    assert ask(cache).body == b"answer 3"


@pytest.mark.parametrize("mood", [400, 403, 404, 410, 501])
def test_what_is_no_failure_is_an_answer(mood: int) -> None:
    clock, moody = Clock(), Moody(fresh())
    cache = cached(moody.site, clock)
    ask(cache)
    clock.sleep(100)
    moody.mood = mood
    assert ask(cache).status == mood


@pytest.mark.parametrize(
    "value",
    [
        b"max-age=60, must-revalidate",
        b"max-age=60, proxy-revalidate",
        b"s-maxage=60",
        b"max-age=60, stale-if-error=0",
        b"max-age=60, stale-if-error=30",
    ],
)
def test_where_the_site_forbids_it_its_failure_is_shown(value: bytes) -> None:
    clock, moody = Clock(), Moody([(b"cache-control", value)])
    cache = cached(moody.site, clock)
    ask(cache)
    clock.sleep(100)
    moody.mood = 503
    assert ask(cache).status == 503
    moody.mood = KeyError
    with pytest.raises(KeyError):
        ask(cache)


def test_a_failure_that_was_kept_makes_up_for_nothing() -> None:
    clock, moody = Clock(), Moody([])
    cache = cached(moody.site, clock)

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(fresh(), 503))
        await send(message(b"%d" % site.times))

    site = Site(broken)
    cache = cached(site, clock)
    ask(cache)
    assert ask(cache).body == b"1"
    clock.sleep(100)
    assert ask(cache).body == b"2"


def test_all_who_wait_get_it_where_the_site_fails() -> None:
    clock, moody = Clock(), Moody(fresh())
    cache = cached(moody.site, clock)

    async def run() -> list[Answer]:
        await exchange(cache, scope_of(), Answer())
        clock.sleep(100)
        moody.mood = 503
        answers = [Answer() for _ in range(20)]
        await asyncio.gather(*(exchange(cache, scope_of(), answer) for answer in answers))
        return answers

    assert {(answer.status, answer.body) for answer in asyncio.run(run())} == {(200, b"answer 1")}
    assert moody.site.times == 2


def test_a_failure_behind_leaves_what_was_kept() -> None:
    clock, moody = Clock(), Moody(AHEAD)
    cache = cached(moody.site, clock)

    def fails() -> None:
        clock.sleep(80)
        moody.mood = KeyError

    _, second, third = settled(cache, lambda: None, fails, lambda: None)
    assert (second.body, third.body) == (b"answer 1", b"answer 1")
    assert moody.site.times == 2  # it is left alone for a while


def test_an_app_that_leaves_without_a_word_has_failed() -> None:
    clock = Clock()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if site.times == 1:
            await send(start(fresh()))
            await send(message(b"one"))

    site = Site(answer)
    cache = cached(site, clock)
    ask(cache)
    clock.sleep(100)
    assert ask(cache).body == b"one"


def test_a_clock_that_goes_back_makes_nothing_younger() -> None:
    clock, moody = Clock(), Moody(fresh())
    cache = cached(moody.site, clock)
    ask(cache)
    clock.sleep(50)
    clock.wall -= 100_000
    assert ask(cache).header(b"age") == b"50"
    clock.sleep(11)
    clock.wall += 200_000
    assert ask(cache).body == b"answer 2"


@pytest.mark.parametrize("mood", [404, 200, 503, KeyError])
def test_an_answer_behind_that_is_not_kept_is_not_asked_for_at_once_again(mood: int | type[BaseException]) -> None:
    ahead = b"max-age=60, stale-while-revalidate=90, stale-if-error=0"
    clock, moody = Clock(), Moody([(b"cache-control", ahead)])
    cache = cached(moody.site, clock)

    def turns() -> None:
        clock.sleep(80)
        moody.mood, moody.headers = mood, [(b"cache-control", b"no-store")]

    answers = settled(cache, lambda: None, turns, lambda: None, lambda: clock.sleep(11))
    assert [answer.body for answer in answers] == [b"answer 1"] * 4
    assert moody.site.times == 3


def test_a_call_behind_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cache.renewing._LONGEST", 0.0)
    clock = Clock()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if site.times > 1:
            await receive()
            await receive()  # nobody leaves
        await send(start(AHEAD))
        await send(message(b"one"))

    site = Site(answer)
    cache = cached(site, clock)
    _, second = settled(cache, lambda: None, lambda: clock.sleep(80))
    assert second.body == b"one"
    assert cache.memory.refreshing == set()
