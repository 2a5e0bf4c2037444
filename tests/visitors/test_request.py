"""The facts of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.facts import BUILTIN, Env
from edge.model import Profile, Value, Visitor
from edge.types import Headers
from edge.visitors import SOURCES, Geo, Subject, trait_source

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC).timestamp()
GEO = Geo(country="CF-IPCountry", region="CF-Region", city="X-Vercel-IP-City")
CHROME = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
HEADERS: Headers = [
    (b"host", b"shop.example"),
    (b"user-agent", CHROME),
    (b"accept-language", b"de-CH,de;q=0.9"),
    (b"referer", b"https://www.google.com/"),
    (b"cf-ipcountry", b"CH"),
    (b"cf-region", b"Z\xc3\xbcrich"),
    (b"x-vercel-ip-city", b"Z%C3%BCrich"),
]


def request(headers: Headers = HEADERS, query: bytes = b"", zone: tzinfo = UTC, now: float = NOW) -> Subject:
    return Subject(
        path="/headphones", query=query, headers=dict(headers), host="shop.example", now=now, zone=zone, geo=GEO
    )


def fact(name: str, subject: Subject) -> Value:
    return SOURCES[name](subject)


def test_there_is_a_source_for_every_fact_of_edges_own_and_no_other() -> None:
    assert set(SOURCES) == {fact.name for fact in BUILTIN}


EXPECTED: Mapping[str, Value] = {
    "path": "/headphones",
    "query": {
        "utm_source": "news",
        "utm_medium": "email",
        "utm_campaign": "May",
        "utm_term": "a b",
        "utm_content": "x",
    },
    "utm.source": "news",
    "utm.medium": "email",
    "utm.campaign": "May",
    "utm.term": "a b",
    "utm.content": "x",
    "referrer.url": "https://www.google.com/",
    "referrer.host": "google.com",
    "referrer.kind": "search",
    "language": "de",
    "country": "CH",
    "region": "Zürich",
    "city": "Zürich",
    "device": "desktop",
    "browser": "chrome",
    "os": "linux",
    "bot": False,
    "now.hour": 0,
    "now.weekday": "sunday",
    "now.date": date(2026, 11, 22),
    "new": True,
}


@pytest.mark.parametrize("name", [fact.name for fact in BUILTIN])
def test_each_fact_of_a_full_request(name: str) -> None:
    query = b"utm_source=news&utm_medium=email&utm_campaign=May&utm_term=a+b&utm_content=x"
    assert fact(name, request(query=query, zone=ZoneInfo("Europe/Zurich"))) == EXPECTED[name]


@pytest.mark.parametrize(
    "name", ["utm.source", "referrer.url", "referrer.host", "language", "country", "region", "city"]
)
def test_what_a_bare_request_does_not_say_is_not_known(name: str) -> None:
    assert fact(name, request(headers=[])) is None


def test_a_bare_request_comes_from_nowhere_with_nothing() -> None:
    bare = request(headers=[])
    assert [fact(name, bare) for name in ("referrer.kind", "device", "browser", "os", "bot")] == [
        "none",
        "other",
        "other",
        "other",
        False,
    ]


@pytest.mark.parametrize("name", ["country", "region", "city"])
def test_no_header_is_trusted_unless_the_site_names_it(name: str) -> None:
    assert fact(name, Subject(path="/", headers=dict(HEADERS), now=NOW)) is None


def test_of_a_header_sent_twice_the_one_nearest_to_us_counts() -> None:
    forged: Headers = [(b"cf-ipcountry", b"US"), (b"cf-ipcountry", b"CH")]
    assert fact("country", request(headers=forged)) == "CH"


def test_a_client_hint_is_read() -> None:
    hinted = [*HEADERS, (b"sec-ch-ua-mobile", b"?1"), (b"sec-ch-ua-platform", b'"Android"')]
    assert (fact("device", request(hinted)), fact("os", request(hinted))) == ("phone", "android")


@pytest.mark.parametrize(
    ("zone", "hour", "weekday", "day"),
    [
        ("UTC", 23, "saturday", date(2026, 11, 21)),
        ("Asia/Tokyo", 8, "sunday", date(2026, 11, 22)),
        ("America/Los_Angeles", 15, "saturday", date(2026, 11, 21)),
        ("Asia/Kolkata", 5, "sunday", date(2026, 11, 22)),
    ],
)
def test_the_clock_is_the_sites(zone: str, hour: int, weekday: str, day: date) -> None:
    subject = request(zone=ZoneInfo(zone))
    assert [fact(f"now.{part}", subject) for part in ("hour", "weekday", "date")] == [hour, weekday, day]


def test_new_is_who_came_without_a_cookie() -> None:
    known = Subject(path="/", headers={}, now=NOW, visitor=Visitor("someone", new=False, signed_at=1))
    assert fact("new", known) is False
    assert fact("new", request()) is True


def test_a_trait_comes_from_the_profile() -> None:
    subject = Subject(path="/", headers={}, now=NOW, profile=Profile({"plan": "pro"}))
    assert trait_source("plan")(subject) == "pro"
    assert trait_source("team")(subject) is None


def test_the_values_are_of_the_kinds_that_the_facts_declare() -> None:
    types: Mapping[str, type | tuple[type, ...]] = {
        "text": str,
        "choice": str,
        "number": (int, float),
        "flag": bool,
        "date": date,
        "map": Mapping,
    }
    env = Env(SOURCES, request())
    for declared in BUILTIN:
        value = env[declared.name]
        assert value is None or isinstance(value, types[declared.kind]), declared.name
        assert not declared.choices or value in declared.choices


def test_only_the_first_1024_bytes_of_a_header_are_read() -> None:
    assert fact("bot", request([(b"user-agent", b"x" * 1010 + b" Googlebot/2")])) is True
    assert fact("bot", request([(b"user-agent", b"x" * 1020 + b" Googlebot/2")])) is False
    assert fact("language", request([(b"accept-language", b"," * 1024 + b"de")])) is None


def test_nothing_of_a_request_stands_in_its_repr() -> None:
    assert repr(request()) == "<Subject>"


NAMES = [name for name, _ in HEADERS] + [b"sec-ch-ua-mobile", b"sec-ch-ua-platform", b"cookie"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=100))), st.binary(max_size=200), st.text())
def test_no_bytes_of_a_visitor_make_any_fact_raise(headers: Headers, query: bytes, host: str) -> None:
    subject = Subject(path="/", query=query, headers=dict(headers), host=host, now=NOW, geo=GEO)
    for name in SOURCES:
        fact(name, subject)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", [b"a", b";", b",", b"/", b"%", b'"', b"Macintosh Version/ ", b"https://", b"\xff", b"de;q="]
)
def test_a_megabyte_in_a_header_is_no_work(name: bytes, text: bytes) -> None:
    subject = request([(name, text * (1_000_000 // len(text)))])
    for source in SOURCES:
        fact(source, subject)
    assert len(subject.header(name)) <= 1024
