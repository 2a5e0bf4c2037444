"""What a request changes that is more than a question: RFC 9111 section 4.4."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from edge.cache.asked import Place, place_of
from edge.types import Headers, Scope

__all__ = ["changed_places", "is_safe"]

_SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
_SPEAKING = (b"location", b"content-location")


def is_safe(method: str) -> bool:
    return method in _SAFE


def changed_places(scope: Scope, status: int, headers: Headers) -> Iterator[Place]:
    """The addresses that are no longer what they were after an answer of success: the one that was asked, and
    those of the same host that the answer names. A refusal changes nothing."""
    place = place_of(scope)
    if place is None or not 200 <= status < 400:
        return
    yield place
    host, target = (part.decode("latin-1") for part in place)
    for name, value in headers:
        if name.lower() not in _SPEAKING:
            continue
        try:
            parts = urlsplit(urljoin(f"http://{host}{target}", value.decode("latin-1")))
        except ValueError:
            continue
        if parts.netloc.lower() == host:
            named = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            yield place[0], named.encode("latin-1", "replace")
