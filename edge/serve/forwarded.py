"""Who the client is, where other proxies may stand before us: X-Forwarded-For and its kin, and RFC 7239.

A header says what its sender likes. Only peers that the operator names are believed; of everybody else these
headers are dropped, in every spelling, and what the connection itself tells is written in their place.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from cachetools import LRUCache

from edge.errors import OriginError
from edge.types import ASGIApp, Headers, Receive, Scope, Send

__all__ = ["Forwarding", "Peers", "forward", "is_forwarding"]

_UNIX = "unix"
_FOR = re.compile(rb'(?i)\bfor="?\[?([0-9a-f.:]+?)\]?(?::[0-9]+)?"?(?=[;,\s]|$)')
_PROTO = re.compile(rb'(?i)\bproto="?(https?)"?(?=[;,\s]|$)')


class Peers:
    """The peers whose word counts: addresses, networks such as `10.0.0.0/8`, and `unix` for whoever comes through
    a Unix socket. Raises OriginError."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        names = tuple(trusted)
        self._unix = _UNIX in names
        try:
            self._networks = [ipaddress.ip_network(name, strict=False) for name in names if name != _UNIX]
        except ValueError as error:
            raise OriginError(f"trusted peers are addresses, networks, or {_UNIX}: {error}") from None
        self._known: LRUCache[str, bool] = LRUCache(10_000)

    def trusts(self, host: str | None) -> bool:
        """`host` as in an ASGI scope; None for a Unix socket."""
        if host is None:
            return self._unix
        if not self._networks:
            return False
        known = self._known.get(host)
        if known is None:
            known = self._known[host] = self._contains(host)
        return known

    def _contains(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        inner = getattr(address, "ipv4_mapped", None) or address
        return any(inner in network for network in self._networks)


class Forwarding:
    """The outermost app: everything behind it sees the client and the scheme that are to be believed."""

    def __init__(self, app: ASGIApp, peers: Peers) -> None:
        self.app = app
        self.peers = peers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = forward(scope, self.peers)
        await self.app(scope, receive, send)


def is_forwarding(name: bytes) -> bool:
    """Whether a header, by its name in lower case, speaks of the client. Behind CGI and WSGI an underscore is a
    hyphen, so that one cannot slip through as the other."""
    if name[:1] not in (b"x", b"f"):
        return False
    name = name.replace(b"_", b"-")
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-real-ip")


def forward(scope: Scope, peers: Peers) -> Scope:
    """A copy of `scope` with the client and scheme to believe, and headers that say so to the origin. Once done,
    it is not done again."""
    if "edge.forwarded" in scope:
        return scope
    client = scope.get("client")
    peer: str | None = client[0] if client else None
    headers: Headers = []
    said: Headers = []
    host = b""
    for pair in scope["headers"]:
        name = pair[0]
        if is_forwarding(name):
            said.append(pair)
            continue
        if name == b"host":
            host = pair[1]
        headers.append(pair)
    secure = scope["scheme"] in ("https", "wss")
    address = (peer or "").encode("latin-1")
    if said and peers.trusts(peer):
        chain, secure, host = _believed(said, secure, host)
        origin = _first_stranger(chain, peers)
        if origin is not None:
            client = (origin, 0)
        headers += [pair for pair in said if pair[0] not in _OURS and b"_" not in pair[0]]
        elements = [value for name, value in said if name == b"forwarded"]
        chain = [*chain, address] if address else chain
    else:
        chain, elements = [address] if address else [], []
    proto = b"https" if secure else b"http"
    if chain:
        headers.append((b"x-forwarded-for", b", ".join(chain)))
    headers += ((b"x-forwarded-proto", proto), (b"x-forwarded-host", host))
    elements.append(_element(address, proto, host))
    headers.append((b"forwarded", b", ".join(elements)))
    scheme = proto.decode() if scope["type"] == "http" else ("wss" if secure else "ws")
    return {**scope, "headers": headers, "client": client, "scheme": scheme, "edge.forwarded": True}


_OURS = frozenset((b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded"))


def _believed(said: Headers, secure: bool, host: bytes) -> tuple[list[bytes], bool, bytes]:
    """The addresses on the way, the visitor's first; whether the visitor came over TLS; and to which host."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in said:
        found.setdefault(name, []).append(value)
    standard = b", ".join(found.get(b"forwarded", []))
    chain = [
        hop.strip() for value in found.get(b"x-forwarded-for", []) for hop in value.split(b",") if hop.strip()
    ]
    protos = b",".join(found.get(b"x-forwarded-proto", [])).rsplit(b",", 1)[-1].strip().lower()
    if not protos:
        protos = (_PROTO.findall(standard) or [b""])[-1].lower()
    if protos in (b"http", b"https"):
        secure = protos == b"https"
    hosts = found.get(b"x-forwarded-host", [])
    return chain or _FOR.findall(standard), secure, hosts[-1] if hosts else host


def _first_stranger(chain: list[bytes], peers: Peers) -> str | None:
    """The nearest address that is none of ours: whatever stands left of it, that one may have made up."""
    for hop in reversed(chain):
        name = _address(hop)
        if not peers.trusts(name):
            return name
    return _address(chain[0]) if chain else None


def _address(hop: bytes) -> str:
    """Without the port that some proxies write."""
    text = hop.decode("latin-1").strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _element(address: bytes, proto: bytes, host: bytes) -> bytes:
    """RFC 7239 section 4."""
    if not address:
        node = b"unknown"
    else:
        node = b'"[%b]"' % address if b":" in address else address
    quoted = host if host.replace(b".", b"").replace(b"-", b"").isalnum() else b'"%b"' % host.replace(b'"', b"")
    return b"for=%b;host=%b;proto=%b" % (node, quoted, proto)
