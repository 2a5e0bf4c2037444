"""What is connected to is what was checked. The resolver is played: the network is not ours."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from edge.errors import RemoteError
from edge.remote.lookup import Endpoint, Lookup
from tests.remote.asking import KNOWN_VIP, VIP, Clock, client
from tests.remote.conftest import Service
from tests.remote.loopback import reply

Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """`resolve("1.2.3.4", …)` lets every name have these addresses; an error is raised."""

    def play(
        *addresses: str | Exception, looked: list[str] | None = None, gate: threading.Event | None = None
    ) -> None:
        def getaddrinfo(host: str, port: int, **more: Any) -> list[Any]:
            if looked is not None:
                looked.append(threading.current_thread().name)
            if gate is not None:
                assert gate.wait(20)
            for one in addresses:
                if isinstance(one, Exception):
                    raise one
            return [_info(one, port) for one in addresses if isinstance(one, str)]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return play


def _info(address: str, port: int) -> tuple[int, int, int, str, tuple[Any, ...]]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def found(lookup: Lookup) -> list[str]:
    async def look() -> tuple[Endpoint, ...]:
        return await lookup.endpoints()

    return [address[0] for _, address in asyncio.run(look())]


def public(clock: Clock | None = None) -> Lookup:
    return Lookup("crm.example", 443, allow_private=False, clock=clock or Clock())


def test_private_addresses_are_left_out(resolve: Resolve) -> None:
    resolve("10.0.0.1", "1.1.1.1", "::1", "fe80::1%eth0", "2606:4700::1111")
    assert found(public()) == ["1.1.1.1", "2606:4700::1111"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "::ffff:127.0.0.1", "fe80::1%eth0", "169.254.169.254"]
)
def test_where_all_are_private_it_is_a_failure_that_says_what_to_do(resolve: Resolve, address: str) -> None:
    resolve(address)
    with pytest.raises(RemoteError, match=r"allow_private = true in \[remote\]") as caught:
        found(public())
    assert caught.value.reason == "private address"


def test_they_are_used_where_that_is_allowed(resolve: Resolve) -> None:
    resolve("10.0.0.1")
    assert found(Lookup("crm.example", 443, allow_private=True)) == ["10.0.0.1"]


def test_a_service_in_a_private_network_hears_nothing(service: Service) -> None:
    there = service(reply(VIP))
    asked = client(there.url, allow_private=False)
    assert asked.ask() == "private address"
    assert asked.counted == {"private address": 1}
    assert there.connections == 0


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost", "[::1]", "[::ffff:7f00:1]", "[::]", "0"],
)
def test_however_the_host_is_spelt(service: Service, host: str) -> None:
    there = service(reply(VIP))
    asked = client(f"http://{host}:{there.port}", allow_private=False)
    assert asked.ask() == "private address"
    assert there.connections == 0


def test_a_name_that_turns_private_after_it_was_checked_is_not_asked_again(
    resolve: Resolve, service: Service
) -> None:
    """What is called DNS rebinding: a name has one address when it is checked, and another when it is used."""
    there = service(reply(VIP))
    looked: list[str] = []
    resolve("127.0.0.1", looked=looked)
    asked = client(f"http://crm.example:{there.port}")
    assert asked.ask() == KNOWN_VIP
    assert len(looked) == 1, "checked and used are the same"
    assert there.calls[0].headers["host"] == f"crm.example:{there.port}"


def test_addresses_are_used_for_half_a_minute(resolve: Resolve) -> None:
    looked: list[str] = []
    clock = Clock()
    lookup = public(clock)
    resolve("1.1.1.1", looked=looked)
    assert found(lookup) == ["1.1.1.1"]
    resolve("10.0.0.1", looked=looked)
    clock.now += 29
    assert found(lookup) == ["1.1.1.1"]
    clock.now += 1
    with pytest.raises(RemoteError):
        found(lookup)
    assert len(looked) == 2


def test_a_name_without_addresses_is_a_failure_that_is_not_kept(resolve: Resolve) -> None:
    lookup = public()
    for error in (socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")):
        resolve(error)
        with pytest.raises(OSError, match="cannot be looked up"):
            found(lookup)
    resolve("1.1.1.1")
    assert found(lookup) == ["1.1.1.1"]


def test_where_there_are_no_more_threads_it_is_a_failure_that_is_not_kept(
    resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve("1.1.1.1")
    lookup = public()

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        with pytest.raises(OSError, match="can't start new thread"):
            found(lookup)
    assert found(lookup) == ["1.1.1.1"]


def test_a_resolver_that_hangs_takes_one_thread_of_its_own(resolve: Resolve) -> None:
    looked: list[str] = []
    gate = threading.Event()
    resolve("1.1.1.1", looked=looked, gate=gate)
    lookup = public()

    async def rush() -> None:
        waiters = [asyncio.ensure_future(lookup.endpoints()) for _ in range(100)]
        await asyncio.sleep(0)
        for waiter in waiters[:50]:
            waiter.cancel()
        # The threads that others work in stay free meanwhile.
        await asyncio.gather(*(asyncio.to_thread(int) for _ in range(40)))
        gate.set()
        assert [len(found) for found in await asyncio.gather(*waiters[50:])] == [1] * 50

    asyncio.run(rush())
    assert looked == ["edge: looking up the remote host"]


def test_an_event_loop_that_ends_before_the_resolver_holds_up_nobody(resolve: Resolve) -> None:
    gate = threading.Event()
    resolve("1.1.1.1", gate=gate)
    lookup = public()

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lookup.endpoints(), 0.01)

    async def stay() -> tuple[Endpoint, ...]:
        waiter = asyncio.ensure_future(lookup.endpoints())
        await asyncio.sleep(0)
        gate.set()
        return await waiter

    asyncio.run(leave())
    assert len(asyncio.run(stay())) == 1
    assert all(not thread.name.startswith("edge:") or thread.daemon for thread in threading.enumerate())


def test_of_several_addresses_those_that_lead_nowhere_are_passed_over(resolve: Resolve, service: Service) -> None:
    there = service(reply(VIP))
    with socket.create_server(("127.0.0.2", there.port), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:  # until its queue is full, and whoever comes next hears nothing
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        resolve("127.0.0.3", "127.0.0.2", "127.0.0.1")
        assert client(f"http://crm.example:{there.port}").ask() == KNOWN_VIP
        for sock in waiting:
            sock.close()
    resolve("127.0.0.3", "127.0.0.4")
    assert client(f"http://crm.example:{there.port}").ask() == "connection"
