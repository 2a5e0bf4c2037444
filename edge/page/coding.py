"""Content codings of a page: what comes gzipped is opened, within limits, and closed again (RFC 1952)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

__all__ = ["MAGIC", "PIECE", "BadGzipError", "Gunzip", "Gzip", "gunzip"]

PIECE = 64 * 1024
"""Decoded bytes handed out at a time: memory stays flat whatever a small input expands to."""

LIMIT = 32 * 1024 * 1024
RATIO = 100
_FREE = 1024 * 1024
"""A small page may be as repetitive as it likes: the ratio counts from here on."""

_GZIP = 16 + zlib.MAX_WBITS

MAGIC = b"\x1f\x8b"
"""How each gzip stream begins."""


class BadGzipError(Exception):
    """Not a gzip stream, or cut short."""


class Gunzip:
    """Opens a gzip stream chunk by chunk. `excessive` turns true past 32 MiB or a ratio of 100: whoever reads
    on then should not look at the bytes any more, only pass them on."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP)
        self._read = 0
        self._made = 0
        self._behind = b""
        self._over = False

    @property
    def excessive(self) -> bool:
        return self._made > LIMIT or (self._made > _FREE and self._made > RATIO * self._read)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes of `data`, in pieces of at most 64 KiB."""
        self._read += len(data)
        try:
            while data:
                if self._inflate.eof:
                    if not self._more_to_come(data):
                        return
                    data, self._behind = self._behind + data, b""
                    self._inflate = zlib.decompressobj(_GZIP)
                piece = self._inflate.decompress(data, PIECE)
                data = self._inflate.unconsumed_tail or self._inflate.unused_data
                self._made += len(piece)
                if piece:
                    yield piece
        except zlib.error as error:
            raise BadGzipError(str(error)) from None

    def _more_to_come(self, data: bytes) -> bool:
        """Whether another member begins behind the last. Anything else there is padding or garbage, which gzip(1)
        ignores."""
        if self._over:
            return False
        start = (self._behind + data)[:2]
        if start == MAGIC:
            return True
        self._over = not MAGIC.startswith(start)
        self._behind = start
        return False

    def close(self) -> bytes:
        """What was still held. The stream must have ended."""
        rest = self._inflate.flush()
        if not self._inflate.eof:
            raise BadGzipError("the stream was cut short")
        return rest


def gunzip(body: bytes) -> bytes | None:
    """A whole body opened, or None where it is not gzip or passes the limits."""
    stream = Gunzip()
    pieces: list[bytes] = []
    try:
        for piece in stream.feed(body):
            pieces.append(piece)
            if stream.excessive:
                return None
        pieces.append(stream.close())
    except BadGzipError:
        return None
    return b"".join(pieces)


class Gzip:
    """Makes a gzip stream. Every chunk is flushed, so that a streamed page arrives as it is made."""

    def __init__(self, level: int = 5) -> None:
        self._deflate = zlib.compressobj(level, zlib.DEFLATED, _GZIP)

    def feed(self, data: bytes) -> bytes:
        return self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH) if data else b""

    def close(self, data: bytes = b"") -> bytes:
        return self._deflate.compress(data) + self._deflate.flush()
