"""One text on every way by which somebody else's text gets into a fact, and what a block may then read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from edge.facts import BUILTIN, Catalogue, Env, catalogue, convert, declared_trait
from edge.model import Profile, Value
from edge.types import Headers
from edge.visitors import SOURCES, Geo, Subject, trait_source

__all__ = ["FACTS", "READINGS", "Reading", "env_of", "headers_of", "profile_of", "query_of"]

_TRAITS = {
    "note": "text",
    "tags": "words",
    "prefs": "map",
    "orders": "number",
    "member": "flag",
    "since": "date",
}
FACTS: Catalogue = catalogue(
    BUILTIN,
    [declared_trait(name, kind) for name, kind in _TRAITS.items()],
    [declared_trait("plan", "choice", choices=["free", "pro"])],
)
_GEO = Geo("cf-ipcountry", "cf-region", "cf-ipcity")
_NOW = 1_795_300_000.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a block gets at a text: the expression that stands at a place, and what stands around that. `host` where
    the text has to come as the host of a Referer."""

    fact: str
    expression: str
    before: str = ""
    after: str = ""
    host: bool = False

    def at(self, place: str) -> str:
        """The source of a block that shows the text at `place`."""
        return self.before + place.replace("§", self.expression) + self.after


def _plain(fact: str, *, host: bool = False) -> Reading:
    group, dot, name = fact.rpartition(".")
    written = f"{group}['{name}']" if dot else fact
    return Reading(fact, f"({written} or 'none')", host=host)


def _each(fact: str, names: str, value: str, turn: str) -> Reading:
    """One turn of a loop over a map or set."""
    around = f"{{% for {names} %}}{{% if loop.{turn} %}}", "{% endif %}{% endfor %}"
    return Reading(fact, value, *around)


READINGS: tuple[Reading, ...] = (
    *(_plain(name) for name, fact in FACTS.items() if fact.kind not in ("words", "map")),
    _plain("referrer.url", host=True),
    _plain("referrer.host", host=True),
    _plain("query.q"),
    _each("query", "name, value in query|items", "name", "first"),
    _each("query", "name, value in query|items", "value", "last"),
    _each("traits.tags", "word in traits.tags|sort", "word", "last"),
    Reading("traits.tags", "(traits.tags|join('/') or 'none')"),
    _plain("traits.prefs.shop"),
    _each("traits.prefs", "name, value in traits.prefs|items", "name", "first"),
    _each("traits.prefs", "name, value in traits.prefs|items", "value", "last"),
)
"""Every fact of the catalogue; maps and sets by each of their ways."""


def query_of(text: str) -> bytes:
    """A query string that has the text as a name, and as every value that there is room for."""
    coded = quote(text.encode("utf-8", "replace"), safe="")
    names = ("q", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
    return "&".join([f"a{coded}=1", *(f"{name}={coded}" for name in names)]).encode()


def headers_of(text: str, *, host: bool = False) -> Headers:
    """Headers that have the text in every value that Edge reads, and in some that it does not; `host` puts it
    where the Referer has its host."""
    raw = text.encode("utf-8", "replace").translate(None, b"\r\n\0")  # what no server lets through
    return [
        (b"host", b"shop.example"),
        (b"referer", b"https://" + raw if host else b"https://news.example/" + raw),
        (b"accept-language", raw),
        (b"user-agent", b"Mozilla/5.0 (iPhone) " + raw),
        (b"sec-ch-ua-mobile", raw),
        (b"sec-ch-ua-platform", raw),
        (b"cf-ipcountry", raw),
        (b"cf-region", raw),
        (b"cf-ipcity", raw),
        (b"cookie", b"__Host-edge=" + raw + b"; __Host-edge-preview=" + raw),
        (b"origin", raw),
        (b"x-forwarded-host", raw),
        (b"x-original-url", raw),
    ]


def profile_of(text: str) -> Profile:
    """A profile that has the text wherever its kinds take one."""
    raw: dict[str, object] = {
        "note": text,
        "tags": ["a", "b" + text],
        "prefs": {"b" + text: "1", "shop": text},
        "orders": 3,
        "member": True,
        "since": "2026-11-21",
        "plan": "pro",
    }
    return Profile({name: _trait(name, value) for name, value in raw.items()})


def _trait(name: str, value: object) -> Value:
    return convert(FACTS[f"traits.{name}"], value)


def env_of(text: str, *, host: bool = False) -> Env:
    """What is known of a visitor who has the text in everything they send and are."""
    subject = Subject(
        path="/" + text,
        headers=dict(headers_of(text, host=host)),
        query=query_of(text),
        host="shop.example",
        now=_NOW,
        geo=_GEO,
        profile=profile_of(text),
    )
    traits = {name: trait_source(name.partition(".")[2]) for name in FACTS if name.startswith("traits.")}
    return Env({**SOURCES, **traits}, subject)
