"""The address of the service, with a place for the visitor's id."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx

from edge.errors import Flaw

__all__ = ["Address", "address_flaw"]

VISITOR = "{visitor}"

_EXAMPLE = "https://crm.example.com/visitors/{visitor}"
_SCHEME = re.compile(r"(?i)(https?)://")
_BRACES = re.compile(r"\{[A-Za-z_ ]*\}")
_SECRET = re.compile(r"\$(?:\{|[A-Z_][A-Z0-9_]+\b)")
"""A variable of the environment, in braces or without; `$filter` is a parameter of some services."""

_PATH_AND_QUERY = "!$%&'()*+,-./:;=?@_~"
"""What stands for itself there (RFC 3986 section 3.4), besides letters and digits."""


def address_flaw(text: str) -> Flaw | None:
    """What is wrong with an address, if anything."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Flaw("this is no address of a service", f"write it whole, as in {_EXAMPLE}", 0, len(text))
    host = re.match(r"[^/?#]*", text[scheme.end() :])
    assert host is not None
    start, end = scheme.end(), scheme.end() + host.end()
    flaw = _host_flaw(text[start:end], start)
    if flaw is not None:
        return flaw
    secret = _SECRET.search(text)
    if secret is not None:
        cure = 'put it in a header, as in headers = { Authorization = "Bearer ${CRM_TOKEN}" }'
        return Flaw(
            "secrets have no place in an address: those are written down along the way", cure, *secret.span()
        )
    for found in _BRACES.finditer(text):
        if found[0] != VISITOR:
            return Flaw(f"{found[0]} stands for nothing", f"write {VISITOR}: only the visitor's id", *found.span())
    if "#" in text:
        return Flaw("what follows # is never sent", "leave it out", text.index("#"), len(text))
    wrong = re.search(r"[\x00-\x20\x7f]", text)
    if wrong is not None:
        return Flaw("an address has no spaces", "write %20 where one is meant", *wrong.span())
    if VISITOR not in text:
        cure = f"put {VISITOR} where the visitor's id goes, as in {_EXAMPLE}"
        return Flaw("this address is the same for every visitor", cure, 0, len(text))
    return None


def _host_flaw(host: str, start: int) -> Flaw | None:
    whole = (start, start + len(host))
    if VISITOR in host:
        return Flaw("the visitor's id stands in the host", "put it in the path or the query", *whole)
    if "@" in host:
        cure = 'write basic_auth = "name:${PASSWORD}" instead'
        return Flaw("a name and password have no place in an address", cure, *whole)
    try:
        url = httpx.URL(f"https://{host}/")
        fits = bool(url.host) and (url.port is None or 0 < url.port < 65_536)
    except httpx.InvalidURL:
        fits = False
    return None if fits else Flaw(f'"{host}" is no host', f"write it as in {_EXAMPLE}", *whole)


class Address:
    """An address without flaws, ready to be asked."""

    __slots__ = ("_parts", "host", "port", "secure")

    def __init__(self, text: str) -> None:
        scheme, _, rest = text.partition("://")
        host = re.match(r"[^/?]*", rest)
        assert host is not None
        target = rest[host.end() :]
        if not target.startswith("/"):
            target = "/" + target
        base = f"{scheme.lower()}://{host[0]}"
        first, *others = (quote(part, safe=_PATH_AND_QUERY) for part in target.split(VISITOR))
        self._parts = (base + first, *others)
        url = httpx.URL(base)
        self.secure = url.scheme == "https"
        self.host = url.raw_host.decode("ascii")
        self.port = url.port or (443 if self.secure else 80)

    def url(self, visitor: str) -> httpx.URL:
        """The address for this visitor's id, which is percent-encoded, slashes too."""
        return httpx.URL(quote(visitor, safe="").join(self._parts))
