"""What a fact is, in words: for people who know the visitor and not the rule language. Never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

__all__ = ["day", "in_words"]

_LONGEST = 80
_SECRET = re.compile(
    r"token|secret|passw|(?:api|access)_?key|oauth|sess(?:ion|id)|signature"
    r"|(?<![a-z])(?:auth|sid|sig|otp|code|pwd|jwt|pin)(?![a-z])",
    re.IGNORECASE,
)
"""Names under which a query or a trait holds what opens doors."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def in_words(name: str, value: Any) -> str:
    """The value of the fact that a rule writes as `name`."""
    if value is None:
        return "not known"
    if _SECRET.search(name):
        return "known, and not told here"
    match value:
        case bool():
            text = "yes" if value else "no"
        case date():
            text = day(value)
        case str():
            text = (value.partition("?")[0] if name == "referrer.url" else value) or "empty"
        case Mapping():  # the query: what it holds is told by name, where a rule asks for it
            text = ", ".join(sorted(map(str, value))) or "empty"
        case frozenset() | set():
            text = ", ".join(sorted(map(str, value))) or "none"
        case _:
            text = str(value)
    text = _UNSEEN.sub("�", text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def day(value: date) -> str:
    """A date as people write it: 19 November 2026."""
    return f"{value.day} {value:%B %Y}"
