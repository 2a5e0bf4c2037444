"""A server that is asked to stop, or to take its workers anew, while pages are under way: Edge does not hold it
up, and what is under way comes whole."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.hosts.packages import need_package
from tests.soak.browsers import Browser
from tests.soak.judge import fault_of
from tests.soak.log import unexpected
from tests.soak.origin import content
from tests.soak.pages import page
from tests.soak.run import started_world
from tests.soak.site import Viewer
from tests.soak.wire import BrokenError, Connection, Reply, request
from tests.soak.workers import Server
from tests.soak.world import World

NUMBER = 1
GERMAN = Viewer(country="DE", language="de", known="never")
KNOWN = replace(GERMAN, known="must")
HEADERS = {"Host": "shop.example", "CF-IPCountry": "DE", "Accept-Language": "de"}


@asynccontextmanager
async def serving(folder: Path, **environ: str) -> AsyncIterator[tuple[Server, World]]:
    for package in ("uvloop", "httptools", "websockets"):
        need_package(package)
    async with started_world(folder, "tests.soak.app:app", 1, (), **environ) as (server, world):
        yield server, world


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await what():
            await asyncio.sleep(0.02)


def right(reply: Reply, viewer: Viewer) -> None:
    assert (reply.status, reply.whole) == (200, True)
    assert fault_of(reply.body, page(NUMBER), viewer, [1]) == ""


async def cookie_of(world: World) -> str:
    """A visitor who has been here before."""
    browser = Browser(world, Random(1))
    browser.bot, browser.cookie = False, ""
    connection = await Connection.open(world.port)
    await connection.send(request(f"/whole/{NUMBER}", browser.headers()))
    assert browser.learn(await connection.reply(), "never") == ""
    await connection.leave()
    return browser.cookie


async def asked_once(port: int) -> Reply | None:
    """A page over a connection of its own; None where a worker that leaves closed it before the request was
    read."""
    connection = await Connection.open(port)
    try:
        await connection.send(request(f"/parts/{NUMBER}?cut=2", HEADERS))
        return await connection.reply()
    except (BrokenError, ConnectionError):
        return None
    finally:
        await connection.leave()


async def taken_anew(server: Server, world: World) -> int:
    """How many pages came, and came right, while other workers took the place of those that there were."""
    before, answers = set(server.pids), 0
    server.signal(signal.SIGHUP)

    async def all_are_new() -> bool:
        nonlocal answers
        replies = await asyncio.gather(*(asked_once(world.port) for _ in range(4)))
        for reply in filter(None, replies):
            right(reply, GERMAN)
            answers += 1
        return len(server.pids) == 2 and before.isdisjoint(server.pids)

    await until(all_are_new)
    return answers


async def stopped_with_a_page_under_way(server: Server, world: World) -> None:
    """The page's visitor has a profile that never comes: it has not been waited for, and is not now."""
    known = HEADERS | {"Cookie": f"__Host-edge={await cookie_of(world)}"}
    connection = await Connection.open(world.port)
    await connection.send(request(f"/slowly/{NUMBER}?cut=1", known))
    begun = await connection.read(1)
    server.signal(signal.SIGTERM)
    reply = await connection.reply(begun=begun)
    await connection.leave()
    right(reply, KNOWN)
    await server.ended()


async def taken_anew_and_stopped(folder: Path) -> tuple[int, str]:
    async with serving(folder, SOAK_PROFILES="hang") as (server, world):
        answers = await taken_anew(server, world)
        await stopped_with_a_page_under_way(server, world)
        return answers, server.log.read_text()


@pytest.mark.timeout(300)
def test_no_page_is_lost_when_workers_are_taken_anew_or_stopped(tmp_path: Path) -> None:
    answers, log = asyncio.run(taken_anew_and_stopped(tmp_path))
    assert answers > 0
    assert unexpected(log.splitlines()) == {}


def test_the_page_is_one_that_changes() -> None:
    changed = content(NUMBER)
    assert fault_of(changed, page(NUMBER), GERMAN, [1]) != "", "the tests above would prove nothing"
