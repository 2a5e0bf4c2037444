"""The headers of a response that may depend on the visitor: what no cache may give to another, and what is no
longer true of its body."""

from __future__ import annotations

import re
from collections.abc import Iterable

from edge.types import Headers

__all__ = ["UNKEPT", "is_html", "may_be_kept", "not_modified", "private", "recoded", "trailers", "unshared"]

_UNSHARED = (b"private", b"no-cache", b"max-age=0")
"""The last for Varnish: `private` and `no-cache` are read by the VCL that it brings, which a VCL of one's own that
ends in `return (deliver)`, as many do, leaves out; a page that says no age is then kept for two minutes."""

UNKEPT = (b"cache-control", b"private, no-store, max-age=0")
"""For headers that cannot be read: of several Cache-Control lines the strictest counts (RFC 9111, 4.2.1)."""

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

_DIRECTIVE = re.compile(rb'[^\s,="]+(?:\s*=\s*(?:"[^"]*"|[^\s,"]*))?')

# RFC 9110 section 15.4.5: a 304 carries no metadata of the content that it does not send.
_CONTENT = (b"content-type", b"content-encoding", b"content-language", b"content-length")


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
