"""The facts of one request: a subject that holds it, and a source for each fact of Edge's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from edge.facts import WEEKDAYS, Source
from edge.model import Profile, Visitor
from edge.visitors.agent import Agent, read_agent
from edge.visitors.geo import Geo, read_country, read_place
from edge.visitors.language import preferred_language
from edge.visitors.query import parse_query
from edge.visitors.referrer import Referrer, read_referrer

__all__ = ["SOURCES", "Inputs", "Subject", "inputs", "trait_source"]

_MAX_HEADER = 1024
_MAX_HOST = 512  # of a longer one nothing is known, and nothing kept

_NO_GEO = Geo()
_NOBODY = Visitor()
_NOTHING_KNOWN = Profile()


class Subject:
    """One request and whoever made it: all that the sources of facts read.

    `path` is decoded and `headers` are by name in lower case: of several with one name the last, which the proxy
    nearest to us added. `query` is raw; `host` is the Host header, `now` unix seconds, `zone` the site's and `geo`
    its trusted headers; `visitor` is None where nobody may be known.
    What facts share is worked out once, when first asked for. No bytes that a visitor sends make it raise.
    """

    __slots__ = (
        "_agent",
        "_referrer",
        "geo",
        "headers",
        "host",
        "now",
        "path",
        "profile",
        "query",
        "visitor",
        "zone",
    )

    def __init__(
        self,
        path: str,
        headers: Mapping[bytes, bytes],
        now: float,
        query: bytes = b"",
        host: str = "",
        zone: tzinfo = UTC,
        geo: Geo = _NO_GEO,
        visitor: Visitor | None = _NOBODY,
        profile: Profile = _NOTHING_KNOWN,
    ) -> None:
        self.path = path
        self.headers = headers
        self.now = now
        self.query = query
        self.host = host
        self.zone = zone
        self.geo = geo
        self.visitor = visitor
        self.profile = profile
        self._referrer: Referrer | None = None
        self._agent: Agent | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # a request is personal data: nothing of it gets into a log by accident

    def header(self, name: bytes) -> bytes:
        """The value of a header, at most 1,024 bytes of it; b"" for none."""
        return self.headers.get(name, b"")[:_MAX_HEADER]

    def text(self, name: bytes) -> str:
        """The same as text: each byte a character."""
        return self.header(name).decode("latin-1")

    @property
    def fields(self) -> Mapping[str, str]:
        """The query's first value of each name."""
        return parse_query(self.query)

    @property
    def referrer(self) -> Referrer:
        if self._referrer is None:
            host = self.host if len(self.host) <= _MAX_HOST else ""
            self._referrer = read_referrer(self.text(b"referer"), host)
        return self._referrer

    @property
    def agent(self) -> Agent:
        if self._agent is None:
            mobile, platform = self.text(b"sec-ch-ua-mobile"), self.text(b"sec-ch-ua-platform")
            self._agent = read_agent(self.text(b"user-agent"), mobile, platform)
        return self._agent

    @property
    def local(self) -> datetime:
        """The moment of the request in the site's zone."""
        return datetime.fromtimestamp(self.now, self.zone)


def trait_source(name: str) -> Source:
    """The source of the fact `traits.<name>`."""
    return lambda subject: subject.profile.traits.get(name)


def _utm(name: str) -> Source:
    return lambda subject: subject.fields.get(name)


def _geo_header(subject: Subject, name: str) -> bytes:
    return subject.header(name.lower().encode()) if name else b""


def _language(subject: Subject) -> str | None:
    return preferred_language(subject.text(b"accept-language"))


def _country(subject: Subject) -> str | None:
    return read_country(_geo_header(subject, subject.geo.country))


def _region(subject: Subject) -> str | None:
    return read_place(_geo_header(subject, subject.geo.region))


def _city(subject: Subject) -> str | None:
    return read_place(_geo_header(subject, subject.geo.city))


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "path": lambda subject: subject.path,
        "query": lambda subject: subject.fields,
        "utm.source": _utm("utm_source"),
        "utm.medium": _utm("utm_medium"),
        "utm.campaign": _utm("utm_campaign"),
        "utm.term": _utm("utm_term"),
        "utm.content": _utm("utm_content"),
        "referrer.url": lambda subject: subject.referrer.url,
        "referrer.host": lambda subject: subject.referrer.host,
        "referrer.kind": lambda subject: subject.referrer.kind,
        "language": _language,
        "country": _country,
        "region": _region,
        "city": _city,
        "device": lambda subject: subject.agent.device,
        "browser": lambda subject: subject.agent.browser,
        "os": lambda subject: subject.agent.os,
        "bot": lambda subject: subject.agent.bot,
        "now.hour": lambda subject: subject.local.hour,
        "now.weekday": lambda subject: WEEKDAYS[subject.local.weekday()],
        "now.date": lambda subject: subject.local.date(),
        "new": lambda subject: subject.visitor.new if subject.visitor else None,
    }
)
"""Where each fact of `edge.facts.BUILTIN` comes from: a function of the request's Subject."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What of a request a fact is worked out from: headers by name in lower case, the query, the host."""

    headers: frozenset[bytes] = frozenset()
    query: bool = False
    host: bool = False

    def __or__(self, other: Inputs) -> Inputs:
        return Inputs(self.headers | other.headers, self.query or other.query, self.host or other.host)


_AGENT = Inputs(frozenset((b"user-agent", b"sec-ch-ua-mobile", b"sec-ch-ua-platform")))
_INPUTS: Mapping[str, Inputs] = {
    "path": Inputs(),
    "query": Inputs(query=True),
    "language": Inputs(frozenset((b"accept-language",))),
    **dict.fromkeys(("device", "browser", "os", "bot"), _AGENT),
    **dict.fromkeys(
        ("referrer.url", "referrer.host", "referrer.kind"), Inputs(frozenset((b"referer",)), host=True)
    ),
    **{f"utm.{name}": Inputs(query=True) for name in ("source", "medium", "campaign", "term", "content")},
}


def inputs(fact: str, geo: Geo) -> Inputs | None:
    """What of a request of one path the fact is worked out from; None where it is more than the request."""
    if fact in ("country", "region", "city"):
        name = getattr(geo, fact)
        return Inputs(frozenset((name.lower().encode(),)) if name else frozenset())
    return _INPUTS.get(fact)
