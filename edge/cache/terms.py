"""On what terms an answer may be kept and used again: RFC 9111 for a shared cache, RFC 5861 for what is stale.

Nothing in here knows the time: it is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.cache.asked import Asked
from edge.cache.dates import parse_date
from edge.cache.directives import Directives, lifetime, parse_directives
from edge.cache.settings import CacheSettings
from edge.types import Headers

__all__ = ["Moment", "Terms", "kept_headers", "read_terms"]

Varying = tuple[tuple[bytes, bytes | None], ...]

# What a status says of the request rather than of the page: a visitor who sends headers that nobody can read must
# not have the refusal kept for everybody. 206 and 304 are parts; 1xx do not come here.
_NEVER = frozenset((206, 304, 400, 401, 406, 407, 408, 411, 412, 413, 415, 416, 417, 421, 425, 426, 428, 429, 431))

_EVER = float("inf")

_UNSAID = frozenset((200, 203, 301, 308))
"""Those that `default_seconds` is for: lasting answers, and no errors."""

_UNDERSTOOD = frozenset(
    (200, 203, 204, 300, 301, 302, 303, 307, 308, 402, 403, 404, 405, 409, 410, 414, 451, 500, 501, 502, 503, 504)
)

_UNKEPT = frozenset(
    (
        b"age",  # goes into the answer's age, and comes out of it
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_SURROGATES = (b"surrogate-control", b"cdn-cache-control")
"""What is meant for caches that the site knows of. Where they are told to keep less, so do we; more only where
Cache-Control says so: their purges do not reach us."""

_VALIDATORS = frozenset((b"etag", b"last-modified"))
_COOKIES = frozenset((b"set-cookie", b"set-cookie2"))

# Who forbids the use of what is stale (RFC 9111 section 4.2.4). `s-maxage` does so too, but many write it beside a
# `stale-while-revalidate` that they mean: where it is said how long, that holds.
_STRICT = (b"must-revalidate", b"proxy-revalidate", b"no-cache")


@dataclass(frozen=True, slots=True)
class Moment:
    """`ticks` only ever grow, whatever happens to the clock; `wall` are Unix seconds."""

    ticks: float
    wall: float


@dataclass(frozen=True, slots=True)
class Terms:
    """How long an answer is good, and for whom. Seconds; `age` is what it was old when it came, at `came`."""

    came: float
    age: float
    lifetime: float
    always_ask: bool
    while_revalidating: float
    if_error: float
    varying: Varying
    date: float

    def age_at(self, now: float) -> float:
        return self.age + max(0.0, now - self.came)

    def left(self, now: float) -> float:
        """Seconds for which it is fresh; negative where it has been stale."""
        return self.lifetime - self.age_at(now)

    def is_fresh(self, now: float) -> bool:
        return not self.always_ask and self.age_at(now) < self.lifetime

    @property
    def can_be_shared(self) -> bool:
        """Whether those may have it too who asked while it was on its way."""
        return not self.always_ask and self.age < self.lifetime


def kept_headers(headers: Headers) -> Headers:
    """What of the headers belongs to the answer, and not to the connection that it came by."""
    named = {
        token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")
    }
    return [pair for pair in headers if pair[0] not in _UNKEPT and pair[0] not in named]


def read_terms(
    asked: Asked, status: int, headers: Headers, began: Moment, came: Moment, settings: CacheSettings
) -> Terms | str:
    """The terms of an answer that came for `asked`, or in a word why it is not kept. `headers` with names in lower
    case."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value.strip())
    control = parse_directives(b",".join(values.get(b"cache-control", ())))
    why = _unkept(status, values, control)
    if why:
        return why
    varying = _varying(asked, values)
    if varying is None:
        return "vary"
    date = _date(values, b"date")
    fresh, said = _lifetime(status, values, control, came.wall if date is None else date, settings)
    fresh = min(fresh, _surrogates(values))
    always_ask = b"no-cache" in control or (not said and b"no-cache" in b",".join(values.get(b"pragma", ())))
    stale_ahead, stale_at_error = _stale(control, settings, fresh)
    if not (fresh or stale_ahead or (status < 400 and not _VALIDATORS.isdisjoint(values))):
        return "no-freshness"
    return Terms(
        came.ticks,
        _age(values, date, began, came),
        fresh,
        always_ask,
        stale_ahead,
        stale_at_error,
        varying,
        came.wall if date is None else date,
    )


