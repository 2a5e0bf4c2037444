"""The visitor's cookie: a signed random id, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from edge.errors import TokenError
from edge.model import Visitor
from edge.visitors.headers import cookie_values
from edge.visitors.keys import Keys
from edge.visitors.tokens import COOKIE, DAY, Kind, Tokens

__all__ = ["Cookies", "attributes"]

_ID_BYTES = 16
_MAX_LENGTH = 128  # a token of ours has 77 characters
_MAX_TRIES = 4  # one signature costs microseconds, and a Cookie header has room for hundreds of forged ones
_MAX_KNOWN = 10_000


def attributes(secure: bool) -> bytes:
    """What follows the value of each cookie of ours. `__Host-` asks for Path=/, Secure and no Domain
    (RFC 6265bis section 4.1.3.2)."""
    return b"; Path=/; Secure; HttpOnly; SameSite=Lax" if secure else b"; Path=/; HttpOnly; SameSite=Lax"


class Cookies:
    """Reads and writes the visitor's cookie: `__Host-edge`, or `edge` where `secure` is False (needs_secure).

    A cookie lives `max_age_days`, at most 400 (what browsers grant), and is written anew at the first visit after
    `renew_days`: not more often, as a changed HttpOnly cookie costs the back/forward cache.
    """

    def __init__(self, keys: Keys, max_age_days: int = 400, renew_days: int = 30) -> None:
        if not 0 < renew_days <= max_age_days <= 400:
            raise ValueError("renew_days must be at most max_age_days, and that at most 400")
        self._max_age = max_age_days * DAY
        self._renew_after = renew_days * DAY
        self._tokens = Tokens(keys, Kind(COOKIE.salt, self._max_age))
        # Verified visitors by the raw text of their cookie: a hit saves the signature's 7 µs. Whatever text it
        # was, only the verified id counts, and a hit still expires. Emptied when full: cheaper than keeping order.
        self._known: dict[bytes, Visitor] = {}

    def read(self, cookie_headers: Iterable[bytes], secure: bool, now: float) -> Visitor | None:
        """The visitor of the first valid cookie of ours in all Cookie headers; None for no such. `now` in unix
        seconds. Never raises: a cookie is a visitor's input."""
        prefix = b"__Host-edge=" if secure else b"edge="
        tries = 0
        for header in cookie_headers:
            for token in cookie_values(header, prefix):
                visitor = self._known.get(token) or self._verified(token, now)
                if visitor is not None and self._tokens.is_current(visitor.signed_at, now):
                    return visitor
                tries += 1
                if tries == _MAX_TRIES:
                    return None
        return None

    def issue(self, now: float) -> Visitor:
        """A new visitor with a fresh id."""
        return Visitor(secrets.token_urlsafe(_ID_BYTES), new=True, signed_at=int(now))

    def is_due(self, visitor: Visitor, now: float) -> bool:
        """Whether this known visitor's cookie is old enough to be written anew."""
        return visitor.id is not None and not visitor.new and now - visitor.signed_at >= self._renew_after

    def changes_at(self, visitor: Visitor, now: float) -> float:
        """Until when this known visitor's cookie stays what it is now: not due, or good."""
        due = visitor.signed_at + self._renew_after
        return due if now < due else visitor.signed_at + self._max_age

    def set_cookie(self, visitor: Visitor, secure: bool, now: float) -> bytes:
        """The value of a Set-Cookie header that gives `visitor` a cookie signed now. ValueError without an id."""
        if not visitor.id:
            raise ValueError("a visitor without an id gets no cookie")
        token = self._tokens.sign(visitor.id.encode("ascii"), now)
        name = b"__Host-edge" if secure else b"edge"
        return b"%b=%b; Max-Age=%d%b" % (name, token, self._max_age, attributes(secure))

    def _verified(self, token: bytes, now: float) -> Visitor | None:
        if len(token) > _MAX_LENGTH:
            return None
        try:
            signed = self._tokens.verify(token, now)
        except TokenError:
            return None
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        visitor = Visitor(signed.payload.decode("ascii"), new=False, signed_at=signed.signed_at)
        self._known[token] = visitor
        return visitor
