"""Pages compressed piece by piece: what many pages have in common is compressed once.

Each piece ends with a full flush (RFC 1951 section 3.2.4, zlib's Z_FULL_FLUSH): on the edge of a byte, and with
nothing after it that refers to what came before. So compressed pieces can be joined in any order, and only the
checksum is that of the page (RFC 1952 section 2.3.1).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

__all__ = ["Squeezed"]

_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_END = b"\x03\0"
"""The last block, which is empty."""

_LEVEL = 6
_MAX_SEEN = 4096
_SMALL = 64
"""Bytes of a piece that is better joined to the one before it: each end costs about ten."""


class Squeezed:
    """Compressed pieces by what they hold, up to `limit` bytes in all; then it begins anew. A piece is kept when
    it comes once more: one with a token in it never does."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._kept: dict[bytes, bytes] = {}
        self._seen: set[int] = set()

    def gzip(self, pieces: Sequence[bytes], body: bytes) -> bytes:
        """`body` compressed, which is joined from these pieces."""
        parts = [self._kept.get(piece) or self._squeeze(piece) for piece in _merged(pieces)]
        end = struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)
        return b"".join((_HEAD, *parts, _END, end))

    def _squeeze(self, piece: bytes) -> bytes:
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        squeezed = deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)
        if hash(piece) in self._seen:
            self._keep(piece, squeezed)
        else:
            if len(self._seen) >= _MAX_SEEN:
                self._seen.clear()
            self._seen.add(hash(piece))
        return squeezed

    def _keep(self, piece: bytes, squeezed: bytes) -> None:
        weight = len(piece) + len(squeezed)
        if weight > self.limit // 4:
            return
        if self.size + weight > self.limit:
            self._kept.clear()
            self.size = 0
        self._kept[piece] = squeezed
        self.size += weight


def _merged(pieces: Sequence[bytes]) -> list[bytes]:
    """The pieces without empty ones, and small ones with the one before."""
    merged: list[bytes] = []
    for piece in pieces:
        if merged and len(piece) < _SMALL:
            merged[-1] += piece
        elif piece:
            merged.append(piece)
    return merged
