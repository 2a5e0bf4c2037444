"""The lifespan protocol (ASGI lifespan 2.0): the app's own if it has one, else ours."""

from __future__ import annotations

from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["run_lifespan"]


async def run_lifespan(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Hands the lifespan to the app. An app that leaves without having asked for a single message has none,
    whether it raised or returned: then it is answered here, so that the server need not guess. What an app
    raises once it has begun is its own affair and raised on."""
    began = False

    async def watched() -> Message:
        nonlocal began
        began = True
        return await receive()

    try:
        await app(scope, watched, send)
    except Exception:  # whatever an app raises that knows only HTTP: Django a ValueError, others a KeyError
        if began:
            raise
    if began:
        return
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
