"""Who sends a Cookie header: worked out once, for a browser sends the same one again and again."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model import Visitor
from edge.types import Headers
from edge.visitors import Consent, Cookies, carries_preview

__all__ = ["Caller", "Callers"]

_NEW = Visitor()
_NOBODY = 10.0
"""Seconds for which a cookie that says nothing is not looked at again: with the clock set right, it may."""

_LONGEST = 1024
_MAX_BYTES = 4 * 1024 * 1024
_OVERHEAD = 500
"""Bytes, roughly, of a caller without their cookies."""

_Key = tuple[bytes | None, bool, bool]
"""The Cookie header, whether ours has to be secure, and what a header says of the consent."""


@dataclass(slots=True, eq=False)
class Caller:
    """Whoever sends a request, from `since` until `until`. `visitor` is None where nobody may be known. `owed`
    says that a page brings them a cookie, `previews` that they may be in preview."""

    visitor: Visitor | None
    owed: bool
    previews: bool
    since: float
    until: float


class Callers:
    """Finds callers by their cookies, with the consent that the site asks for. `needed` tells whether it needs to
    know anybody."""

    def __init__(self, cookies: Cookies, consent: Consent, needed: bool) -> None:
        self._cookies = cookies
        self._consent = consent
        self._needed = needed
        self._known: dict[_Key, Caller] = {}
        self._size = 0

    def find(self, headers: Headers, cookie: bytes | None, secure: bool, now: float) -> Caller:
        """Who sends these headers, of which `cookie` is the one of that name. `now` in Unix seconds."""
        allowed = not self._consent.header or self._consent.allowed(headers)
        key = (cookie, secure, allowed)
        caller = self._known.get(key)
        if caller is None or not caller.since <= now < caller.until:
            caller = self._read(cookie or b"", secure, allowed, now)
            if len(cookie or b"") <= _LONGEST:
                self._keep(key, caller)
        return caller

    def _read(self, cookie: bytes, secure: bool, allowed: bool, now: float) -> Caller:
        if self._consent.cookie:
            allowed = self._consent.allowed([(b"cookie", cookie)])
        allowed = allowed and self._needed
        visitor = self._cookies.read([cookie], secure, now) if allowed else None
        owed = allowed and (visitor is None or self._cookies.is_due(visitor, now))
        until = now + _NOBODY if visitor is None else self._cookies.changes_at(visitor, now)
        return Caller(visitor or (_NEW if allowed else None), owed, carries_preview(cookie), now, until)

    def _keep(self, key: _Key, caller: Caller) -> None:
        self._size += _OVERHEAD + len(key[0] or b"")
        if self._size > _MAX_BYTES:
            self._known.clear()
            self._size = 0
        self._known[key] = caller
