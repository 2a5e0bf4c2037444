"""Cache-Control: the directives of RFC 9111 section 5.2 and RFC 5861, as they were written."""

from __future__ import annotations

import re

__all__ = ["Directives", "parse_directives"]

Directives = dict[bytes, list[bytes]]
"""Names in lower case, each with its arguments; b"" where it has none."""

_ITEM = re.compile(rb'(?:[^",]++|"(?:[^"\\]++|\\.)*+"?+)++', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LONGEST = 2**31
"""Seconds: more is as good as for ever (RFC 9111 section 1.2.2)."""


def parse_directives(value: bytes) -> Directives:
    """What stands in quotes is an argument, whatever it looks like."""
    found: Directives = {}
    for item in _ITEM.findall(value):
        name, _, argument = item.partition(b"=")
        found.setdefault(name.strip().lower(), []).append(_plain(argument.strip()))
    return found


def _plain(argument: bytes) -> bytes:
    if argument[:1] != b'"':
        return argument
    return _ESCAPED.sub(rb"\1", argument[1:].removesuffix(b'"'))


def seconds(directives: Directives, name: bytes) -> int | None:
    """The seconds that a directive says; None where it is not there. Of several the least counts, and what is no
    number means none at all: an answer whose freshness cannot be read is stale (RFC 9111 section 4.2.1)."""
    arguments = directives.get(name)
    if arguments is None:
        return None
    return min(int(one) if one.isdigit() and len(one) < 16 else 0 for one in arguments)


def lifetime(directives: Directives, name: bytes) -> int | None:
    """As `seconds`, and no more than can be counted."""
    value = seconds(directives, name)
    return None if value is None else min(value, _LONGEST)
