"""The language that a visitor prefers (RFC 9110 section 12.5.4)."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["preferred_language"]

_RANGE = re.compile(
    r"[ \t]*+([A-Za-z]{2,8})(?:-[A-Za-z0-9]{1,8})*+"
    r"(?:[ \t]*+;[ \t]*+[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?[ \t]*+"
)


@lru_cache(maxsize=1024)
def preferred_language(accept_language: str) -> str | None:
    """The primary tag, in lower case, of the first language with the highest weight above 0: `de` for
    `de-CH, en;q=0.8`. What is malformed counts for nothing, and so does `*`, which names no language."""
    best, weight = None, 0.0
    for part in accept_language.split(","):
        found = _RANGE.fullmatch(part)
        if found and float(found[2] or 1) > weight:
            best, weight = found[1].lower(), float(found[2] or 1)
    return best