def _unkept(status: int, values: dict[bytes, list[bytes]], control: Directives) -> str:
    if not _COOKIES.isdisjoint(values):
        return "set-cookie"
    for name in (b"no-store", b"private"):
        if name in control or any(name in value.lower() for one in _SURROGATES for value in values.get(one, ())):
            return name.decode("ascii")
    if status in _NEVER or (b"must-understand" in control and status not in _UNDERSTOOD):
        return "status"
    if values.get(b"content-type", [b""])[0][:17].lower() == b"text/event-stream":
        return "event-stream"
    return ""


def _varying(asked: Asked, values: dict[bytes, list[bytes]]) -> Varying | None:
    """The headers of the request that chose this answer, with their values; None where it could be anything."""
    names = {name.strip().lower() for value in values.get(b"vary", ()) for name in value.split(b",")} - {b""}
    if b"*" in names:
        return None
    if b"content-encoding" in values:
        names.add(b"accept-encoding")  # whether the site says so or not: not everybody can read it
    return tuple((name, asked.value(name)) for name in sorted(names))


def _lifetime(
    status: int, values: dict[bytes, list[bytes]], control: Directives, date: float, settings: CacheSettings
) -> tuple[float, bool]:
    """RFC 9111 section 4.2.1; and whether the answer says it."""
    for name in (b"s-maxage", b"max-age"):
        said = lifetime(control, name)
        if said is not None:
            return said, True
    if b"expires" in values:
        dates = [parse_date(value) for value in values[b"expires"]]
        ends = dates[0] if len(dates) == 1 else None
        return (0.0 if ends is None else max(0.0, ends - date)), True
    if status in _UNSAID and b"no-cache" not in control and b"pragma" not in values:
        return settings.default_seconds, False
    return 0.0, False


def _surrogates(values: dict[bytes, list[bytes]]) -> float:
    """The least that they are told."""
    told = [parse_directives(value.replace(b";", b",")) for name in _SURROGATES for value in values.get(name, ())]
    return min((said for one in told if (said := lifetime(one, b"max-age")) is not None), default=_EVER)


def _age(values: dict[bytes, list[bytes]], date: float | None, began: Moment, came: Moment) -> float:
    """RFC 9111 section 4.2.3. An answer whose Age cannot be read, or that has several, has been kept somewhere for
    nobody knows how long. (Section 5.1 would have the first believed.)"""
    ages = values.get(b"age", [b"0"])
    if len(ages) > 1 or not ages[0].isdigit() or len(ages[0]) > 15:
        return _EVER
    apparent = 0.0 if date is None else max(0.0, came.wall - date)
    # A Date has whole seconds: one that was written this second is not old.
    return max(apparent if apparent >= 1 else 0.0, int(ages[0]) + max(0.0, came.ticks - began.ticks))


def _stale(control: Directives, settings: CacheSettings, fresh: float) -> tuple[float, float]:
    """For how long the answer may be used while it is asked for anew, and where that fails."""
    if any(name in control for name in _STRICT):
        return 0.0, 0.0
    shared = b"s-maxage" in control
    ahead, at_error = lifetime(control, b"stale-while-revalidate"), lifetime(control, b"stale-if-error")
    if ahead is None:
        ahead = settings.stale_while_revalidate if fresh and not shared else 0
    if at_error is None:
        at_error = 0 if shared else settings.stale_if_error
    return ahead, at_error


def _date(values: dict[bytes, list[bytes]], name: bytes) -> float | None:
    return parse_date(values[name][0]) if len(values.get(name, ())) == 1 else None
