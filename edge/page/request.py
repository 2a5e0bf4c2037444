"""Which requests can be for a page, and what of them reaches the origin."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Literal

from edge.types import Headers, Scope
from edge.visitors import needs_secure

__all__ = ["NOTHING", "SPECIAL", "PageRequest", "Requests", "accepts_gzip"]

# Fetch Metadata (W3C): what the browser will do with the answer. `empty` is fetch(), which some sites use to
# swap whole pages; a client that sends nothing may be anything.
_PAGE_DESTINATIONS = frozenset((b"", b"empty", b"document", b"frame", b"iframe"))
_NAVIGATIONS = frozenset((b"document", b"frame", b"iframe"))

_CONDITIONAL = frozenset(
    (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"if-range")
)
_RANGE = frozenset((b"range", b"if-range"))
SPECIAL = _CONDITIONAL | _RANGE
"""The headers that make a request one for a part, or for what may be nothing."""

_NAMED = (b"host", b"sec-fetch-dest", b"accept", b"accept-encoding")
_READ = SPECIAL.union(_NAMED)
_NOTHING: frozenset[bytes] = frozenset()

_MAX_KNOWN = 4096
_MAX_BYTES = 1024 * 1024
_MAX_SAID = 2048
"""Bytes that are worth keeping of one request: some servers take as much as a visitor cares to send."""

_Said = tuple[Any, ...]
"""What a request is read from: method, scheme, headers, and whether it is for a part or may be for nothing."""

# Our composite validator: the origin's tag, a semicolon, 64 bits in hexadecimal.
_OUR_TAG = re.compile(rb';[0-9a-f]{16}"')

# These extensions hand the server something to send that Edge never sees; `pathsend` it reads itself.
_UNSEEN_EXTENSIONS = ("http.response.zerocopysend", "http.response.push")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to know of a request before it is answered. Those with the same `number` say the same, for as much as
    Edge asks of them; None has said too much to be kept. `passes` is why it cannot be for a page, None where it
    can. `host` is the Host header, and `secure` whether our cookies have to be (needs_secure). `navigates` tells
    that the client means to show the answer, `is_conditional` that it may do without one, `if_none_match` is there
    only where it carries a tag of ours. The origin sees the request without the headers in `dropped`, and with
    `coding` as its Accept-Encoding, None for the client's own."""

    number: int | None
    passes: Literal["method", "destination"] | None
    host: str
    secure: bool
    head: bool
    gzip: bool
    navigates: bool
    is_conditional: bool
    dropped: frozenset[bytes]
    coding: bytes | None
    if_none_match: bytes | None = None

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


class Requests:
    """Reads requests; those that say the same are read once. `facts` are the headers, in lower case, that the
    facts of a site are worked out from."""

    def __init__(self, facts: Iterable[bytes]) -> None:
        self._facts = tuple(facts)
        self.names = (*_NAMED, *self._facts)
        """The headers that a request without the special ones is read from."""
        self._known: dict[_Said, PageRequest] = {}
        self._numbers = count()  # none is given twice, whatever has been forgotten
        self._size = 0

    def read(self, scope: Scope, lines: Mapping[bytes, bytes]) -> PageRequest:
        """What to know of the request, whose headers by name are `lines`: of several with one name the last."""
        headers: Headers = scope["headers"]
        if len(lines) == len(headers) and SPECIAL.isdisjoint(lines):
            said: _Said = (scope["method"], scope.get("scheme", "http"), *map(lines.get, self.names))
            return self._known.get(said) or self._learn(said)
        return self._read_special(scope, lines, _joined(headers))

    def _read_special(
        self, scope: Scope, lines: Mapping[bytes, bytes], named: Mapping[bytes, bytes]
    ) -> PageRequest:
        """One for a part, for an answer that may be none, or with several headers of one name."""
        said: _Said = (
            scope["method"],
            scope.get("scheme", "http"),
            *map(named.get, _NAMED),
            *map(lines.get, self._facts),
            not _RANGE.isdisjoint(named),
            not _CONDITIONAL.isdisjoint(named),
        )
        request = self._known.get(said) or self._learn(said)
        tags = named.get(b"if-none-match")
        if tags is None or not _OUR_TAG.search(tags):
            return request
        return replace(request, dropped=request.dropped | _CONDITIONAL, if_none_match=tags)

    def _learn(self, said: _Said) -> PageRequest:
        special = said[2 + len(self.names) :]
        size = sum(len(part) for part in said if isinstance(part, bytes | str))
        if size > _MAX_SAID:
            return _request(None, *said[:6], *special)
        self._size += size
        if len(self._known) >= _MAX_KNOWN or self._size > _MAX_BYTES:
            self._known.clear()
            self._size = size
        request = self._known[said] = _request(next(self._numbers), *said[:6], *special)
        return request


def _joined(headers: Headers) -> dict[bytes, bytes]:
    """Of several with one name, all values; of hosts the first."""
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in _READ:
            lines.setdefault(name, []).append(value)
    return {name: values[0] if name == b"host" else b",".join(values) for name, values in lines.items()}


def _request(
    number: int | None,
    method: str,
    scheme: str,
    host: bytes | None,
    destination: bytes | None,
    accept: bytes | None,
    accepted: bytes | None,
    ranged: bool = False,
    conditional: bool = False,
) -> PageRequest:
    """`accepted` is the Accept-Encoding, `ranged` whether a part is asked for."""
    name = (host or b"").decode("latin-1")
    passes: Literal["method", "destination"] | None = None
    if method not in ("GET", "HEAD"):
        passes = "method"
    elif (destination or b"") not in _PAGE_DESTINATIONS:
        passes = "destination"
    navigates = destination in _NAVIGATIONS or b"text/html" in (accept or b"")
    gzip = accepted is not None and accepts_gzip(accepted)
    readable = b"gzip" if gzip else b"identity"  # Edge reads gzip and no other coding
    return PageRequest(
        number,
        passes,
        name,
        needs_secure(scheme, name),
        method == "HEAD",
        gzip,
        navigates,
        conditional,
        # A page asked for in part cannot be tailored; a download asked for in part must stay one.
        _RANGE if navigates and ranged else _NOTHING,
        None if accepted is None or accepted in (readable, b"") else readable,
    )


NOTHING = _request(None, "GET", "http", None, None, None, None)
"""Stands for a request that could not be read."""


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
