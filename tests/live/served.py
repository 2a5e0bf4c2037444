"""What the servers of the tests serve: a page that says which process made it, with Edge in front."""

from __future__ import annotations

import os

from edge import EdgeMiddleware
from edge.types import Receive, Scope, Send
from tests.page.raw import start

__all__ = ["app", "mute"]


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    body = b'<p>%d</p><main data-edge-slot="hero">none</main>' % os.getpid()
    await send(start([(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body))]))
    await send({"type": "http.response.body", "body": body})


async def mute(scope: Scope, receive: Receive, send: Send) -> None:
    """The same behind something that keeps the lifespan to itself, as frameworks do that it is mounted in."""
    if scope["type"] != "lifespan":
        await app(scope, receive, send)
        return
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})


app = EdgeMiddleware(page, site=os.environ.get("EDGE_TESTS_SITE", "site"))
