"""What a stored answer says to a request that asks for less than all of it: RFC 9110 sections 13 and 14."""

from __future__ import annotations

import re

from edge.cache.asked import Asked
from edge.cache.dates import parse_date
from edge.cache.stored import Stored

__all__ = ["is_unchanged", "part_of"]

_TAG = re.compile(rb'(?:W/)?("[^"]*+")')
_RANGE = re.compile(rb"bytes[\t ]*+=[\t ]*+([0-9]{0,18}+)-([0-9]{0,18}+)[\t ]*+")


def is_unchanged(asked: Asked, stored: Stored) -> bool:
    """Whether the client has the answer already."""
    conditions = asked.conditions
    tags = conditions.get(b"if-none-match")
    if stored.status != 200:
        return False
    if tags is not None:
        if tags.strip() == b"*":
            return True
        return stored.etag is not None and stored.etag.removeprefix(b"W/") in _TAG.findall(tags)
    since = parse_date(conditions.get(b"if-modified-since", b""))
    if since is None:
        return False
    modified = parse_date(stored.modified or b"")
    return (stored.terms.date if modified is None else modified) <= since


def part_of(asked: Asked, stored: Stored) -> tuple[int, int] | None:
    """The first byte that is asked for and the one behind the last; None where the whole is to be given. Empty
    where the body has no such part. Several ranges at once are not made: whoever asks for them takes the whole."""
    value = asked.conditions.get(b"range")
    if value is None or stored.status != 200 or not _still_holds(asked, stored):
        return None
    found = _RANGE.fullmatch(value.lower())
    if found is None or not (found[1] or found[2]):
        return None
    size = len(stored.body)
    if not found[1]:
        return max(0, size - int(found[2])), size
    start, end = int(found[1]), int(found[2] or size) + bool(found[2])
    if end <= start and found[2]:
        return None  # the wrong way round: not valid
    return min(start, size), min(end, size)


def _still_holds(asked: Asked, stored: Stored) -> bool:
    """If-Range: only a strong validator says that the parts a client has are of this very body."""
    tag = asked.conditions.get(b"if-range")
    if tag is None:
        return True
    if tag[:1] == b'"':
        return tag == stored.etag
    return tag == stored.modified and stored.modified is not None
