"""A page that grows, cut into tokens (HTML standard, 13.2.5). What they mean is for the scanner to say.

What is unfinished at the end of a chunk is not read again: tags, and stretches without tags, know how far they
were.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from edge.html import pairs
from edge.html.runs import CDATA, COMMENT, MARKUP, Run
from edge.html.tags import TAG, OpenTag

__all__ = ["TAG_LIMIT", "Lexer"]

TAG_LIMIT = 64 * 1024
"""Bytes of one tag; past that the rest of the page is left as it is."""


class Lexer(ABC):
    """`buffer` holds the page from offset `base` on; `at`, an offset in it, is where the next token begins."""

    def __init__(self) -> None:
        self.buffer: bytes | bytearray = b""
        self.base = 0
        self.at = 0
        self.run: Run | None = None
        """The comment, raw text or the like that is not complete yet."""
        self.partial: OpenTag | None = None
        """The tag that is not complete yet."""

    @abstractmethod
    def on_text(self, start: int, end: int) -> None: ...

    @abstractmethod
    def on_tag(self, tag: re.Match[bytes]) -> None: ...

    @abstractmethod
    def on_long_tag(self) -> None: ...

    @abstractmethod
    def on_run(self, run: Run, end: int) -> None: ...

    @abstractmethod
    def has_cdata(self) -> bool:
        """Whether `<![CDATA[` begins a section here; else it is a comment."""

    def append(self, data: bytes) -> None:
        if not self.buffer:
            self.buffer = data
        elif isinstance(self.buffer, bytes):
            self.buffer = bytearray(self.buffer + data)
        else:
            self.buffer += data

    def shift(self, count: int) -> None:
        """Forgets the first `count` bytes of the buffer."""
        self.buffer = bytearray(self.buffer)
        del self.buffer[:count]
        self.base += count
        self.at -= count
        if self.run is not None:
            self.run.shift(count)
        if self.partial is not None:
            self.partial.shift(count)

    def understood(self) -> int:
        """How much of the buffer belongs to tokens that are complete, or cannot matter any more."""
        run = self.run
        if run is None:
            return self.at
        if run.terminator is COMMENT and len(self.buffer) - run.start <= pairs.LONGEST:
            return run.start
        return run.certain(self.buffer)

    def token(self) -> bool:
        """Takes one token, or a piece of text; False where that needs more bytes."""
        if self.run is not None:
            return self._end_run(self.run)
        at, buffer = self.at, self.buffer
        if buffer[at] != 0x3C:
            end = buffer.find(b"<", at)
            return self._text(at, end if end >= 0 else len(buffer))
        sign = bytes(buffer[at + 1 : at + 2])
        if sign.isalpha():
            return self._tag(at)
        if sign == b"/":
            third = bytes(buffer[at + 2 : at + 3])
            return self._tag(at) if third.isalpha() else bool(third) and self._begin(Run(at, at + 2, MARKUP))
        if sign == b"?":
            return self._begin(Run(at, at + 2, MARKUP))
        if sign == b"!":
            return self._declaration(at)
        return bool(sign) and self._text(at, at + 1)

    def _text(self, at: int, end: int) -> bool:
        self.at = end
        self.on_text(at, end)
        return True

    def _declaration(self, at: int) -> bool:
        head = bytes(self.buffer[at : at + 9])
        if head.startswith(b"<!--"):
            return self._begin(Run(at, at + 4, COMMENT))
        if b"<!--".startswith(head) or (head != b"<![CDATA[" and b"<![CDATA[".startswith(head)):
            return False
        if head == b"<![CDATA[" and self.has_cdata():
            return self._begin(Run(at, at + 9, CDATA))
        return self._begin(Run(at, at + 2, MARKUP))

    def _begin(self, run: Run) -> bool:
        self.run = run
        return True

    def _end_run(self, run: Run) -> bool:
        end = run.end(self.buffer)
        if end < 0:
            return False
        self.run = None
        self.at = end
        self.on_run(run, end)
        return True

    def _tag(self, at: int) -> bool:
        found = None if self.partial else TAG.match(self.buffer, at, at + TAG_LIMIT)
        found = found or self._rest_of_tag(at)
        if found is None:
            return False
        self.at = found.end()
        self.on_tag(found)
        return True

    def _rest_of_tag(self, at: int) -> re.Match[bytes] | None:
        self.partial = self.partial or OpenTag(at)
        end = self.partial.end(self.buffer, at + TAG_LIMIT)
        if end < 0:
            if len(self.buffer) - at > TAG_LIMIT:
                self.on_long_tag()
            return None
        self.partial = None
        return TAG.match(self.buffer, at, end)
