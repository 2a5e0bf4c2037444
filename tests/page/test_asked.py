"""What is known of a visitor as a key: equal where every fact is, and made of bytes where that will do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from edge.facts import Source
from edge.model import Visitor
from edge.page.asked import Asked, Key, Numbers, Question, headers_asked
from edge.page.request import Requests
from edge.visitors import SOURCES, Geo, Subject, inputs
from tests.page.raw import scope_of

GEO = Geo("CF-IPCountry", "X-Region", "X-City")
VALUES: dict[bytes, tuple[bytes, ...]] = {
    b"user-agent": (
        b"",
        b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        b"Googlebot/2.1",
    ),
    b"sec-ch-ua-mobile": (b"?0", b"?1"),
    b"sec-ch-ua-platform": (b'"Android"', b'"Windows"'),
    b"accept-language": (b"de", b"th, en;q=0.1"),
    b"referer": (b"https://google.com/", b"https://a.example/", b"https://b.example/"),
    b"cf-ipcountry": (b"DE", b"fr"),
    b"x-region": (b"BY", b"BE"),
    b"x-city": (b"Berlin", b"K%C3%B6ln"),
    b"cookie": (b"a=1", b"a=2"),
    b"accept": (b"text/html",),
}
QUERIES = (b"", b"a=1", b"utm_source=x&utm_medium=y", b"utm_campaign=z&utm_term=t&utm_content=c")
HOSTS = ("a.example", "b.example")


def drawn(source: random.Random) -> Subject:
    headers = {name: source.choice(values) for name, values in VALUES.items() if source.random() < 0.8}
    return Subject(
        "/x",
        headers,
        source.choice((0.0, 1e9)),
        source.choice(QUERIES),
        source.choice(HOSTS),
        geo=GEO,
        visitor=source.choice((None, Visitor(), Visitor("x", new=False))),
    )


@pytest.mark.parametrize("fact", SOURCES)
def test_a_fact_depends_on_nothing_but_its_inputs(fact: str) -> None:
    needed = inputs(fact, GEO)
    if needed is None:
        assert fact in ("new", "now.hour", "now.weekday", "now.date")
        return
    source = random.Random(1)
    seen: dict[object, object] = {}
    for _ in range(3000):
        one = drawn(source)
        raw = (
            tuple(one.headers.get(name) for name in sorted(needed.headers)),
            one.query if needed.query else None,
            one.host if needed.host else None,
        )
        value = SOURCES[fact](one)
        assert seen.setdefault(raw, value) == value
    assert len(set(map(str, seen.values()))) > 1 or fact == "path"


class Asker:
    """Asks for some facts, as the answers of a site do that has no others."""

    def __init__(
        self, *facts: str, sources: Mapping[str, Source] = SOURCES, numbers: Numbers | None = None
    ) -> None:
        asked = Asked(frozenset(facts))
        self.numbers = numbers or Numbers()
        self.question = Question(asked, sources, GEO, self.numbers)
        self._requests = Requests(headers_asked([asked], GEO))

    def key(self, subject: Subject) -> Key | None:
        lines = {**subject.headers, b"host": subject.host.encode()}
        request = self._requests.read({**scope_of(), "headers": list(lines.items())}, lines)
        return None if request.number is None else self.question.key(request.number, subject)


@pytest.mark.parametrize("fact", SOURCES)
def test_keys_are_equal_where_the_fact_is(fact: str) -> None:
    question = Asker(fact)
    source = random.Random(2)
    seen: dict[object, str] = {}
    for _ in range(3000):
        one = drawn(source)
        value = SOURCES[fact](one), SOURCES["bot"](one)
        key = question.key(one)
        told = seen.setdefault(key, str(value))
        assert told == str(value)
    assert len(seen) >= len(set(seen.values()))
    if fact not in ("query", "referrer.url"):  # the one is all of the address, and the other told apart by bytes
        assert len(seen) == len(set(seen.values()))


def test_a_trait_is_asked_each_time() -> None:
    plans = iter(("pro", "pro", "free"))
    sources: dict[str, Source] = {**SOURCES, "traits.plan": lambda _: next(plans)}
    question = Asker("traits.plan", sources=MappingProxyType(sources))
    one = Subject("/", {}, 0.0)
    assert question.key(one) == question.key(one) != question.key(one)


def test_no_number_comes_back_when_much_was_forgotten() -> None:
    question = Asker("utm.source")
    keys = [question.key(Subject("/", {}, 0.0, b"utm_source=%d" % n)) for n in range(10_000)]
    assert len(set(keys)) == len(keys)


def test_requests_that_differ_in_what_nobody_asks_for_make_nothing_be_forgotten() -> None:
    question = Asker("utm.source")
    news = Subject("/", {}, 0.0, b"utm_source=news")
    key = question.key(news)
    keys = {question.key(Subject("/", {}, 0.0, b"gclid=%d" % n)) for n in range(30_000)}
    assert len(keys) == 1
    assert question.key(news) == key


@pytest.mark.parametrize(
    "long",
    [
        Subject("/", {b"accept-language": b"de," + b"x" * 3000}, 0.0),
        Subject("/" + "x" * 3000, {}, 0.0),
        Subject("/", {}, 0.0, b"utm_source=news&x=" + b"x" * 3000),
        Subject("/", {}, 0.0, host="x" * 3000),
    ],
    ids=["header", "path", "query", "host"],
)
def test_a_long_request_has_no_key(long: Subject) -> None:
    question = Asker("language", "path", "utm.source", "referrer.kind")
    assert question.key(long) is None
    assert question.key(Subject("/", {}, 0.0)) is not None
    assert len(question.numbers.known) == 1


def test_what_is_known_has_a_limit_in_bytes() -> None:
    """However many questions there are: a page may have slots in any order."""
    numbers = Numbers()
    questions = [Asker("query", numbers=numbers) for _ in range(64)]
    found = [
        question.key(Subject("/", {}, 0.0, b"x=%d&y=" % n + b"y" * 2000))
        for n in range(200)
        for question in questions
    ]
    assert len(set(found)) == len(found)
    assert len(numbers.known) < 1000
    assert len(numbers.given) < 1000


def test_two_sets_of_questions_are_one() -> None:
    one, other = Asked(frozenset("a"), frozenset("s"), frozenset((1.0,))), Asked(frozenset("b"))
    assert one | other == Asked(frozenset("ab"), frozenset("s"), frozenset((1.0,)))
