"""A request as bytes on the wire to an origin."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

__all__ = ["Outgoing", "outgoing"]

_SIGNS = re.compile(rb"\r\n(content-length|transfer-encoding|expect):[ \t]*([^\r]*)")
_TARGET = re.compile(rb"[\x21-\x7e\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The head, and what it says of the body: `length` bytes, None where it is chunked. `expects`: a 100 is waited
    for before the body is sent (RFC 9110 section 10.1.1)."""

    head: bytes
    length: int | None
    expects: bool

    @property
    def body(self) -> bool:
        return self.length != 0


def outgoing(request: httpx.Request) -> Outgoing:
    """`request` as it is: its target from `extensions["target"]`, its headers as they stand. Raises
    httpx.LocalProtocolError for what would be more than one request, or another than it seems."""
    target = request.extensions.get("target") or request.url.raw_path
    method = request.extensions.get("method") or request.method.encode("ascii")
    headers = request.headers.raw
    parts = [method, b" ", target, b" HTTP/1.1\r\n"]
    for name, value in headers:
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"\r\n")
    head = b"".join(parts)
    lines = len(headers) + 2
    if head.count(b"\r\n") != lines or head.count(b"\n") != lines or head.count(b"\r") != lines:
        raise httpx.LocalProtocolError("a header or the target holds a line end")
    if _TARGET.fullmatch(target) is None or b" " in method:
        raise httpx.LocalProtocolError("the target or the method holds a blank")
    return Outgoing(head, *_framing(head.lower()))


def _framing(head: bytes) -> tuple[int | None, bool]:
    signs: dict[bytes, bytes] = {}
    for name, value in _SIGNS.findall(head):
        if name in signs:
            raise httpx.LocalProtocolError("the length of the body is said twice")
        signs[name] = value.strip()
    if not signs:
        return 0, False
    coding, length = signs.get(b"transfer-encoding"), signs.get(b"content-length")
    if (coding is not None and (coding != b"chunked" or length is not None)) or not (length or b"0").isdigit():
        raise httpx.LocalProtocolError("the length of the body is unclear")
    size = None if coding is not None else int(length or b"0")
    return size, size != 0 and signs.get(b"expect") == b"100-continue"
