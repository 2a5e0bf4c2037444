"""Answers that stop in the middle: the client has to see it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from edge.types import ASGIApp, Receive, Scope, Send

__all__ = ["cutting"]


def cutting(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """`app`, whose answer is cut where it leaves without having ended it. So would uvicorn, with an error in the
    log for each: but whoever stopped has said why, and how often is counted."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if cycle.response_started and not cycle.response_complete and not cycle.disconnected:
            cycle.disconnected = True
            cycle.transport.close()

    return answering
