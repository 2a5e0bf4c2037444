"""Edge, and the same server with the same page untouched: `bare`, which all rows are compared with."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware

from edge import EdgeMiddleware
from edge.types import ASGIApp, Receive, Scope, Send
from tests.bench.rows.row import Row, python
from tests.bench.shop import ENVIRON, Guest, page, write_site

__all__ = ["EDGE", "GZIP", "answering"]

_HERE = "tests.bench.rows.edge"
_TOKEN = b"<meta name=token content="


def answering(body: bytes, *headers: tuple[bytes, bytes]) -> ASGIApp:
    """A page from memory."""
    sent = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body)), *headers]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(sent)})
        await send({"type": "http.response.body", "body": body})

    return app


def packed() -> ASGIApp:
    return answering(gzip.compress(page(), 6), (b"content-encoding", b"gzip"))


def differing() -> ASGIApp:
    """A page with a token that no other has."""
    head, tail = page().split(b"</head>", 1)
    numbers = itertools.count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"%b%b%016x></head>%b" % (head, _TOKEN, next(numbers), tail)
        await answering(body)(scope, receive, send)

    return app


def without_token(body: bytes) -> bytes:
    start = body.index(_TOKEN)
    return body[:start] + body[body.index(b"</head>", start) :]


def bare(folder: Path) -> ASGIApp:
    return answering(page())


def bare_packed(folder: Path) -> ASGIApp:
    return packed()


def zipping(folder: Path) -> ASGIApp:
    return GZipMiddleware(answering(page()))


def plain_edge(folder: Path) -> ASGIApp:
    return _before(answering(page()), folder)


def edge_with_tokens(folder: Path) -> ASGIApp:
    return _before(differing(), folder)


def packed_edge(folder: Path) -> ASGIApp:
    return _before(packed(), folder)


def compressing_edge(folder: Path) -> ASGIApp:
    return _before(answering(page()), folder, "compress = true\n")


def _before(app: ASGIApp, folder: Path, settings: str = "") -> ASGIApp:
    return EdgeMiddleware(app, write_site(folder / "site", settings), environ=ENVIRON)


def untouched(guest: Guest) -> bytes:
    return page()


BARE = "sends the page untouched"

EDGE = (
    Row("bare", python(f"{_HERE}:bare"), BARE, shows=untouched),
    Row("Edge", python(f"{_HERE}:plain_edge")),
    Row("Edge, first visit", python(f"{_HERE}:plain_edge"), "signs a cookie; nobody is known", known=False),
    Row(
        "Edge, a token in each page",
        python(f"{_HERE}:edge_with_tokens"),
        "the same in a page that differs each time",
        stripped=without_token,
    ),
)

GZIP = (
    Row(
        "bare, gzip",
        python(f"{_HERE}:bare_packed"),
        "sends the page packed before",
        accept="gzip",
        shows=untouched,
    ),
    Row("Edge, gzip", python(f"{_HERE}:packed_edge"), accept="gzip"),
    Row(
        "Edge, compressing",
        python(f"{_HERE}:compressing_edge"),
        "the same, of a page that comes plain",
        accept="gzip",
    ),
    Row("GZipMiddleware", python(f"{_HERE}:zipping"), "packs the untouched page", accept="gzip", shows=untouched),
)
