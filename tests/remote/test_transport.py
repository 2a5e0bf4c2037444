"""Connections: used again, renewed where the service has closed them, none lost to a call that is cancelled."""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import struct
from collections.abc import Sequence

import pytest

from edge.remote.connection import Connection
from edge.remote.profiles import RemoteProfiles
from tests.remote.asking import KNOWN_VIP, VIP, Client, client, outcome, visitor
from tests.remote.conftest import Service
from tests.remote.loopback import Call, Handler, Loopback, answer, reply


async def in_turn(profiles: RemoteProfiles, count: int) -> Sequence[object]:
    return [await outcome(profiles(visitor(f"v{number}"))) for number in range(count)]


def test_a_connection_is_used_again(service: Service) -> None:
    there = service(reply(VIP))
    assert client(there.url).run(lambda profiles: in_turn(profiles, 20)) == [KNOWN_VIP] * 20
    assert there.connections == 1


def test_no_more_are_open_than_there_are_turns(service: Service) -> None:
    there = service(reply(VIP))

    async def rush(profiles: RemoteProfiles) -> None:
        assert await asyncio.gather(*(profiles(visitor(f"v{n}")) for n in range(100))) == [KNOWN_VIP] * 100

    client(there.url, connections=3).run(rush)
    assert there.connections <= 3


def closing(how: str) -> Handler:
    def handle(sock: socket.socket, call: Call) -> bool:
        sock.sendall(answer(VIP, connection="close") if how == "announced" else answer(VIP))
        return False

    return handle


def aborting(sock: socket.socket, call: Call) -> bool:
    sock.sendall(answer(VIP))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def test_one_that_the_service_resets_is_renewed(service: Service) -> None:
    there = service(aborting)
    asked = client(there.url)

    async def steps(profiles: RemoteProfiles) -> None:
        for name in ("a", "b", "c"):
            assert await outcome(profiles(visitor(name))) == KNOWN_VIP
            await asyncio.to_thread(there.ended.acquire)

    asked.run(steps)
    assert there.connections == 3


@pytest.mark.parametrize("how", ["announced", "unannounced"])
def test_one_that_the_service_closes_is_renewed(service: Service, how: str) -> None:
    there = service(closing(how))
    assert client(there.url).run(lambda profiles: in_turn(profiles, 5)) == [KNOWN_VIP] * 5
    assert there.connections == 5


def test_one_that_is_closed_with_the_next_request_on_its_way_is_renewed(service: Service) -> None:
    """As by a service whose patience with idle connections ends at that moment: it has answered nothing yet."""
    answered: set[int] = set()

    def handle(sock: socket.socket, call: Call) -> bool:
        if sock.fileno() in answered:
            answered.remove(sock.fileno())
            return False
        answered.add(sock.fileno())
        sock.sendall(answer(VIP))
        return True

    there = service(handle)
    assert client(there.url).run(lambda profiles: in_turn(profiles, 5)) == [KNOWN_VIP] * 5


@pytest.mark.parametrize("more", [b"x", answer(VIP)])
def test_one_with_bytes_that_nobody_asked_for_is_not_used_again(service: Service, more: bytes) -> None:
    """Else the next visitor's answer would be what stands there."""

    def handle(sock: socket.socket, call: Call) -> bool:
        sock.sendall(answer({"segments": [call.target.rpartition("/")[2]]}) + more)
        return True

    there = service(handle)

    async def steps(profiles: RemoteProfiles) -> None:
        assert (await profiles(visitor("vip"))).segments == {"vip"}
        assert (await profiles(visitor("trial"))).segments == {"trial"}

    client(there.url).run(steps)
    assert there.connections == 2


def test_an_answer_that_comes_unasked_between_two_requests_is_nobodys(service: Service) -> None:
    sockets: list[socket.socket] = []

    def handle(sock: socket.socket, call: Call) -> bool:
        sockets.append(sock)
        sock.sendall(answer({"segments": [call.target.rpartition("/")[2]]}))
        return True

    there = service(handle)

    async def steps(profiles: RemoteProfiles) -> None:
        assert (await profiles(visitor("vip"))).segments == {"vip"}
        sockets[0].sendall(answer({"segments": ["vip"]}))
        assert (await profiles(visitor("trial"))).segments == {"trial"}

    client(there.url).run(steps)


def test_an_answer_that_was_not_read_to_its_end_ends_its_connection(service: Service) -> None:
    there = service(reply(b"x" * 1_000_000))

    async def steps(profiles: RemoteProfiles) -> None:
        assert await outcome(profiles(visitor("a"))) == "too large"
        there.handler = reply(VIP)
        assert await outcome(profiles(visitor("b"))) == KNOWN_VIP

    client(there.url).run(steps)
    assert there.connections == 2


def open_connections() -> int:
    return sum(type(one) is Connection and one.close.alive for one in gc.get_objects())


async def cancel_many(asked: Client, there: Loopback, calls: int) -> None:
    """Calls that are cancelled or time out at every moment of their lives: before they have a turn, while
    connecting, sending, and in the middle of an answer."""
    profiles, chance = asked.profiles, random.Random(7)
    for start in range(0, calls, 40):
        asked.clock.now += 10_000  # the breaker is not what this is about
        profiles._breaker.succeed()
        for number in range(start, start + 40):
            profiles(visitor(f"v{number}")).cancel()
        flights = list(profiles._flights.values())
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        for flight in flights:
            if chance.random() < 0.9:
                flight.cancel()
        await asyncio.wait(flights)
    assert profiles._flights == {}
    assert len(profiles._service._transport._idle) <= 10
    assert open_connections() == len(profiles._service._transport._idle)
    profiles._breaker.succeed()
    profiles._timeout = 10.0
    there.handler = reply(VIP)
    alive = await asyncio.gather(*(profiles(visitor(f"w{number}")) for number in range(30)))
    assert alive == [KNOWN_VIP] * 30, "every turn is free"
    assert len(asyncio.all_tasks()) == 1


def halting() -> Handler:
    """Answers some at once, others in two halves, others never."""

    def handle(sock: socket.socket, call: Call) -> bool:
        kind = len(call.target) % 3 if call.target != "/v/first" else 0
        whole = answer(VIP)
        sock.sendall(whole[: len(whole) // (kind + 1)])
        if kind == 1:
            sock.sendall(whole[len(whole) // 2 :])
        return kind < 2

    return handle


def _calls(calls: int, service: Service) -> None:
    there = service(halting())
    asked = client(there.url, connections=10, timeout_ms=20)
    asked.run(lambda _: cancel_many(asked, there, calls))


def test_calls_that_are_cancelled_or_too_late_take_no_place_with_them(service: Service) -> None:
    _calls(1_000, service)


@pytest.mark.soak
def test_ten_thousand_of_them(service: Service) -> None:
    _calls(10_000, service)
