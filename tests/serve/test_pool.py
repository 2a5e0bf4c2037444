"""Who gets a connection when, and that nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
import uvloop

from edge.serve.connection import Connection
from edge.serve.pool import Pool


class Wire(asyncio.Transport):
    """A socket that only knows whether it is open."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._closing = False

    def is_closing(self) -> bool:
        return self._closing

    def abort(self) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._connection.connection_lost, None)

    close = abort


class Connector:
    """Opens such sockets. `failing`: so often there is nobody at the other end. `go`: not before it is set."""

    def __init__(self) -> None:
        self.failing = 0
        self.go = asyncio.Event()
        self.go.set()
        self.opened = 0

    async def __call__(self, loop: asyncio.AbstractEventLoop, make: Any) -> Connection:
        await self.go.wait()
        if self.failing:
            self.failing -= 1
            raise ConnectionRefusedError
        self.opened += 1
        connection: Connection = make()
        connection.connection_made(Wire(connection))
        return connection


def run(work: Coroutine[Any, Any, None]) -> None:
    uvloop.run(asyncio.wait_for(work, 10))


async def taking(pool: Pool, count: int, **how: bool) -> list[asyncio.Task[Connection]]:
    """So many that take a connection, each as far as it gets."""
    takers = [asyncio.ensure_future(pool.take(**how)) for _ in range(count)]
    for _ in range(5):
        await asyncio.sleep(0)
    return takers


def test_a_free_connection_is_taken_before_a_new_one() -> None:
    async def work() -> None:
        pool = Pool(connect := Connector(), 2, 1, 60)
        connection = await pool.take()
        pool._freed(connection)
        assert await pool.take() is connection
        assert connect.opened == 1

    run(work())


def test_who_waits_first_is_served_first() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 1, 1, 60)
        connection = await pool.take()
        takers = await taking(pool, 3)
        for taker in takers:
            assert not taker.done()
            pool._freed(connection)
            assert await taker is connection

    run(work())


def test_a_turn_that_is_given_up_is_the_next_ones() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 1, 1, 60)
        connection = await pool.take()
        first, second = await taking(pool, 2)
        pool._freed(connection)
        first.cancel()  # it is its turn, but it has not run since
        assert await second is connection

    run(work())


def test_who_gives_up_waiting_is_not_waited_for() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 1, 1, 60)
        connection = await pool.take()
        first, second = await taking(pool, 2)
        first.cancel()
        pool._freed(connection)
        assert await second is connection

    run(work())


def test_a_connection_that_cannot_be_opened_leaves_its_slot_to_the_next() -> None:
    async def work() -> None:
        connect = Connector()
        connect.go.clear()
        connect.failing = 1
        pool = Pool(connect, 1, 1, 60)
        first, second = await taking(pool, 2)
        connect.go.set()
        with pytest.raises(httpx.ConnectError):
            await first
        assert (await second).usable
        assert pool.taken == 1

    run(work())


def test_opening_that_is_given_up_leaves_its_slot_to_the_next() -> None:
    async def work() -> None:
        connect = Connector()
        connect.go.clear()
        pool = Pool(connect, 1, 1, 60)
        first, second = await taking(pool, 2)
        first.cancel()
        connect.go.set()
        assert (await second).usable
        assert (pool.taken, connect.opened) == (1, 1)

    run(work())


def test_a_slot_is_free_when_its_socket_is_gone() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 1, 1, 60)
        connection = await pool.take()
        (taker,) = await taking(pool, 1)
        connection.close()
        assert await taker is not connection
        assert pool.taken == 1

    run(work())


def test_a_fresh_connection_takes_the_place_of_an_idle_one() -> None:
    async def work() -> None:
        pool = Pool(connect := Connector(), 1, 1, 60)
        old = await pool.take()
        pool._freed(old)
        assert await pool.take(fresh=True) is not old
        assert (pool.taken, connect.opened) == (1, 2)

    run(work())


def test_waiting_ends() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 1, 0.01, 60)
        connection = await pool.take()
        with pytest.raises(httpx.PoolTimeout):
            await pool.take()
        pool._freed(connection)
        assert await pool.take() is connection

    run(work())


def test_a_closed_pool_keeps_nothing_and_may_be_used_again() -> None:
    async def work() -> None:
        pool = Pool(Connector(), 2, 1, 60)
        idle, busy = await pool.take(), await pool.take()
        pool._freed(idle)
        pool.close()
        pool._freed(busy)
        await asyncio.sleep(0)
        assert not idle.usable
        assert not busy.usable
        assert (await pool.take()).usable

    run(work())


def test_another_loop_starts_anew() -> None:
    pools: list[Pool] = []

    async def work() -> None:
        if not pools:
            pools.append(Pool(Connector(), 1, 1, 60))
        pools[0].connect = Connector()
        assert (await pools[0].take()).usable
        assert pools[0].taken == 1

    run(work())
    run(work())
