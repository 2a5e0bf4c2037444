"""Edge on pages that nobody has seen before, which come in pieces: nothing is kept of them, each is scanned
while it passes, and its blocks are put in before its end is there."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from edge import EdgeMiddleware
from edge.types import ASGIApp, Receive, Scope, Send
from tests.bench.rows.row import Row, python
from tests.bench.shop import ENVIRON, page, write_site

__all__ = ["UNSEEN"]

_PIECE = 16_384
_SECTION = b'id="sec-'
_NUMBER = re.compile(rb'(?<=id="sec-)[0-9a-f]{16}-')


def streaming() -> ASGIApp:
    """Another page each time: a number of its own stands in each of its sections."""
    sections = page().split(_SECTION)
    assert len(sections) > 8
    numbers = itertools.count()
    headers = [(b"content-type", b"text/html; charset=utf-8")]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = (_SECTION + b"%016x-" % next(numbers)).join(sections)
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        for at in range(0, len(body), _PIECE):
            await send({"type": "http.response.body", "body": body[at : at + _PIECE], "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def streamed(folder: Path) -> ASGIApp:
    return EdgeMiddleware(streaming(), write_site(folder / "site"), environ=ENVIRON)


def without_number(body: bytes) -> bytes:
    numbers = set(_NUMBER.findall(body))
    assert len(numbers) == 1
    return _NUMBER.sub(b"", body)


UNSEEN = (
    Row(
        "Edge, unseen pages streamed",
        python("tests.bench.rows.unseen:streamed"),
        "the same, scanning a page that differs each time and comes in pieces",
        stripped=without_number,
    ),
)
