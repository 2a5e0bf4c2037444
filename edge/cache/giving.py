"""A stored answer on its way to a client."""

from __future__ import annotations

from edge.cache.asked import Asked
from edge.cache.conditions import is_unchanged, part_of
from edge.cache.stored import Stored
from edge.types import Headers, Message, Send

__all__ = ["give"]

# RFC 9110 section 15.4.5: a 304 carries no metadata of the content that it does not send.
_CONTENT = frozenset(
    (b"content-type", b"content-encoding", b"content-language", b"content-length", b"content-range")
)


async def give(stored: Stored, asked: Asked, send: Send, age: float, note: bytes) -> None:
    """Sends what the client asked for: the whole, a part, or the word that it has it already."""
    status, headers, body = stored.status, stored.headers, stored.body
    if asked.conditions:
        status, headers, body = _less(stored, asked)
    said = b"%d" % min(age, 2**31)
    headers = [*headers, (b"age", said), (b"cache-status", note)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send(_body(b"" if asked.head else body))


def _body(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": False}


def _less(stored: Stored, asked: Asked) -> tuple[int, Headers, bytes]:
    if is_unchanged(asked, stored):
        return 304, [pair for pair in stored.headers if pair[0] not in _CONTENT], b""
    part = None if asked.head else part_of(asked, stored)
    if part is None:
        return stored.status, stored.headers, stored.body
    start, end = part
    size = len(stored.body)
    kept = [pair for pair in stored.headers if pair[0] not in (b"content-length", b"content-range")]
    if start >= end:
        empty = (b"content-length", b"0"), (b"content-range", b"bytes */%d" % size)
        return 416, [*kept, *empty], b""
    body = stored.body[start:end]
    said = (b"content-length", b"%d" % len(body)), (b"content-range", b"bytes %d-%d/%d" % (start, end - 1, size))
    return 206, [*kept, *said], body
