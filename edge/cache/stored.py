"""An answer that is kept."""

from __future__ import annotations

from edge.cache.asked import Asked, Kind
from edge.cache.terms import Terms, kept_headers
from edge.types import Headers

__all__ = ["Stored", "freshened", "with_length"]

_BODILESS = (204, 304)
_OVERHEAD = 2048
"""Bytes, roughly, of what Python makes of one answer besides its texts."""

# What a 304 says of a body that it does not send (RFC 9111 section 3.2, RFC 9110 section 15.4.5).
_OF_THE_BODY = frozenset(
    (
        b"content-encoding",
        b"content-length",
        b"content-md5",
        b"content-range",
        b"content-digest",
        b"repr-digest",
        b"etag",
    )
)


class Stored:
    """`body` is one and the same object whenever it is given: who keeps something made of it finds that again by
    one comparison of pointers. `headers` say its length. `backoff` is until when the site is not asked again,
    since it has just failed."""

    __slots__ = ("backoff", "body", "etag", "headers", "kind", "modified", "status", "terms", "weight")

    def __init__(self, kind: Kind, status: int, headers: Headers, body: bytes, terms: Terms) -> None:
        self.kind = kind
        self.status = status
        self.headers = headers
        self.body = body
        self.terms = terms
        self.backoff = 0.0
        self.etag = _value(headers, b"etag")
        self.modified = _value(headers, b"last-modified")
        self.weight = _OVERHEAD + len(body) + sum(len(name) + len(value) + 150 for name, value in headers)
        self.weight += 2 * len(repr((kind, terms.varying)))  # what visitors choose may be long

    def fits(self, asked: Asked) -> bool:
        """Whether it is an answer for this request (RFC 9111 section 4.1)."""
        if self.kind != asked.kind:
            return False
        return all(asked.value(name) == value for name, value in self.terms.varying)

    def conditions(self) -> Headers:
        """The headers that ask whether it still holds."""
        found: Headers = []
        if self.etag is not None:
            found.append((b"if-none-match", self.etag))
        if self.modified is not None:
            found.append((b"if-modified-since", self.modified))
        return found


def _value(headers: Headers, name: bytes) -> bytes | None:
    return next((value for key, value in headers if key == name), None)


def with_length(status: int, headers: Headers, body: bytes) -> Headers:
    """Headers that say how long the body is, where it has one."""
    if status in _BODILESS or any(name == b"content-length" for name, _ in headers):
        return headers
    return [*headers, (b"content-length", b"%d" % len(body))]


def freshened(stored: Headers, new: Headers) -> Headers | None:
    """The headers after a 304 with `new` ones (RFC 9111 section 3.2); None where that speaks of another answer
    (section 4.3.4): its strong tag is not the one that was asked about."""
    tags = [value for name, value in new if name == b"etag" and not value.startswith(b"W/")]
    own = _value(stored, b"etag")
    if tags and own is not None and own.removeprefix(b"W/") not in tags:
        return None
    news = [pair for pair in kept_headers(new) if pair[0] not in _OF_THE_BODY]
    names = {name for name, _ in news} | {b"date"}  # the old one would make it as old as it was
    return [*(pair for pair in stored if pair[0] not in names), *news]
