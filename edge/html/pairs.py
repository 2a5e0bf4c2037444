"""Slots between two comments, for where a CMS strips attributes."""

from __future__ import annotations

import re

__all__ = ["LONGEST", "closes", "opens"]

LONGEST = 256
"""How many bytes a slot's comment may have; longer ones are not kept back while they arrive."""

_OPEN = re.compile(rb"<!--[\t\n\f\r ]*edge:slot[\t\n\f\r ]+([^\t\n\f\r >]+?)[\t\n\f\r ]*-->")
_CLOSE = re.compile(rb"<!--[\t\n\f\r ]*/edge:slot[\t\n\f\r ]*-->")


def opens(comment: bytes) -> bytes | None:
    """The name in `<!--edge:slot NAME-->`."""
    found = _OPEN.fullmatch(comment) if len(comment) <= LONGEST else None
    return found[1] if found else None


def closes(comment: bytes) -> bool:
    return len(comment) <= LONGEST and _CLOSE.fullmatch(comment) is not None
