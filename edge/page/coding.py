"""Content codings of a page: what comes gzipped is opened, within limits, and closed again (RFC 1952)."""

from __future__ import annotations

import copy
import struct
import zlib
from collections.abc import Iterator

from edge.errors import CutError

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


class BadGzipError(CutError):
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

    def fork(self) -> Gunzip:
        """Another that goes on from here: what a failing `feed` has read cannot be read again."""
        fork = copy.copy(self)
        fork._inflate = self._inflate.copy()
        return fork

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
            raise BadGzipError(f"the gzip of a page is damaged: {error}") from None

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
            raise BadGzipError("the gzip of a page is cut short")
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


_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_STORED = 0xFFFF
"""Bytes that a block without compression can hold (RFC 1951 section 3.2.4)."""


class Gzip:
    """Makes a gzip stream. Every chunk is flushed, so that a streamed page arrives as it is made, and so that the
    stream is at the edge of a byte between two of them: from there it can go on without a compressor."""

    def __init__(self, level: int = 5) -> None:
        self._deflate: zlib._Compress | None = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._head = _HEAD
        self._crc = 0
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        if self._deflate is None:
            return self.store(data, last=False)
        if not data:
            return b""
        coded = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return self._framed(data, coded, last=False)

    def close(self, data: bytes = b"") -> bytes:
        if self._deflate is None:
            return self.store(data, last=True)
        coded = self._deflate.compress(data) + self._deflate.flush()
        return self._framed(data, coded, last=True)

    def store(self, data: bytes, *, last: bool) -> bytes:
        """As `feed` or `close`, without compressing: for when either has failed, and what comes after that."""
        self._deflate = None
        blocks = [
            struct.pack("<BHH", 0, len(part), len(part) ^ _STORED) + part
            for part in (data[at : at + _STORED] for at in range(0, len(data), _STORED))
        ]
        if last:
            blocks.append(struct.pack("<BHH", 1, 0, _STORED))
        return self._framed(data, b"".join(blocks), last)

    def _framed(self, data: bytes, coded: bytes, last: bool) -> bytes:
        """The bytes of the stream that stand for `data`. What can fail comes first: a chunk counts once."""
        crc, size = zlib.crc32(data, self._crc), self._size + len(data)
        out = self._head + coded
        if last:
            out += struct.pack("<II", crc, size & 0xFFFFFFFF)
        self._head, self._crc, self._size = b"", crc, size
        return out
