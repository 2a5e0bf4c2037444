"""An answer's headers as the client is to see them.

Left out: those of one connection, and those that `Connection` names; the length of an answer that has no body.
Where the origin speaks of itself by its own name, the public one is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

from edge.serve.address import Address
from edge.serve.request_headers import HOP_BY_HOP, named_by_connection
from edge.types import Headers

__all__ = ["Names", "answer_headers"]

_BODILESS = (204, 304)
_URL = re.compile(rb"(?i)(https?)://([^/?#\s]*)(.*)", re.DOTALL)
_WITH_PORT = re.compile(rb":[0-9]*$")
_DOMAIN = re.compile(rb"(?i)(;[ \t]*+domain[ \t]*+=[ \t]*+\.?)([^;]*+)")


@dataclass(frozen=True, slots=True)
class Names:
    """The name that an origin has for itself, and the one under which the client knows it."""

    own: frozenset[bytes]
    """Its authorities in lower case, with and without a default port."""
    domain: bytes
    scheme: bytes
    host: bytes
    port: bytes = b""
    """The origin's, which nginx writes behind the client's Host where it completes an address that has no slash at
    its end: nothing that the client could reach."""

    def url(self, value: bytes) -> bytes:
        found = _URL.fullmatch(value)
        if found is None or not self._is_own(found[2].lower()):
            return value
        return b"%b://%b%b" % (self.scheme, self.host, found[3])

    def _is_own(self, authority: bytes) -> bool:
        return authority in self.own or (
            self.port != b"" and authority == b"%b:%b" % (self._public.lower(), self.port)
        )

    @property
    def _public(self) -> bytes:
        return self.host.rpartition(b":")[0] if _WITH_PORT.search(self.host) else self.host

    def cookie(self, value: bytes) -> bytes:
        if not self.domain:
            return value
        public = self._public

        def mapped(found: re.Match[bytes]) -> bytes:
            named = found[2].rstrip(b" \t")
            return found[1] + public + found[2][len(named) :] if named.lower() == self.domain else found[0]

        return _DOMAIN.sub(mapped, value)


def own_names(address: Address) -> tuple[frozenset[bytes], bytes]:
    """The authorities and the domain of an address. A Unix socket has none."""
    if address.socket:
        return frozenset(), b""
    names = {address.authority, f"{address.authority.removesuffix(f':{address.port}')}:{address.port}"}
    return frozenset(name.lower().encode("ascii") for name in names), address.host.lower().encode("ascii")


def answer_headers(response: httpx.Response, names: Names) -> Headers:
    """The headers, with names in lower case as ASGI has them. Raises httpx.RemoteProtocolError for a body that is
    coded otherwise than in chunks, which nobody asked for and nobody here can read."""
    headers = [(name.lower(), value) for name, value in response.headers.raw]
    dropped = named_by_connection(headers) - {b"content-length"}
    bodiless = response.status_code in _BODILESS
    found: Headers = []
    for name, value in headers:
        if name in HOP_BY_HOP:
            if name == b"transfer-encoding" and value.strip().lower() != b"chunked":
                raise httpx.RemoteProtocolError("the origin's transfer coding is not chunked")
        elif name in dropped or (bodiless and name == b"content-length"):
            continue
        elif name in (b"location", b"content-location"):
            found.append((name, names.url(value)))
        elif name == b"set-cookie":
            found.append((name, names.cookie(value)))
        else:
            found.append((name, value))
    return found
