"""Addresses that a widget is given: of a page or file of this site, or one of the web."""

from __future__ import annotations

import re

from edge.errors import Flaw

__all__ = ["address_flaw"]

_SCHEME = re.compile(r"([^/?#:]*):")
_WRONG = re.compile(r"[\x00-\x20\x7f\\]")


def address_flaw(text: str) -> Flaw | None:
    """What keeps the text from being a relative address or one of http or https. What stands in `{{ }}` is left
    for others to judge."""
    address = re.sub(r"\{\{.*?\}\}", lambda hole: "x" * len(hole[0]), text, flags=re.DOTALL)
    if not address:
        return Flaw("this address is empty", 'write where it leads: "/headphones"')
    wrong = _WRONG.search(address)
    if wrong:
        what = (
            "a backslash" if wrong[0] == "\\" else "white space" if wrong[0].isspace() else "a control character"
        )
        cure = "write / for \\" if wrong[0] == "\\" else "write %20 for a space, and nothing around the address"
        return Flaw(f"{what} cannot stand in an address", cure, *wrong.span())
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https"):
        cure = 'write a path of this site, "/headphones", or an address that begins with https://'
        return Flaw(f'"{scheme[0]}" leads to no page', cure, *scheme.span())
    if scheme and not re.match(r"https?://[^/?#]", address, re.IGNORECASE):
        return Flaw("this address has no host", 'write it whole: "https://www.example.com/"', *scheme.span())
    return None
