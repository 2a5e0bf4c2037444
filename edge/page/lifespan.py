"""The lifespan protocol (ASGI lifespan 2.0): the app's own if it has one, else ours."""

from __future__ import annotations

from typing import Protocol

from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Beside", "run_lifespan"]


class Beside(Protocol):
    """What runs beside the pages, for as long as they are served."""

    is_settled: bool
    """Whether there is nothing to start before a lifespan ends."""

    def start(self, *, again: bool = False) -> None:
        """From a coroutine. Does nothing where it runs; `again` says that a lifespan begins."""

    async def stop(self) -> None:
        """Returns when it has ended."""


async def run_lifespan(app: ASGIApp, beside: Beside | None, scope: Scope, receive: Receive, send: Send) -> None:
    """Hands the lifespan to the app. An app that leaves without having asked for a single message has none,
    whether it raised or returned: then it is answered here, so that the server need not guess. What an app
    raises once it has begun is its own affair and raised on.

    What runs beside the pages starts when the start is complete, and has ended before the end is."""
    began = False

    async def watched_receive() -> Message:
        nonlocal began
        began = True
        return await receive()

    async def watched_send(message: Message) -> None:
        kind = message["type"]
        if beside is not None and kind == "lifespan.startup.complete":
            beside.start(again=True)
        elif beside is not None and kind.startswith("lifespan.shutdown."):
            await beside.stop()
        await send(message)

    try:
        await app(scope, watched_receive, watched_send)
    except Exception:  # whatever an app raises that knows only HTTP: Django a ValueError, others a KeyError
        if began:
            raise
    if began:
        return
    while True:
        message = await receive()
        await watched_send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
