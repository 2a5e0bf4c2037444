"""A request's body as it comes: where it ends, and its chunks (RFC 9112 section 7.1).

Each kind has `feed(data) -> (what to hand on, what it did not take)` and `done`. What is handed on is framed as
the request's head says, in chunks of our own making: without extensions, trailers and odd lengths.
"""

from __future__ import annotations

import re
from typing import Protocol

from edge.serve.head import FIELD_LINE, NEVER
from edge.serve.limits import Limits
from edge.serve.refusal import RefusalError

__all__ = ["Body", "Chunks", "Counted"]

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15}+)([\t ]*+(?:;[\t\x20-\x7e\x80-\xff]*+)?+)\r\n")
_LONGEST_LINE = 1024
_LAST = b"0\r\n\r\n"


class Body(Protocol):
    done: bool

    def feed(self, data: bytes) -> tuple[bytes, bytes]: ...


class Counted:
    """A body of so many bytes."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.done = length == 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        taken = data[: self._left]
        self._left -= len(taken)
        self.done = self._left == 0
        return taken, data[len(taken) :]


class Chunks:
    """A chunked body."""

    def __init__(self, limits: Limits) -> None:
        self.done = False
        self._limits = limits
        self._left = 0  # of the chunk that is coming
        self._ended = True  # the line end after a chunk's data has come
        self._ending = False  # the last chunk has come, only trailers may follow
        self._extra = 0  # bytes of extensions
        self._trailers = 0
        self._trailer_bytes = 0

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """What comes back untaken is the beginning of a line: to be given again, with more behind it."""
        made: list[bytes] = []
        at = 0
        while not self.done:
            if self._left:
                before, at = at, self._data(data, at, made)
            elif not self._ended:
                before, at = at, self._line_end(data, at)
            elif self._ending:
                before, at = at, self._trailer(data, at, made)
            else:
                before, at = at, self._size(data, at)
            if at == before:
                break
        return b"".join(made), data[at:]

    def _data(self, data: bytes, at: int, made: list[bytes]) -> int:
        piece = data[at : at + self._left]
        if piece:
            made += (b"%x\r\n" % len(piece), piece, b"\r\n")
            self._left -= len(piece)
            self._ended = self._left > 0
        return at + len(piece)

    def _line_end(self, data: bytes, at: int) -> int:
        end = data[at : at + 2]
        if end == b"\r\n":
            self._ended = True
            return at + 2
        if end not in (b"", b"\r"):
            raise RefusalError(400, "A chunk is longer than it says.")
        return at

    def _size(self, data: bytes, at: int) -> int:
        line = _SIZE_LINE.match(data, at)
        if line is None:
            _check_beginning(data, at, "A chunk's size is malformed.")
            return at
        self._left = int(line[1], 16)
        self._ending = self._left == 0
        self._extra += len(line[2])
        if self._extra > self._limits.fields:
            raise RefusalError(400, "The chunk extensions are too long.")
        return line.end()

    def _trailer(self, data: bytes, at: int, made: list[bytes]) -> int:
        """The trailers end in an empty line. They are dropped: nothing behind ASGI could take them."""
        if data.startswith(b"\r\n", at):
            made.append(_LAST)
            self.done = True
            return at + 2
        line = FIELD_LINE.match(data, at)
        if line is None:
            _check_beginning(data, at, "A trailer is malformed.", self._limits.fields)
            return at
        self._trailers += 1
        self._trailer_bytes += len(line[0])
        if self._trailers > self._limits.headers or self._trailer_bytes > self._limits.fields:
            raise RefusalError(431, "The trailers are too many or too long.")
        return line.end()


def _check_beginning(data: bytes, at: int, reason: str, longest: int = _LONGEST_LINE) -> None:
    """Refuses what cannot become a line whatever follows."""
    if data.find(b"\r\n", at) >= 0 or len(data) - at > longest or NEVER.search(data, at) is not None:
        raise RefusalError(400, reason)
