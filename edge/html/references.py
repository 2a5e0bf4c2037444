"""Character references in attribute values (HTML standard, 13.2.5.72 to 13.2.5.80)."""

from __future__ import annotations

import html
import re
from html.entities import html5

__all__ = ["decode"]

_REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]+;?|#[0-9]+;?|[A-Za-z][A-Za-z0-9]{1,31};?)")
_UNTERMINATED = sorted((name for name in html5 if not name.endswith(";")), key=len, reverse=True)


def decode(value: str) -> str:
    """The value of an attribute as the page's scripts would read it: references decoded, NUL replaced, line ends
    normalised. Unlike in text, `&copy=` and `&copying` stay as they are: only `;` ends a name before those."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return value if "&" not in value else _REFERENCE.sub(lambda found: _character(found, value), value)


def _character(found: re.Match[str], value: str) -> str:
    written = found.group()
    if written[1] == "#":
        return html.unescape(written)
    name = written[1:]
    if name in html5 and name.endswith(";"):
        return html5[name]
    known = next((short for short in _UNTERMINATED if name.startswith(short)), None)
    if known is None:
        return written
    rest = name[len(known) :]
    following = rest or value[found.end() : found.end() + 1]
    if following[:1] == "=" or following[:1].isalnum():
        return written
    return html5[known] + rest
