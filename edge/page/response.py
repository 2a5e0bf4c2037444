"""Which responses may be rewritten, and the headers of one that may depend on the visitor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from edge.page.reasons import Passed
from edge.types import Headers

__all__ = [
    "UNKEPT",
    "PageResponse",
    "is_html",
    "may_be_kept",
    "not_modified",
    "private",
    "read_response",
    "recoded",
    "settled",
    "trailers",
    "unshared",
]

Pairs = tuple[tuple[bytes, bytes], ...]
"""Headers that nobody changes any more."""

_UNSHARED = (b"private", b"no-cache", b"max-age=0")
"""The last for Varnish: `private` and `no-cache` are read by the VCL that it brings, which a VCL of one's own that
ends in `return (deliver)`, as many do, leaves out; a page that says no age is then kept for two minutes."""

UNKEPT = (b"cache-control", b"private, no-store, max-age=0")
"""For headers that cannot be read: of several Cache-Control lines the strictest counts (RFC 9111, 4.2.1)."""

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

# What describes the origin's exact bytes.
_BYTES = frozenset(
    (
        b"content-length",
        b"transfer-encoding",  # the server's to say: beside a Content-Length it would be two truths
        b"etag",
        b"last-modified",
        b"accept-ranges",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
    )
)

# What tells a cache something that it takes more seriously than Cache-Control.
_CACHING = frozenset(
    (
        b"expires",
        b"cdn-cache-control",
        b"cloudflare-cdn-cache-control",
        b"vercel-cdn-cache-control",
        b"netlify-cdn-cache-control",
        b"akamai-cache-control",
        b"edge-control",
        b"surrogate-control",
        b"x-accel-expires",
        b"x-litespeed-cache-control",
    )
)

# RFC 9111 section 5.2.2 and RFC 5861: directives that let a shared cache keep the page, or any cache use it
# without asking.
_WEAKENING = frozenset(
    (
        b"public",
        b"private",
        b"no-cache",
        b"max-age",
        b"s-maxage",
        b"proxy-revalidate",
        b"immutable",
        b"stale-while-revalidate",
        b"stale-if-error",
    )
)
_NAME = itemgetter(0)
_MAX_KNOWN = 512
_LONGEST = 16 * 1024
_HEADER = 128
"""Bytes of headers that are worth keeping, and of one beside its value: an app may say what a visitor sends it."""

_DIRECTIVE = re.compile(rb'[^\s,="]+(?:\s*=\s*(?:"[^"]*"|[^\s,"]*))?')

# RFC 9110 section 15.4.5: a 304 carries no metadata of the content that it does not send.
_CONTENT = (b"content-type", b"content-encoding", b"content-language", b"content-length")


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


_known: dict[tuple[int, Pairs, bool, bool], PageResponse | Passed] = {}


def read_response(status: int, headers: Pairs, error_pages: bool, compress: bool) -> PageResponse | Passed:
    """What to know of the response with these headers, which are `settled`; or the reason why it passes
    untouched."""
    said = (status, headers, error_pages, compress)
    return _known.get(said) or _learn(*said)


def _learn(status: int, headers: Pairs, error_pages: bool, compress: bool) -> PageResponse | Passed:
    response = _response(status, headers, error_pages, compress)
    # Cookies are a visitor's, and none comes twice.
    if b"set-cookie" not in map(_NAME, headers) and _size(headers) <= _LONGEST:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        _known[status, headers, error_pages, compress] = response
    return response


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


def _response(status: int, headers: Pairs, error_pages: bool, compress: bool) -> PageResponse | Passed:
    if status != 200 and not (error_pages and status >= 400):
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
    either = gzip or compress  # then it goes by what the client takes
    return PageResponse(
        content_type.decode("latin-1"),
        gzip,
        found.get(b"etag"),
        int(length) if length.isdigit() and len(length) < 16 else None,
        tuple(recoded(leaving, gzip=False) if either else leaving),
        tuple(recoded(leaving, gzip=True)) if either else (),
    )


def is_html(headers: Headers) -> bool:
    """Whether a response holds a page or a part of one."""
    types = [value for name, value in headers if name.lower() == b"content-type"]
    return any(value.lstrip()[:9].lower() == b"text/html" for value in types)


def may_be_kept(headers: Headers) -> bool:
    """Whether a shared cache may keep the response. Without a word about it, one may: many CDNs go by the name of
    the file. Server-sent events are in no cache, and their headers are waited for."""
    for name, value in headers:
        name = name.lower()
        if name == b"cache-control" and (b"no-store" in value.lower() or b"private" in value.lower()):
            return False
        if name == b"content-type" and value.lstrip()[:17].lower() == b"text/event-stream":
            return False
    return True


def private(headers: Iterable[tuple[bytes, bytes]], *, etag: bytes | None = None, store: bool = True) -> Headers:
    """The headers of a page that may depend on the visitor: no cache but its own browser's keeps it, and that one
    asks before it uses it again. Content-Length is left out: whoever knows the new length adds it."""
    kept = unshared([pair for pair in headers if pair[0].lower() not in _BYTES], store=store)
    if etag is not None:
        kept.append((b"etag", etag))
    return kept


def trailers(headers: Headers) -> Headers:
    """The trailers of such a page: digests may come there (RFC 9530 sections 2 and 3)."""
    return [pair for pair in headers if pair[0].lower() not in _BYTES]


def unshared(headers: Iterable[tuple[bytes, bytes]], *, store: bool = True) -> Headers:
    """The headers of a response that no shared cache may keep. Cache-Control is merged, never weakened."""
    kept: Headers = []
    directives = list(_UNSHARED)
    for name, value in headers:
        lower = name.lower()
        if lower == b"cache-control":
            directives += _strict_directives(value)
        elif lower not in _CACHING:
            kept.append((name, value))
    if not store:
        directives.append(b"no-store")
    kept.append((b"cache-control", b", ".join(dict.fromkeys(directives))))
    return kept


def _strict_directives(value: bytes) -> list[bytes]:
    directives = _DIRECTIVE.findall(value)
    return [d for d in directives if d.partition(b"=")[0].strip().lower() not in _WEAKENING]


def recoded(headers: Headers, *, gzip: bool) -> Headers:
    """The headers of a page that leaves gzipped or, for a client that does not take it, plain."""
    kept = [pair for pair in headers if pair[0].lower() != b"content-encoding"]
    varies = b",".join(value.lower() for name, value in headers if name.lower() == b"vary")
    if b"accept-encoding" not in varies and b"*" not in varies:
        kept.append((b"vary", b"accept-encoding"))
    if gzip:
        kept.append((b"content-encoding", b"gzip"))
    return kept


def not_modified(headers: Headers) -> Headers:
    """The headers of a 304 in place of a response with `headers`."""
    return [pair for pair in headers if pair[0].lower() not in _CONTENT]
