"""One call for many who ask for the same; whoever comes first may be slow, or leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from edge.cache import PageCache
from edge.types import Message, Receive, Scope, Send
from tests.cache.asking import Site, cached, fresh, message, note
from tests.page.raw import Answer, Pairs, exchange, scope_of, start

MANY = 50


class Gate:
    """A site whose answers wait until they are let go. `met` tells that so many have come."""

    def __init__(self, headers: Pairs = (), *, begin: bool = False, status: int = 200) -> None:
        self.open = asyncio.Event()  # for the first
        self.later = asyncio.Event()  # for all others
        self.site = Site(self.answer)
        self.running = 0
        self.ended: list[str] = []
        self._headers = headers
        self._begin = begin
        self._status = status

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = self.site.times
        self.running += 1
        try:
            if self._begin:
                await send(start(self._headers, self._status))
            await (self.open if number == 1 else self.later).wait()
            if not self._begin:
                await send(start(self._headers, self._status))
            await send(message(b"answer %d" % number))
            self.ended.append("whole")
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        finally:
            self.running -= 1


async def asking(cache: PageCache, count: int = MANY, headers: Pairs = (), path: str = "/") -> list[Answer]:
    answers = [Answer() for _ in range(count)]
    await asyncio.gather(*(exchange(cache, scope_of(path, headers), answer) for answer in answers))
    return answers


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def quietly() -> None:
        loop = asyncio.get_running_loop()
        complaints: list[Any] = []
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        await test()
        assert complaints == []

    asyncio.run(quietly())


def test_many_who_ask_at_once_are_one_call() -> None:
    async def test() -> None:
        gate = Gate(fresh())
        cache = cached(gate.site)
        asked = asyncio.ensure_future(asking(cache))
        await until(lambda: gate.running == 1)
        gate.open.set()
        answers = await asked
        assert gate.site.times == 1
        assert {answer.body for answer in answers} == {b"answer 1"}
        assert sorted({note(answer) for answer in answers}) == [
            b"Edge; fwd=uri-miss",
            b"Edge; fwd=uri-miss; collapsed",
        ]
        assert cache.memory.flights == {}
        assert cache.memory.counts["cache", "waited"] == MANY - 1

    run(test)


UNSHARED: list[Pairs] = [[], [*fresh(), (b"set-cookie", b"a=1")], [(b"etag", b'"1"')]]


@pytest.mark.parametrize("headers", UNSHARED)
def test_those_who_waited_for_what_is_not_for_all_ask_for_themselves_at_once(headers: Pairs) -> None:
    async def test() -> None:
        gate = Gate(headers)
        asked = asyncio.ensure_future(asking(cached(gate.site)))
        await until(lambda: gate.running == 1)
        gate.open.set()
        await until(lambda: gate.running == MANY - 1)
        gate.later.set()
        assert len({answer.body for answer in await asked}) == gate.site.times == MANY

    run(test)


@pytest.mark.parametrize("headers", UNSHARED)
def test_nobody_waits_for_the_end_of_what_is_not_for_all(headers: Pairs) -> None:
    async def test() -> None:
        gate = Gate(headers, begin=True)
        asked = asyncio.ensure_future(asking(cached(gate.site)))
        await until(lambda: gate.running == MANY)
        gate.open.set()
        gate.later.set()
        await asked

    run(test)


def test_who_comes_next_waits_for_nobody_under_such_an_address() -> None:
    async def test() -> None:
        gate = Gate()
        gate.open.set()
        cache = cached(gate.site)
        await asking(cache, 1)
        asked = asyncio.ensure_future(asking(cache, 3))
        await until(lambda: gate.running == 3)
        gate.later.set()
        await asked

    run(test)


def test_those_who_need_another_variant_ask_for_it() -> None:
    async def test() -> None:
        gate = Gate([*fresh(), (b"vary", b"accept-language")])
        cache = cached(gate.site)
        wanted: list[Pairs] = [[(b"accept-language", b"de")], [(b"accept-language", b"fr")]]
        asked = [asyncio.ensure_future(asking(cache, 5, headers)) for headers in wanted]
        await until(lambda: gate.running == 1)
        gate.open.set()
        gate.later.set()
        de, fr = await asyncio.gather(*asked)
        assert {answer.body for answer in de} == {b"answer 1"}
        assert b"answer 1" not in {answer.body for answer in fr}

    run(test)


def test_one_who_leaves_does_not_hurt_those_who_wait() -> None:
    async def test() -> None:
        gate = Gate(fresh())
        cache = cached(gate.site)
        first = asyncio.ensure_future(asking(cache, 1))
        await until(lambda: gate.running == 1)
        others = asyncio.ensure_future(asking(cache, 5))
        await until(lambda: sum(flight._waiting for flight in cache.memory.flights.values()) == 5)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        gate.open.set()
        assert {answer.body for answer in await others} == {b"answer 1"}
        assert gate.site.times == 1
        assert cache.memory.tasks == set()

    run(test)


def test_one_who_leaves_alone_ends_the_call() -> None:
    async def test() -> None:
        gate = Gate(fresh())
        cache = cached(gate.site)
        first = asyncio.ensure_future(asking(cache, 1))
        await until(lambda: gate.running == 1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert gate.ended == ["cancelled"]
        assert cache.memory.flights == {}

    run(test)


def test_a_client_that_goes_is_told_to_the_app_unless_others_wait() -> None:
    async def test() -> None:
        seen: list[str] = []
        gone = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            assert (await receive())["type"] == "http.request"
            seen.append((await receive())["type"])
            await send(start(fresh()))
            await send(message(b"x"))

        async def receive() -> Message:
            if not gone.is_set() and not seen and not first:
                first.append(1)
                return {"type": "http.request", "body": b""}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            pass

        first: list[int] = []
        cache = cached(app)
        leader = asyncio.ensure_future(cache(scope_of(), receive, send))
        await until(lambda: bool(first))
        waiting = asyncio.ensure_future(asking(cache, 1))
        await until(lambda: any(flight._waiting for flight in cache.memory.flights.values()))
        gone.set()
        for _ in range(20):
            await asyncio.sleep(0)
        assert seen == []
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await leader
        assert seen == ["http.disconnect"]

    run(test)


def test_a_slow_client_keeps_nobody_waiting() -> None:
    async def test() -> None:
        taken = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(start(fresh()))
            for _ in range(20):
                await send(message(b"x" * 1000, more=True))
            await send(message(b""))

        async def slow(message: Message) -> None:
            given.append(message)
            await taken.wait()

        async def receive() -> Message:
            return {"type": "http.request"}

        given: list[Message] = []
        cache = cached(app)
        leader = asyncio.ensure_future(cache(scope_of(), receive, slow))
        (answer,) = await asking(cache, 1)
        assert len(answer.body) == 20_000
        assert len(given) == 1
        taken.set()
        await leader
        assert b"".join(message.get("body", b"") for message in given) == answer.body

    run(test)


def test_what_is_not_kept_comes_as_slowly_as_it_is_taken() -> None:
    """Else a large answer would lie in memory for every slow client."""

    async def test() -> None:
        made = 0
        taken = asyncio.Semaphore(0)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal made
            await send(start(fresh()))
            for _ in range(100):
                await send(message(b"x" * 1024, more=True))
                made += 1
            await send(message(b""))

        async def slow(message: Message) -> None:
            await taken.acquire()
            size.append(len(message.get("body", b"")))

        async def receive() -> Message:
            return {"type": "http.request"}

        size: list[int] = []
        cache = cached(app, answer_kb=10)
        asked = asyncio.ensure_future(cache(scope_of(), receive, slow))
        for _ in range(200):
            await asyncio.sleep(0)
        assert made == 10
        for _ in range(20):
            taken.release()
        await until(lambda: len(size) == 20)
        assert made < 30
        for _ in range(200):
            taken.release()
        await asked
        assert sum(size) == 100 * 1024
        assert len(cache.memory.store) == 0

    run(test)


def test_answers_on_their_way_take_no_more_than_half_the_memory() -> None:
    async def test() -> None:
        open_ = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(start(fresh()))
            await send(message(b"x" * 100_000, more=True))
            await open_.wait()
            await send(message(b""))

        cache = cached(app, memory_mb=1)
        answers = [Answer() for _ in range(20)]
        asked = [
            asyncio.ensure_future(exchange(cache, scope_of(f"/{number}"), answer))
            for number, answer in enumerate(answers)
        ]
        await until(lambda: all(len(answer.body) == 100_000 for answer in answers))
        open_.set()
        await asyncio.gather(*asked)
        assert cache.memory.counts["uncached", "busy"] == 15
        assert cache.memory.collecting == 0

    run(test)


def test_what_the_app_raises_reaches_whoever_asked() -> None:
    async def test() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(0)
            raise KeyError("broken")

        cache = cached(app)
        told = await asyncio.gather(
            *(exchange(cache, scope_of(), Answer()) for _ in range(3)), return_exceptions=True
        )
        assert [type(error) for error in told] == [KeyError] * 3
        assert cache.memory.flights == {}

    run(test)


def test_what_the_app_does_behind_its_answer_is_done() -> None:
    async def test() -> None:
        done: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(start(fresh()))
            await send(message(b"x"))
            await asyncio.sleep(0.01)
            done.append("a mail is sent")

        await asking(cached(app), 1)
        assert done == ["a mail is sent"]

    run(test)


def test_a_client_whose_connection_fails_does_not_hurt_those_who_wait() -> None:
    async def test() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(start(fresh()))
            await send(message(b"one", more=True))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await send(message(b"two"))

        async def broken(message: Message) -> None:
            raise OSError("it is gone")

        async def receive() -> Message:
            return {"type": "http.request"}

        cache = cached(app)
        leader = asyncio.ensure_future(cache(scope_of(), receive, broken))
        (answer,) = await asking(cache, 1)
        assert answer.body == b"onetwo"
        with pytest.raises(OSError, match="it is gone"):
            await leader

    run(test)


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cache.flight._PATIENCE", 0.0)

    async def test() -> None:
        gate = Gate(fresh())
        gate.later.set()
        cache = cached(gate.site)
        first = asyncio.ensure_future(asking(cache, 1))
        await until(lambda: gate.running == 1)
        (answer,) = await asking(cache, 1)
        assert answer.body == b"answer 2"
        gate.open.set()
        await first

    run(test)
