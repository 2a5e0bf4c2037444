"""Whether two answers are one and the same: status, headers in their order, and body."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from tests.hosts.wire import Reply

__all__ = ["Plain", "difference", "headers_of"]

Plain = Callable[[bytes], bytes]
"""Takes out of a text what the origin makes anew for each answer."""

_OF_THE_CONNECTION = (b"connection", b"keep-alive", b"transfer-encoding")
_CONTEXT = 60


def headers_of(reply: Reply) -> list[tuple[bytes, bytes]]:
    """Those of the connection apart. Of the time there is only whether it is one."""
    return [
        (name, _any_date(value) if name == b"date" else value)
        for name, value in reply.headers
        if name not in _OF_THE_CONNECTION
    ] + [(name, value) for name, value in reply.headers if name == b"transfer-encoding"]


def _any_date(value: bytes) -> bytes:
    parsedate_to_datetime(value.decode())  # or ValueError
    return b"<date>"


def difference(direct: Reply, behind: Reply, plain: Plain = bytes) -> str:
    """What is not the same, in words; nothing where all is. Where `plain` takes something out of a body, its
    length counts for nothing."""
    if direct.status != behind.status:
        return f"status {direct.status} is {behind.status}"
    bodies = plain(direct.body), plain(behind.body)
    changed = bodies[0] != direct.body
    lines = [
        [
            (name, plain(value))
            for name, value in headers_of(reply)
            if not (changed and name in (b"content-length", b"etag"))
        ]
        for reply in (direct, behind)
    ]
    if lines[0] != lines[1]:
        return f"headers {_only(lines[0], lines[1])} are {_only(lines[1], lines[0])}"
    if bodies[0] != bodies[1]:
        at = next((n for n, (a, b) in enumerate(zip(*bodies, strict=False)) if a != b), min(map(len, bodies)))
        start = max(at - _CONTEXT, 0)
        return f"body at {at}: {bodies[0][start : at + _CONTEXT]!r} is {bodies[1][start : at + _CONTEXT]!r}"
    return ""


def _only(these: list[tuple[bytes, bytes]], those: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]] | str:
    missing = [pair for pair in these if pair not in those]
    return missing or f"in the order {[name for name, _ in these]}"


def substituting(*patterns: tuple[bytes, bytes]) -> Plain:
    """What replaces each match of a pattern by its own form."""
    compiled = [(re.compile(pattern), form) for pattern, form in patterns]

    def plain(text: bytes) -> bytes:
        for pattern, form in compiled:
            text = pattern.sub(form, text)
        return text

    return plain
