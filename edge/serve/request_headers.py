"""A request as the origin is to see it: everything the client sent, but for what ends at us.

Left out: the headers that belong to one connection (RFC 9110 section 7.6.1) and those that `Connection` names,
`Proxy` (which CGI would take for a setting), Edge's own cookies. The body keeps its Content-Length, or comes in
chunks; of trailers and 1xx answers nothing passes, so neither is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from edge.serve.forwarded import is_forwarding
from edge.serve.head import escaped
from edge.types import Headers, Scope
from edge.visitors import needs_secure

__all__ = ["HOP_BY_HOP", "named_by_connection", "request_headers", "target_of"]

HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_KEPT = frozenset((b"host", b"content-length"))  # whatever `Connection` says
_OLD = ("1.0", "1.1")
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))

_LEFT_OUT = HOP_BY_HOP | {b"proxy"}


def _own_cookies(names: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^(?:(?:%b)=[^;]*(?:;[ \t]*|$))+|;[ \t]*(?:%b)=[^;]*" % (names, names))


_OWN_SECURE = _own_cookies(rb"__Host-edge(?:-preview)?")
_OWN_PLAIN = _own_cookies(rb"edge(?:-preview)?")


def target_of(scope: Scope) -> bytes:
    """The bytes that were asked for, as far as the server knows them."""
    path: bytes = scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=~-._").encode("ascii")
    query: bytes = scope.get("query_string", b"")
    target = path + b"?" + query if query else path
    exact: bytes | None = scope.get("edge.target")  # the gate's
    # Between the gate and us, somebody may have changed the path.
    if exact is not None and exact != target and escaped(exact) in (target, target + b"?"):
        return exact
    return target


def request_headers(scope: Scope, host: bytes | None = None) -> Headers:
    """The headers for the origin, in their order; `host` instead of the client's, unless None."""
    headers: Headers = scope["headers"]
    names = {name for name, _ in headers}
    chunked = b"transfer-encoding" in names
    if b"connection" in names:
        dropped = _LEFT_OUT | {name for name in named_by_connection(headers) - _KEPT if not is_forwarding(name)}
    else:
        dropped = _LEFT_OUT
    if chunked:
        dropped |= {b"content-length"}  # RFC 9112 section 6.3
    elif b"content-length" not in names:
        dropped |= {b"expect"}
        chunked = _may_have_a_body(scope)
    found: Headers = []
    for name, value in headers:
        if name in dropped:
            continue
        if name == b"cookie":
            value = _without_ours(value, scope)
            if not value:
                continue
        elif name == b"host":
            value = host or value
        found.append((name, value))
    if chunked:
        found.append((b"transfer-encoding", b"chunked"))
    return found


def named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """What the Connection headers name, in lower case."""
    return {
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    }  # fmt: skip


def _may_have_a_body(scope: Scope) -> bool:
    """Before HTTP/2 a body announces itself."""
    return scope.get("http_version", "1.1") not in _OLD and scope.get("method") not in _BODILESS


def _without_ours(value: bytes, scope: Scope) -> bytes:
    """A Cookie header without Edge's own cookies; the others keep their bytes."""
    if b"edge" not in value:
        return value
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return (_OWN_SECURE if needs_secure(scope["scheme"], host) else _OWN_PLAIN).sub(b"", value)
