"""Which responses may be rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

from edge.page.headers import private, recoded
from edge.page.reasons import Passed

__all__ = ["PageResponse", "Responses", "settled"]

Pairs = tuple[tuple[bytes, bytes], ...]
"""Headers that nobody changes any more."""

_READ = frozenset(
    (
        b"content-type",
        b"content-encoding",
        b"cache-control",
        b"content-disposition",
        b"content-range",
        b"content-length",
        b"etag",
    )
)

_NAME = itemgetter(0)
_MAX_KNOWN = 512
_LONGEST = 16 * 1024
_HEADER = 128
"""Bytes of headers that are worth keeping, and of one beside its value: an app may say what a visitor sends it."""


@dataclass(frozen=True, slots=True)
class PageResponse:
    """What the responder needs of a response that may be rewritten. `gzip` tells that it came so; `length` is the
    Content-Length, None where the origin does not say or cannot mean it."""

    content_type: str
    gzip: bool
    etag: bytes | None
    length: int | None = None
    private: Pairs = field(default=(), compare=False)
    """The response's headers where the page may depend on the visitor, and leaves plain: `private`."""
    packed: Pairs = field(default=(), compare=False)
    """The same where it leaves gzipped; none where it never does."""


class Responses:
    """Tells of responses what to know of them. `error_pages` tells whether those of an error may be rewritten,
    `compress` whether pages that come plain leave gzipped."""

    def __init__(self, error_pages: bool = False, compress: bool = False) -> None:
        self._error_pages = error_pages
        self._compress = compress
        self._known: dict[tuple[int, Pairs], PageResponse | Passed] = {}

    def read(self, status: int, headers: Pairs) -> PageResponse | Passed:
        """What to know of the response with these headers, which are `settled`; or the reason why it passes
        untouched."""
        return self._known.get((status, headers)) or self._learn(status, headers)

    def _learn(self, status: int, headers: Pairs) -> PageResponse | Passed:
        response = self._read(status, headers)
        # Cookies are a visitor's, and none comes twice.
        if b"set-cookie" not in map(_NAME, headers) and _size(headers) <= _LONGEST:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[status, headers] = response
        return response

    def _read(self, status: int, headers: Pairs) -> PageResponse | Passed:
        if status != 200 and not (self._error_pages and status >= 400):
            return "status"
        found: dict[bytes, bytes] = {}
        for name, value in headers:
            name = name.lower()
            if name in _READ:
                found[name] = found[name] + b", " + value if name in found else value
        content_type = found.get(b"content-type", b"")
        if content_type.partition(b";")[0].strip().lower() != b"text/html":
            return "not html"
        if b"content-range" in found:
            return "range"
        if found.get(b"content-disposition", b"").lstrip()[:10].lower() == b"attachment":
            return "attachment"
        if b"no-transform" in found.get(b"cache-control", b"").lower():
            return "no-transform"
        coding = found.get(b"content-encoding", b"identity").strip().lower()
        if coding not in (b"gzip", b"x-gzip", b"identity", b""):
            return "coding"
        length = found.get(b"content-length", b"")
        gzip, leaving = coding.endswith(b"gzip"), private(headers)
        either = gzip or self._compress  # then it goes by what the client takes
        return PageResponse(
            content_type.decode("latin-1"),
            gzip,
            found.get(b"etag"),
            int(length) if length.isdigit() and len(length) < 16 else None,
            tuple(recoded(leaving, gzip=False) if either else leaving),
            tuple(recoded(leaving, gzip=True)) if either else (),
        )


def _size(headers: Pairs) -> int:
    return sum(_HEADER + len(value) for _, value in headers)


def settled(headers: Pairs) -> Pairs:
    """The same headers, of which the app can change none any more: their pairs may be lists, and their texts such
    as can be changed."""
    try:
        hash(headers)
    except (TypeError, ValueError):
        return tuple([(_lasting(name), _lasting(value)) for name, value in headers])
    return headers


def _lasting(text: bytes) -> bytes:
    return text if type(text) is bytes else bytes(memoryview(text))
