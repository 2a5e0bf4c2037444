"""Which requests can be for a page, and what of them reaches the origin."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from edge.types import Headers, Scope

__all__ = ["PageRequest", "accepts_gzip", "read_request"]

# Fetch Metadata (W3C): what the browser will do with the answer. `empty` is fetch(), which some sites use to
# swap whole pages; a client that sends nothing may be anything.
_PAGE_DESTINATIONS = frozenset((b"", b"empty", b"document", b"frame", b"iframe"))
_NAVIGATIONS = frozenset((b"document", b"frame", b"iframe"))

_CONDITIONAL = frozenset(
    (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"if-range")
)
_RANGE = frozenset((b"range", b"if-range"))
_NOTHING: frozenset[bytes] = frozenset()
_MAX_KNOWN = 1024
"""Bytes of headers that are worth keeping: some servers take as much as a visitor cares to send."""
_READ = _CONDITIONAL | _RANGE | frozenset((b"sec-fetch-dest", b"accept", b"accept-encoding"))

# Our composite validator: the origin's tag, a semicolon, 64 bits in hexadecimal.
_OUR_TAG = re.compile(rb';[0-9a-f]{16}"')

# These extensions hand the server something to send that Edge never sees; `pathsend` it reads itself.
_UNSEEN_EXTENSIONS = ("http.response.zerocopysend", "http.response.push")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the responder needs of a request that can be for a page. `navigates` tells that the client means to
    show the answer, `is_conditional` that it may do without one, `if_none_match` is there only where it carries a
    tag of ours. The origin sees the request without the headers in `dropped`, and with `coding` as its
    Accept-Encoding, None for the client's own."""

    head: bool
    gzip: bool
    navigates: bool
    is_conditional: bool
    if_none_match: bytes | None
    dropped: frozenset[bytes]
    coding: bytes | None

    def origin_scope(self, scope: Scope, *, conditional: bool = True) -> Scope:
        """A copy of `scope` as the origin sees it, with or without what makes it conditional."""
        copy = dict(scope)
        dropped = self.dropped
        if self.is_conditional and not conditional:
            dropped |= _CONDITIONAL
        if dropped or self.coding is not None:
            copy["headers"] = self._headers(scope["headers"], dropped)
        extensions = copy.get("extensions")
        if extensions and any(name in extensions for name in _UNSEEN_EXTENSIONS):
            copy["extensions"] = {k: v for k, v in extensions.items() if k not in _UNSEEN_EXTENSIONS}
        return copy

    def _headers(self, headers: Headers, dropped: Container[bytes]) -> Headers:
        coding = self.coding
        if coding is None:
            return [pair for pair in headers if pair[0] not in dropped]
        kept: Headers = []
        for pair in headers:
            if pair[0] != b"accept-encoding":
                if pair[0] not in dropped:
                    kept.append(pair)
            elif coding:
                kept.append((b"accept-encoding", coding))
                coding = b""
        return kept


def read_request(scope: Scope) -> PageRequest | Literal["method", "destination"]:
    """What to know of the request, or the reason why it cannot be for a page."""
    method = scope["method"]
    if method not in ("GET", "HEAD"):
        return "method"
    headers: Headers = scope["headers"]
    found = dict(headers)
    if len(found) < len(headers):
        found = _joined(headers)
    tags = found.get(b"if-none-match")
    ours = tags if tags is not None and _OUR_TAG.search(tags) else None
    destination, accept = found.get(b"sec-fetch-dest", b""), found.get(b"accept", b"")
    accepted = found.get(b"accept-encoding")
    # Of those with a tag of ours, hardly one comes twice.
    known = ours is None and len(destination) + len(accept) + len(accepted or b"") <= _MAX_KNOWN
    read = _page_request if known else _page_request.__wrapped__
    return read(
        method == "HEAD",
        destination,
        accept,
        accepted,
        b"range" in found or b"if-range" in found,
        not _CONDITIONAL.isdisjoint(found),
        ours,
    )


def _joined(headers: Headers) -> dict[bytes, bytes]:
    """Of several with one name, all values."""
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in _READ:
            lines.setdefault(name, []).append(value)
    return {name: b",".join(values) for name, values in lines.items()}


@lru_cache(maxsize=1024)
def _page_request(
    head: bool,
    destination: bytes,
    accept: bytes,
    accepted: bytes | None,
    ranged: bool,
    conditional: bool,
    tags: bytes | None,
) -> PageRequest | Literal["destination"]:
    """`accepted` is the Accept-Encoding, `ranged` whether a part is asked for, `tags` what has a tag of ours."""
    if destination not in _PAGE_DESTINATIONS:
        return "destination"
    navigates = destination in _NAVIGATIONS or b"text/html" in accept
    dropped = _NOTHING if tags is None else _CONDITIONAL
    if navigates and ranged:
        dropped |= (
            _RANGE  # a page asked for in part cannot be tailored; a download asked for in part must stay one
        )
    gzip = accepted is not None and accepts_gzip(accepted)
    readable = b"gzip" if gzip else b"identity"  # Edge reads gzip and no other coding
    coding = None if accepted is None or accepted in (readable, b"") else readable
    return PageRequest(head, gzip, navigates, conditional, tags, dropped, coding)


def accepts_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding value allows gzip (RFC 9110 section 12.5.3)."""
    if b";" not in accepted:
        return b"gzip" in accepted or b"*" in accepted
    allowed: dict[bytes, bool] = {}
    for item in accepted.lower().split(b","):
        coding, _, parameters = item.partition(b";")
        allowed[coding.strip()] = not _is_zero(parameters)
    return allowed.get(b"gzip", allowed.get(b"x-gzip", allowed.get(b"*", False)))


def _is_zero(parameters: bytes) -> bool:
    name, _, weight = parameters.partition(b"=")
    if name.strip() != b"q":
        return False
    weight = weight.strip()
    return weight[:1] == b"0" and not weight.strip(b"0.")
