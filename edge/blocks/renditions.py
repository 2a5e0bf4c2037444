"""Renditions kept: a block is rendered once per distinct input that its template reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from cachetools import LRUCache

from edge.blocks.block import Block, BlockFailed
from edge.blocks.limits import MAX_OUTPUT
from edge.blocks.render import Given, given, render_given
from edge.facts import Env
from edge.html.charset import encode

__all__ = ["Renditions"]

_Key = tuple[Block, str, Given]


class _Kept(NamedTuple):
    body: bytes
    weight: int


class Renditions:
    """Renditions of blocks as bytes, the least recently used forgotten first. Meant for one thread.

    `size` bounds their bytes, keys included, and `entries` how many there are: each weighs at least its share.
    """

    def __init__(self, size: int = 16 << 20, entries: int = 4096) -> None:
        self._least = size // entries
        self._kept: LRUCache[_Key, _Kept] = LRUCache(size, getsizeof=lambda kept: kept.weight)

    def render(self, block: Block, env: Env, codec: str) -> bytes:
        """The block's bytes for a page, in the page's charset. Raises BlockFailed, and keeps no failure."""
        values = given(block, env) if block.inputs else ()
        key = (block, codec, values)
        kept = self._kept.get(key)
        if kept is not None:
            return kept.body
        body = _bytes(block, render_given(block, values), codec)
        weight = max(self._least, len(body) + sum(_length(value) for value in values))
        if weight <= self._kept.maxsize:
            self._kept[key] = _Kept(body, weight)
        return body

    def keep_only(self, blocks: Collection[Block]) -> None:
        """Forgets the renditions of all other blocks, and so those blocks."""
        kept = set(blocks)
        for key in [key for key in self._kept if key[0] not in kept]:
            del self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)


def _length(value: object) -> int:
    return len(value) * 4 if isinstance(value, str) else len(repr(value))


def _bytes(block: Block, text: str, codec: str) -> bytes:
    try:
        block.raw.encode(codec)
    except UnicodeEncodeError as error:
        raise BlockFailed(f"its script or style cannot be written in {codec}") from error
    body = encode(text, codec)
    if len(body) > MAX_OUTPUT:
        raise BlockFailed(f"it puts out more than {MAX_OUTPUT:,} bytes")
    return body
