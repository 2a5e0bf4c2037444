"""JSON pointers (RFC 6901): `/account/plan`."""

from __future__ import annotations

import re
from typing import Any

from edge.errors import Flaw

__all__ = ["ABSENT", "Pointer", "pointer_flaw"]

ABSENT: Any = object()
"""What a pointer finds where nothing stands."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def pointer_flaw(text: str) -> Flaw | None:
    """What is wrong with a pointer, if anything."""
    if text and not text.startswith("/"):
        plain = text.removeprefix("$").strip(".").replace(".", "/")
        return Flaw("a JSON pointer begins with a slash", f"write /{plain}", 0, len(text))
    wrong = re.search(r"~(?![01])", text)
    if wrong is not None:
        return Flaw("after ~ stands 0 or 1 in a JSON pointer", "write ~0 for ~, and ~1 for /", *wrong.span())
    return None


class Pointer:
    """A pointer, ready to be followed. Raises ValueError for one that has a flaw."""

    __slots__ = ("_steps",)

    def __init__(self, text: str) -> None:
        flaw = pointer_flaw(text)
        if flaw is not None:
            raise ValueError(flaw.cause)
        # ~1 before ~0: else ~01, which is ~1, would become a slash (section 4)
        self._steps = tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])

    def find(self, document: Any) -> Any:
        """The value that the pointer leads to; ABSENT where it leads nowhere."""
        for step in self._steps:
            if isinstance(document, dict):
                document = document.get(step, ABSENT)
            elif isinstance(document, list) and _INDEX.fullmatch(step) and int(step) < len(document):
                document = document[int(step)]
            else:
                return ABSENT
        return document
