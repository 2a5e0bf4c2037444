"""The validator of a page that depends on the visitor (RFC 9110 sections 8.8 and 13.1.2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from edge.html import Fill

__all__ = ["composite", "digest", "matches"]

_TAG = re.compile(rb'(?:W/)?"([^"]*)"')


def digest(fills: Mapping[str, Fill], key: bytes) -> bytes:
    """64 bits in hexadecimal over what the page's slots show. Keyed: from outside, nobody can tell which
    blocks a tag stands for."""
    hashed = hashlib.blake2b(digest_size=8, key=key)
    for slot in sorted(fills):
        fill = fills[slot]
        length = None if fill.block is None else len(fill.block)
        hashed.update(f"\0{slot}\0{fill.place}\0{fill.set}\0{length}\0".encode())
        hashed.update(fill.block or b"")
    return hashed.hexdigest().encode()


def composite(etag: bytes, shown: bytes) -> bytes | None:
    """`W/"origin-tag;shown"`, or None where the origin's tag is none (RFC 9110 section 8.8.3)."""
    match = _TAG.fullmatch(etag.strip())
    return None if match is None else b'W/"%b;%b"' % (match[1], shown)


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether the list of tags has this one, by weak comparison."""
    opaque = etag.removeprefix(b"W/").strip(b'"')
    return any(tag == opaque for tag in _TAG.findall(if_none_match))
