"""Which requests can be for a page, and what of them reaches the origin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
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
_READ = frozenset((b"sec-fetch-dest", b"accept", b"accept-encoding", b"if-none-match", b"range", b"if-range"))

# Our composite validator: the origin's tag, a semicolon, 64 bits in hexadecimal.
_OUR_TAG = re.compile(rb';[0-9a-f]{16}"')

# These extensions hand the server something to send that Edge never sees; `pathsend` it reads itself.
_UNSEEN_EXTENSIONS = ("http.response.zerocopysend", "http.response.push")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the responder needs of a request that can be for a page. `navigates` tells that the client means to
    show the answer, `if_none_match` is there only where it carries a tag of ours, `headers` only where the
    origin's differ from the client's."""

    head: bool
    gzip: bool
    navigates: bool
    if_none_match: bytes | None
    headers: Headers | None

    def origin_scope(self, scope: Scope, *, conditional: bool = True) -> Scope:
        """A copy of `scope` as the origin sees it, with or without what makes it conditional."""
        copy = dict(scope)
        headers = scope["headers"] if self.headers is None else self.headers
        copy["headers"] = headers if conditional else [pair for pair in headers if pair[0] not in _CONDITIONAL]
        extensions = copy.get("extensions")
        if extensions and any(name in extensions for name in _UNSEEN_EXTENSIONS):
            copy["extensions"] = {k: v for k, v in extensions.items() if k not in _UNSEEN_EXTENSIONS}
        return copy


def read_request(scope: Scope) -> PageRequest | Literal["method", "destination"]:
    """What to know of the request, or the reason why it cannot be for a page."""
    method = scope["method"]
    if method not in ("GET", "HEAD"):
        return "method"
    headers: Headers = scope["headers"]
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in _READ:
            lines.setdefault(name, []).append(value)
    found = {name: b",".join(values) for name, values in lines.items()}
    destination = found.get(b"sec-fetch-dest", b"")
    if destination not in _PAGE_DESTINATIONS:
        return "destination"
    accepted = found.get(b"accept-encoding")
    gzip = accepted is not None and accepts_gzip(accepted)
    dropped: set[bytes] = set()
    tags = found.get(b"if-none-match")
    if tags is not None:
        if _OUR_TAG.search(tags):
            dropped |= _CONDITIONAL
        else:
            tags = None
    navigates = destination in _NAVIGATIONS or b"text/html" in found.get(b"accept", b"")
    if navigates and (b"range" in found or b"if-range" in found):
        dropped |= (
            _RANGE  # a page asked for in part cannot be tailored; a download asked for in part must stay one
        )
    return PageRequest(method == "HEAD", gzip, navigates, tags, _origin_headers(headers, dropped, accepted, gzip))


def _origin_headers(
    headers: Headers, dropped: Iterable[bytes], accepted: bytes | None, gzip: bool
) -> Headers | None:
    """The headers for the origin, or None where they are the client's. Edge reads gzip and no other coding."""
    readable = b"gzip" if gzip else b"identity"
    recode = accepted is not None and accepted not in (readable, b"")
    if not recode and not dropped:
        return None
    kept: Headers = []
    for name, value in headers:
        if name == b"accept-encoding" and recode:
            if readable:
                kept.append((name, readable))
                readable = b""
        elif name not in dropped:
            kept.append((name, value))
    return kept


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
