"""The lifespan protocol: the app's own if it has one, else ours."""

from __future__ import annotations

import asyncio

import pytest

from edge.page.lifespan import run_lifespan
from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.page.raw import html, scope_of
from tests.page.sites import PAGE, Front


def live(app: ASGIApp) -> list[str]:
    """The types of the messages that a server gets to see, with Edge in front of the app."""
    sent: list[str] = []
    incoming = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> Message:
        return {"type": incoming.pop(0)}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    asyncio.run(run(app, receive, send))
    return sent


async def run(app: ASGIApp, receive: Receive, send: Send) -> None:
    await run_lifespan(app, None, {"type": "lifespan"}, receive, send)


BOTH = ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def without(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("only http")


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    return


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    raise RuntimeError("no database")


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


async def living(scope: Scope, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


@pytest.mark.parametrize("app", [without, silent])
def test_an_app_without_a_lifespan_is_answered_for(app: ASGIApp) -> None:
    assert live(app) == BOTH


def test_an_app_with_a_lifespan_answers_itself() -> None:
    assert live(living) == BOTH


def test_what_an_app_raises_at_its_start_is_raised_on() -> None:
    with pytest.raises(RuntimeError, match="no database"):
        live(failing)


def test_a_failed_start_reaches_the_server() -> None:
    assert live(refusing) == ["lifespan.startup.failed"]


def test_after_a_lifespan_that_was_cut_off_the_next_request_starts_what_runs_beside(front: Front) -> None:
    edge = front(html(PAGE))

    async def begun(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await asyncio.sleep(3600)

    edge.app = begun
    started = asyncio.Event()

    async def cut_off() -> None:
        async def receive() -> Message:
            return {"type": "lifespan.startup"}

        async def send(message: Message) -> None:
            started.set()

        living = asyncio.create_task(edge({"type": "lifespan"}, receive, send))
        await started.wait()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)

    asyncio.run(cut_off())
    edge.app = html(PAGE)

    async def jobs() -> list[str]:
        await edge(scope_of("/"), None, _ignore)  # type: ignore[arg-type]
        return [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    assert asyncio.run(jobs()) == ["edge: watching the site folder"]


async def _ignore(message: Message) -> None:
    """Nobody looks at the page."""
