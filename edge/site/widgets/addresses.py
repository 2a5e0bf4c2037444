"""Addresses that a widget is given: of a page or file of this site, or one of the web."""

from __future__ import annotations

import re

from edge.errors import Flaw

__all__ = ["address_flaw"]

_SCHEME = re.compile(r"[^/?#:]*+:")
_HOST = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_LONGEST = 2_000
_WRONG = re.compile(r"[\x00-\x20\x7f\\]")


def address_flaw(text: str) -> Flaw | None:
    """What keeps the text from being a relative address or one of http or https. What stands in `{{ }}` is left
    for others to judge."""
    if len(text) > _LONGEST:
        return Flaw(f"this address has {len(text):,} characters", f"write {_LONGEST:,} at most", 0, len(text))
    address = _filled(text)
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
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        cure = 'write a path of this site, "/headphones", or an address that begins with https://'
        return Flaw(f'"{scheme[0]}" leads to no page', cure, *scheme.span())
    if scheme and not _HOST.match(address):
        return Flaw("this address has no host", 'write it whole: "https://www.example.com/"', *scheme.span())
    return None


def _filled(text: str) -> str:
    """The text with something harmless, as long, in the stead of each `{{ … }}`."""
    pieces, at = [], 0
    while (start := text.find("{{", at)) >= 0 and (end := text.find("}}", start)) >= 0:
        pieces += [text[at:start], "x" * (end + 2 - start)]
        at = end + 2
    return "".join([*pieces, text[at:]])
