"""Which origin a request is for, and which hosts are ours at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from edge.errors import OriginError
from edge.serve.address import Connector, parse_address, tls_context
from edge.serve.answer_headers import Names, own_names
from edge.serve.transport import Timeouts, Transport
from edge.types import Scope

__all__ = ["Hosts", "Site", "Upstream", "host_of", "sites"]

_PUBLIC_SCHEMES = {"http": b"http", "https": b"https", "ws": b"http", "wss": b"https"}
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Upstream:
    """One site behind us, for the paths below `prefix` and, where `host` is said, for that host only.

    `url` as `parse_address` takes it. `keep_host` False: the origin is asked by its own name, not by the client's.
    `ca`: a file of certificates that vouch for an https origin, instead of the system's. `server_name`: the name
    that its certificate has, where that is not the URL's. `slots`: connections in use at once.
    """

    url: str
    prefix: str = "/"
    host: str = ""
    keep_host: bool = True
    ca: Path | None = None
    server_name: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    slots: int = 100


@dataclass(frozen=True, slots=True)
class Site:
    """An upstream, ready for use. `host` is what it is asked by, None for the client's own Host."""

    upstream: Upstream
    url: httpx.URL
    host: bytes | None
    own: frozenset[bytes]
    domain: bytes
    port: bytes
    transport: Transport

    def serves(self, host: str, path: str) -> bool:
        upstream = self.upstream
        if upstream.host and upstream.host.lower() != host:
            return False
        return (
            path == upstream.prefix or upstream.prefix == "/" or path.startswith(upstream.prefix.rstrip("/") + "/")
        )

    def names(self, scope: Scope) -> Names:
        """By what name the client of this request knows the site, and by what it knows itself."""
        public = next((value for name, value in scope["headers"] if name == b"host"), b"")
        return Names(self.own, self.domain, _PUBLIC_SCHEMES[scope["scheme"]], public, self.port)


def sites(upstreams: str | Upstream | Iterable[Upstream]) -> list[Site]:
    """The more particular first: those for a host, then those with longer prefixes. Raises OriginError."""
    if isinstance(upstreams, str):
        upstreams = Upstream(upstreams)
    several = [upstreams] if isinstance(upstreams, Upstream) else upstreams
    found = sorted(several, key=lambda one: (not one.host, -len(one.prefix)))
    for one in found:
        if not one.prefix.startswith("/"):
            raise OriginError(f"{one.prefix!r}: a prefix begins with a slash")
    places = [(one.host.lower(), one.prefix.rstrip("/")) for one in found]
    if len(set(places)) < len(places):
        raise OriginError("two origins are for the same host and prefix")
    if not found:
        raise OriginError("there is no origin")
    return [_ready(one) for one in found]


def _ready(upstream: Upstream) -> Site:
    address = parse_address(upstream.url)
    connect = Connector(
        address, upstream.timeouts.connect, tls_context(address, upstream.ca), upstream.server_name
    )
    own, domain = own_names(address)
    return Site(
        upstream,
        httpx.URL(address.url),
        None if upstream.keep_host else address.authority.encode("ascii"),
        own,
        domain,
        b"" if address.socket else b"%d" % address.port,
        Transport(connect, upstream.timeouts, upstream.slots),
    )


def host_of(scope: Scope) -> str | None:
    """The name in the Host header, in lower case without its port; None where there is not exactly one valid."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found[1].decode("ascii").lower().rstrip(".") if found else None


class Hosts:
    """The hosts that are served: names, or `*.shop.example` for all names below one. No name means every host."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._exact = frozenset(name.lower() for name in names if not name.startswith("*."))
        self._below = tuple(name[1:].lower() for name in names if name.startswith("*."))
        self._all = not names

    def __contains__(self, host: str) -> bool:
        return self._all or host in self._exact or (bool(self._below) and host.endswith(self._below))
