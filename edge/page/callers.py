"""Who sends a request: worked out once, for a browser sends the same headers again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.model import Visitor
from edge.page.asked import Key
from edge.page.request import NOTHING, SPECIAL, PageRequest, Requests
from edge.types import Headers, Scope
from edge.visitors import Consent, Cookies, carries_preview, header_values

__all__ = ["NOBODY", "Caller", "Callers"]

_NEW = Visitor()
_NOBODY = 10.0
"""Seconds for which a cookie that says nothing is not looked at again: with the clock set right, it may."""

_LONGEST = 4096
_MAX_BYTES = 8 * 1024 * 1024
_OVERHEAD = 1200
"""Bytes, roughly, of a caller without their headers."""

_MAX_ASKED = 16

_Said = tuple[bytes | str | None, ...]
"""All that a request says of who sends it: method, scheme and headers."""


@dataclass(slots=True, eq=False)
class Caller:
    """Whoever sends a request that says the same, from `since` until `until`. `visitor` is None where nobody may
    be known. `owed` says that a page brings them a cookie, `previews` that they may be in preview. `asked` is what
    some questions have been answered with, by their number, of those whose answer stays the same."""

    request: PageRequest
    visitor: Visitor | None
    owed: bool
    previews: bool
    since: float
    until: float
    asked: dict[int, Key] = field(default_factory=dict)

    def keep(self, question: int, key: Key) -> None:
        if len(self.asked) >= _MAX_ASKED:
            self.asked.clear()
        self.asked[question] = key


NOBODY = Caller(NOTHING, None, False, False, 0.0, 0.0)


class Callers:
    """Finds callers by what their requests say, with the consent that the site asks for. `needed` tells whether it
    needs to know anybody."""

    def __init__(self, requests: Requests, cookies: Cookies, consent: Consent, needed: bool) -> None:
        self._requests = requests
        self._cookies = cookies
        self._consent = consent
        self._needed = needed
        more = [consent.header.lower().encode()] if consent.header else []
        self._names = (*requests.names, b"cookie", *more, *sorted(SPECIAL))
        self._known: dict[_Said, Caller] = {}
        self._size = 0

    def find(self, scope: Scope, lines: Mapping[bytes, bytes], now: float) -> Caller:
        """Who sends the request, whose headers by name are `lines`: of several with one name the last. `now` in
        Unix seconds."""
        headers: Headers = scope["headers"]
        if len(lines) < len(headers):
            return self._read(scope, lines, now)
        said: _Said = (scope["method"], scope.get("scheme", "http"), *map(lines.get, self._names))
        caller = self._known.get(said)
        if caller is None or not caller.since <= now < caller.until:
            caller = self._read(scope, lines, now)
            self._keep(said, caller)
        return caller

    def _read(self, scope: Scope, lines: Mapping[bytes, bytes], now: float) -> Caller:
        headers: Headers = scope["headers"]
        request = self._requests.read(scope, lines)
        cookie = b"; ".join(header_values(headers, b"cookie"))  # RFC 9113 section 8.2.3
        allowed = self._needed and self._consent.allowed(headers)
        visitor = self._cookies.read([cookie], request.secure, now) if allowed else None
        owed = allowed and (visitor is None or self._cookies.is_due(visitor, now))
        until = now + _NOBODY if visitor is None else self._cookies.changes_at(visitor, now)
        return Caller(request, visitor or (_NEW if allowed else None), owed, carries_preview(cookie), now, until)

    def _keep(self, said: _Said, caller: Caller) -> None:
        size = sum(len(text) for text in said if text is not None)
        if size > _LONGEST:
            return
        if said not in self._known:
            self._size += _OVERHEAD + size
        if self._size > _MAX_BYTES:
            self._known.clear()
            self._size = _OVERHEAD + size
        self._known[said] = caller
