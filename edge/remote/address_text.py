"""The address of the service as it is written: what is wrong with it."""

from __future__ import annotations

import re

from edge.errors import Flaw

__all__ = ["VISITOR", "address_flaw"]

VISITOR = "{visitor}"
"""Where the visitor's id goes."""

_EXAMPLE = "https://crm.example.com/visitors/{visitor}"
_SCHEME = re.compile(r"(?i)(https?)://")
_BRACES = re.compile(r"\{[A-Za-z_ ]*\}")
_SECRET = re.compile(r"\$(?:\{|[A-Z_][A-Z0-9_]+\b)")
"""A variable of the environment, in braces or without; `$filter` is a parameter of some services."""


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
    import httpx  # a site without [remote] does without it

    try:
        url = httpx.URL(f"https://{host}/")
        fits = bool(url.host) and (url.port is None or 0 < url.port < 65_536)
    except httpx.InvalidURL:
        fits = False
    return None if fits else Flaw(f'"{host}" is no host', f"write it as in {_EXAMPLE}", *whole)
