"""A file's text, and where in it something stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from edge.errors import Problem

__all__ = ["Text", "printable"]

_SHOWN = 200
"""Characters of a line that a message shows past the place it speaks of."""

_FARTHEST = 1_000
"""Characters into a line that a message still shows: nobody wrote a longer one by hand."""

_LONGEST = 300
"""Characters of a cause: it may quote what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Text:
    """One file: its name as messages give it, and its characters with newlines as `\\n`."""

    file: str
    content: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts, at = [0], self.content.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.content.find("\n", at + 1)
        object.__setattr__(self, "_starts", tuple(starts))

    def line(self, offset: int) -> int:
        """The line, from 1, that the character at `offset` stands in."""
        return bisect_right(self._starts, offset)

    def problem(self, start: int, end: int, cause: str, cure: str) -> Problem:
        """A problem with the characters `start` to `end`; the caret stays within the first line."""
        line = self.line(start)
        first = self._starts[line - 1]
        last = self._starts[line] - 1 if line < len(self._starts) else len(self.content)
        width = max(1, min(end, last, start + _SHOWN) - start)
        source = self.content[first : min(last, start + width + _SHOWN)] if start - first < _FARTHEST else ""
        if len(cause) > _LONGEST:
            cause = cause[:_LONGEST] + "…"
        return Problem(
            self.file, line, start - first + 1, width, printable(source), printable(cause), printable(cure)
        )


def printable(line: str) -> str:
    """One column a character, and nothing that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in line.rstrip())
