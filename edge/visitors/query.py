"""The query string."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

__all__ = ["parse_query"]

_MAX_BYTES = 8192
_MAX_PAIRS = 100


def parse_query(raw: bytes) -> Mapping[str, str]:
    """The first value of each name, decoded as HTML forms encode it (`+` is a space, wrong UTF-8 becomes U+FFFD).
    Of a longer query only the whole pairs within the first 8 KiB, and of these the first 100."""
    if len(raw) > _MAX_BYTES:
        raw = raw[: raw.rfind(b"&", 0, _MAX_BYTES + 1) + 1]
    return _parsed(raw)


@lru_cache(maxsize=256)
def _parsed(raw: bytes) -> Mapping[str, str]:
    query: dict[str, str] = {}
    for pair in raw.split(b"&", _MAX_PAIRS)[:_MAX_PAIRS]:
        name, _, value = pair.partition(b"=")
        if name:
            query.setdefault(_decoded(name), _decoded(value))
    return MappingProxyType(query)


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", "replace")
