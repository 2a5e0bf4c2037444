"""The service as a source of profiles: how often it is asked, and what pages get meanwhile."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from typing import Any

import pytest
import uvloop

from edge.model import Profile, Value
from edge.remote.profiles import STALE_SECONDS, RemoteProfiles
from tests.remote.asking import ANN, client, outcome, visitor
from tests.remote.conftest import Service
from tests.remote.loopback import Call, Handler, Loopback, answer, reply

VIP = {"segments": ["vip"]}
KNOWN = Profile({}, frozenset({"vip"}))
DOWN = reply({}, "500 Down")
REFUSED = reply({}, "401 No")
FAILED = "the service of [remote] failed, said once a minute: the service answered 500"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def numbered() -> Handler:
    """Answers the first call with one seat, the second with two."""
    calls = 0

    def handle(sock: socket.socket, call: Call) -> bool:
        nonlocal calls
        calls += 1
        sock.sendall(answer({"traits": {"seats": calls}}))
        return True

    return handle


def seats(number: int) -> Profile:
    return Profile({"seats": number})


async def landed(profiles: RemoteProfiles) -> None:
    """Returns when no call is under way."""
    while flights := list(profiles._flights.values()):
        await asyncio.wait(flights)


async def arrived(there: Loopback, calls: int = 1) -> None:
    await asyncio.to_thread(there.wait_for, calls)


# Once for all.


def test_a_thousand_who_miss_at_once_make_one_call(service: Service) -> None:
    there = service(reply(VIP))
    asked = client(there.url)

    async def rush(profiles: RemoteProfiles) -> Sequence[Profile]:
        return await asyncio.gather(*(profiles(ANN) for _ in range(1000)))

    assert asked.run(rush) == [KNOWN] * 1000
    assert len(there.calls) == 1
    assert asked.counted == {"asked": 1}


def test_each_visitor_has_a_call_of_their_own(service: Service) -> None:
    there = service(reply(VIP))

    async def rush(profiles: RemoteProfiles) -> None:
        await asyncio.gather(*(profiles(visitor(f"v{number % 50}")) for number in range(1000)))

    client(there.url).run(rush)
    assert sorted(call.target for call in there.calls) == sorted(f"/v/v{number}" for number in range(50))


def test_who_leaves_cancels_nobody_and_the_answer_is_kept(service: Service) -> None:
    there = service(reply(VIP))
    there.gate.clear()
    asked = client(there.url)

    async def some_leave(profiles: RemoteProfiles) -> None:
        waiters = [profiles(ANN) for _ in range(1000)]
        await arrived(there)
        for waiter in waiters[::2]:
            waiter.cancel()
        there.gate.set()
        stayed = await asyncio.gather(*waiters[1::2])
        assert stayed == [KNOWN] * 500
        assert all(waiter.cancelled() for waiter in waiters[::2])

    asked.run(some_leave)
    assert len(there.calls) == 1


def test_when_all_leave_the_call_goes_on_for_the_next_page(service: Service) -> None:
    there = service(reply(VIP))
    there.gate.clear()
    asked = client(there.url)

    async def all_leave(profiles: RemoteProfiles) -> Profile | str:
        page = profiles(ANN)
        await arrived(there)
        page.cancel()
        there.gate.set()
        await landed(profiles)
        next_page = profiles(ANN)
        assert next_page.done()
        return await outcome(next_page)

    assert asked.run(all_leave) == KNOWN
    assert len(there.calls) == 1
    assert asked.counted == {"asked": 1, "kept": 1}


def test_all_who_wait_hear_of_a_failure(service: Service) -> None:
    asked = client(service(DOWN).url)

    async def rush(profiles: RemoteProfiles) -> Sequence[Profile | str]:
        return await asyncio.gather(*(outcome(profiles(ANN)) for _ in range(100)))

    assert asked.run(rush) == ["status"] * 100
    assert asked.counted == {"status": 1}


def test_a_failure_that_nobody_waits_for_makes_no_noise(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    there = service(DOWN)
    asked = client(there.url)

    async def leave(profiles: RemoteProfiles) -> None:
        profiles(ANN).cancel()
        await landed(profiles)

    asked.run(leave)
    gc.collect()
    assert asked.counted == {"status": 1}
    assert told(caplog) == [FAILED]


# For how long.


def test_an_answer_is_used_for_its_time(service: Service) -> None:
    there = service(numbered())
    asked = client(there.url, ttl_seconds=60)

    async def steps(profiles: RemoteProfiles) -> None:
        assert await profiles(ANN) == seats(1)
        asked.clock.now += 59.9
        again = profiles(ANN)
        assert again.done()
        assert again.result() == seats(1)
        assert not profiles._flights

    asked.run(steps)
    assert len(there.calls) == 1


def test_then_it_is_shown_while_the_service_is_asked_anew(service: Service) -> None:
    there = service(numbered())
    asked = client(there.url, ttl_seconds=60)

    async def steps(profiles: RemoteProfiles) -> None:
        await profiles(ANN)
        asked.clock.now += 60
        there.gate.clear()
        pages = [profiles(ANN) for _ in range(10)]
        assert [page.result() for page in pages] == [seats(1)] * 10
        await arrived(there, 2)
        there.gate.set()
        await landed(profiles)
        assert profiles(ANN).result() == seats(2)

    asked.run(steps)
    assert len(there.calls) == 2
    assert asked.counted == {"asked": 2, "stale": 10, "kept": 1, "no segments": 2}


def test_where_the_service_fails_it_is_shown_for_ten_minutes_more(service: Service) -> None:
    there = service(numbered())
    asked = client(there.url, ttl_seconds=60)

    async def steps(profiles: RemoteProfiles) -> None:
        await profiles(ANN)
        there.handler = DOWN
        for later in (60, 90, 300, 659):
            asked.clock.now = 1000 + later
            assert profiles(ANN).result() == seats(1)
            await landed(profiles)
        asked.clock.now = 1000 + 60 + STALE_SECONDS
        assert await outcome(profiles(ANN)) in ("status", "open")

    assert STALE_SECONDS == 600
    asked.run(steps)


def test_what_is_not_known_any_more_is_forgotten(service: Service) -> None:
    there = service(numbered())
    asked = client(there.url, ttl_seconds=60)

    async def steps(profiles: RemoteProfiles) -> None:
        await profiles(ANN)
        there.handler = reply({}, "404 Gone")
        asked.clock.now += 60
        assert profiles(ANN).result() == seats(1)
        await landed(profiles)
        assert profiles(ANN).result() == Profile()

    asked.run(steps)


def test_what_is_kept_has_a_bound(service: Service) -> None:
    there = service(reply({**VIP, "fill": "x" * 10_000}))

    async def steps(profiles: RemoteProfiles) -> list[int]:
        for number in range(50):
            await profiles(visitor(f"v{number}"))
        return [number for number in range(50) if profiles(visitor(f"v{number}")).done()]

    assert client(there.url, memory=100_000).run(steps) == list(range(41, 50))


# With a service that fails.


def test_after_five_failures_in_a_row_it_is_left_alone(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    there = service(DOWN)
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        for number in range(5):
            assert await outcome(profiles(visitor(f"v{number}"))) == "status"
        for number in range(100):
            page = profiles(visitor(f"w{number}"))
            assert page.done(), "no wait"
            assert await outcome(page) == "open"
        assert len(asyncio.all_tasks()) == 1, "no task"

    asked.run(steps)
    assert len(there.calls) == 5
    assert asked.counted == {"status": 5, "open": 100}
    first, left = told(caplog)
    assert first == FAILED
    assert re.fullmatch(
        r"the service of \[remote\] is left alone for 3[0-3] seconds: the service answered 500", left
    )


def test_each_kind_of_failure_is_told_once_a_minute(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    there = service(DOWN)
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        for number, (handler, later) in enumerate([(DOWN, 0), (DOWN, 1), (REFUSED, 1), (DOWN, 59), (DOWN, 1)]):
            there.handler, asked.clock.now = handler, asked.clock.now + later
            await outcome(profiles(visitor(f"v{number}")))
            there.handler = reply(VIP)
            await outcome(profiles(visitor(f"w{number}")))

    asked.run(steps)
    assert told(caplog) == [FAILED, FAILED.replace("500", "401"), FAILED]


def test_a_success_begins_the_row_anew(service: Service) -> None:
    there = service(DOWN)
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        for number in range(20):
            there.handler = reply(VIP) if number % 5 == 4 else DOWN
            await outcome(profiles(visitor(f"v{number}")))

    asked.run(steps)
    assert asked.counted == {"status": 16, "asked": 4}


def test_one_call_then_tries_it(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    there = service(DOWN)
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        for number in range(5):
            await outcome(profiles(visitor(f"v{number}")))
        asked.clock.now += 34
        there.handler = reply(VIP)
        there.gate.clear()
        first, *others = [profiles(visitor(f"w{number}")) for number in range(50)]
        assert not first.done()
        assert all(page.done() for page in others)
        assert {await outcome(page) for page in others} == {"open"}
        there.gate.set()
        assert await first == KNOWN
        assert await profiles(visitor("x")) == KNOWN

    asked.run(steps)
    assert asked.counted == {"status": 5, "open": 49, "asked": 2}
    assert told(caplog)[2:] == ["the service of [remote] answers again"]


def test_calls_that_wait_for_their_turn_when_it_opens_are_not_made(service: Service) -> None:
    there = service(DOWN)
    there.gate.clear()
    asked = client(there.url, connections=5)

    async def steps(profiles: RemoteProfiles) -> Sequence[Profile | str]:
        pages = [asyncio.ensure_future(outcome(profiles(visitor(f"v{number}")))) for number in range(100)]
        await arrived(there, 5)
        there.gate.set()
        return await asyncio.gather(*pages)

    ends = Counter(asked.run(steps))
    assert ends == {"open": 100 - len(there.calls), "status": len(there.calls)}
    assert len(there.calls) < 10, "five at a time: before the fifth has failed, four more may have begun"


def test_a_service_that_asks_for_a_pause_gets_it(service: Service) -> None:
    there = service(reply({}, "429 Too Many Requests", retry_after="7"))
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        assert await outcome(profiles(visitor("a"))) == "status"
        asked.clock.now += 6.9
        assert await outcome(profiles(visitor("b"))) == "open"
        there.handler = reply(VIP)
        asked.clock.now += 0.1
        assert await outcome(profiles(visitor("b"))) == KNOWN

    asked.run(steps)
    assert len(there.calls) == 2


def test_no_more_than_a_thousand_are_asked_for_at_once(service: Service) -> None:
    there = service(reply(VIP))
    there.handler = there.hold
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        pages = [profiles(visitor(f"v{number}")) for number in range(1_001)]
        assert [page.done() for page in pages] == [False] * 1_000 + [True]
        assert await outcome(pages[-1]) == "busy"

    asked.run(steps)
    assert asked.counted == {"busy": 1}


# Wherever it runs.


def test_making_it_starts_nothing() -> None:
    threads = threading.active_count()
    asked = client("http://127.0.0.1:9")  # without an event loop
    assert threading.active_count() == threads
    assert asked.counts == {}


@pytest.mark.parametrize("runner", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_it_works_on_one_event_loop_after_another(
    service: Service, runner: Callable[[Coroutine[Any, Any, Profile]], Profile]
) -> None:
    there = service(numbered())
    asked = client(there.url)

    async def page(name: str) -> Profile:
        return await asked.profiles(visitor(name))

    for number in range(3):
        assert runner(page(f"v{number}")) == seats(number + 1)
    assert there.connections == 1, "the connection too goes on"


def test_calls_of_an_event_loop_that_stands_still_hold_up_nobody(service: Service) -> None:
    there = service(reply(VIP))
    there.handler = there.hold
    asked = client(there.url, connections=1)

    async def leave() -> None:
        asked.profiles(ANN)
        asked.profiles(visitor("bob"))
        await arrived(there)

    with asyncio.Runner() as runner:
        runner.run(leave())
        there.handler = reply(VIP)
        assert asked.ask() == KNOWN


def test_its_calls_know_nothing_of_the_request_that_began_them(service: Service) -> None:
    of_request: ContextVar[str] = ContextVar("of_request")
    there = service(reply({"traits": {"seats": 1}}))
    asked = client(there.url, convert=lambda name, raw: of_request.get("nothing"))

    async def steps(profiles: RemoteProfiles) -> None:
        of_request.set("a secret")
        assert await profiles(ANN) == Profile({"seats": "nothing"})

    asked.run(steps)


def test_closing_it_ends_the_calls_and_the_connections(service: Service) -> None:
    there = service(reply(VIP))
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        await profiles(visitor("bob"))
        there.handler = there.hold
        page = profiles(ANN)
        await arrived(there, 2)
        await profiles.aclose()
        assert page.cancelled()
        assert len(asyncio.all_tasks()) == 1
        there.handler = reply(VIP)
        assert await profiles(visitor("carl")) == KNOWN, "it is no end"

    asked.run(steps)
    assert asked.profiles._service._transport._idle == []


def test_one_that_is_only_let_go_leaves_no_connection(service: Service) -> None:
    """As by a site folder that changes: the last request that has it lets it go. Warnings are errors here."""
    there = service(reply(VIP))

    async def steps() -> socket.socket:
        asked = client(there.url)
        await asked.profiles(ANN)
        (connection,) = asked.profiles._service._transport._idle
        return connection._sock

    sock = asyncio.run(steps())
    gc.collect()
    assert sock.fileno() == -1


def test_a_fault_of_ours_counts_as_a_failure(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    there = service(reply({"traits": {"seats": "ann@private.example"}}))

    def broken(name: str, raw: object) -> Value:
        raise ZeroDivisionError(raw)

    asked = client(there.url, convert=broken)

    async def steps(profiles: RemoteProfiles) -> None:
        for number in range(5):
            with pytest.raises(ZeroDivisionError):
                await profiles(visitor(f"v{number}"))
        assert await outcome(profiles(visitor("w"))) == "open"

    asked.run(steps)
    assert asked.counted == {"fault": 5, "open": 1}
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "ZeroDivisionError" in said
    assert "private.example" not in said
