"""What to look for in a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from edge.html.selector import Selector

__all__ = ["Search", "Slots"]

# A pattern that begins with one plain byte is found at memchr's speed; one that begins with a choice is not.
_ATTRIBUTE = rb"-[eE][dD][gG][eE]-[sS][lL][oO][tT]"
_COMMENT = rb"edge:slot"


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots that exist: `names` for tags and comments, `selectors` for HTML that cannot be touched.

    `times` says of a name how many of its occurrences count, from the top of the page; the rest stay as they are.
    """

    names: frozenset[str]
    selectors: tuple[tuple[Selector, str], ...] = ()
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    needles: tuple[re.Pattern[bytes], ...] = field(init=False, repr=False, compare=False)
    """One of them matches in every tag and comment that can be a slot; all others are skipped unread."""

    def __post_init__(self) -> None:
        needles = [
            _ATTRIBUTE,
            _COMMENT,
            *(needle for selector, _ in self.selectors for needle in selector.needles),
        ]
        object.__setattr__(self, "needles", tuple(re.compile(needle) for needle in dict.fromkeys(needles)))

    def watching(self, needle: re.Pattern[bytes]) -> Slots:
        """The same slots, for who wants to see the tags that hold this needle, too."""
        slots = replace(self)
        object.__setattr__(slots, "needles", (*self.needles, needle))
        return slots


class Search:
    """Where the next needle is, in a page that grows."""

    __slots__ = ("_found", "_patterns", "_seen")

    _LONGEST = 256
    """No needle is longer: they hold a name or a value of a selector, of at most that many bytes."""

    def __init__(self, slots: Slots) -> None:
        self._patterns = slots.needles
        self._found = [-1] * len(self._patterns)
        """Of each needle where it was last found."""
        self._seen = [0] * len(self._patterns)
        """And up to where there is no other."""

    def shift(self, count: int) -> None:
        """The buffer has lost its first `count` bytes."""
        self._found = [max(-1, found - count) for found in self._found]
        self._seen = [max(0, seen - count) for seen in self._seen]

    def rewind(self, start: int) -> None:
        """The page is read again from `start` on."""
        for index, found in enumerate(self._found):
            if found >= start:
                self._found[index] = -1
                self._seen[index] = start

    def next(self, buffer: bytes | bytearray, start: int) -> int:
        """The first needle from `start` on; the end of the buffer if there is none."""
        nearest = size = len(buffer)
        for index, pattern in enumerate(self._patterns):
            found = self._found[index]
            if found < start and self._seen[index] < size:
                match = pattern.search(buffer, max(start, self._seen[index]))
                if match is None:
                    self._seen[index] = max(start, self._seen[index], size - self._LONGEST)
                else:
                    found = self._found[index] = match.start()
                    self._seen[index] = found + 1
            if start <= found < nearest:
                nearest = found
        return nearest
