"""What was decided for one visitor is shown to the next of whom the same is known, and to nobody else."""

from __future__ import annotations

import gc
import gzip
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from edge import EdgeMiddleware, Profile, Visitor
from edge.decisions import Experience
from edge.html import Slots, Spliced, parse_plan
from edge.page import Answers, Setup
from edge.page.asked import Question
from edge.page.coding import gunzip
from edge.page.plans import Kept
from edge.types import Receive, Scope, Send
from tests.page.raw import Answer, Pairs, ask, html
from tests.page.sites import GERMAN, NOW, PAGE, Front

WHOLE = pytest.mark.unchopped("answers are kept of pages that come whole")

FULL = {
    "edge.toml": 'budget_ms = 10_000\n[geo]\ncountry = "CF-IPCountry"\ncity = "X-City"',
    "facts.toml": """
        [traits.plan]
        kind = "text"
        [traits.spent]
        kind = "number"
        [traits.pro]
        kind = "flag"
    """,
    "segments.toml": """
        german = { when = 'country == "DE"' }
        mobile = { when = 'device == "phone"' }
        loyal = { when = 'not new and "german" in segments' }
        evening = { when = 'now.hour >= 18 or now.weekday in ("saturday", "sunday")' }
        searching = { when = 'referrer.kind == "search"' }
    """,
    "experiences.toml": """
        a1 = { slot = "hero", for = '"loyal" in segments', show = "one" }
        a2 = { slot = "hero", for = '"searching" in segments and "mobile" in segments', show = "two" }
        a3 = { slot = "hero", for = 'traits.spent >= 1', show = "spent" }
        a4 = { slot = "hero", for = 'traits.pro', show = "three" }
        b1 = { slot = "offer", for = 'query.x == "1"', show = "one", until = 2026-11-22T00:00:00Z }
        b2 = { slot = "offer", for = '"evening" in segments', show = "two", from = 2026-11-22T00:00:00Z }
        b3 = { slot = "offer", for = 'browser == "firefox" or city == "Köln"', show = "three" }
        b4 = { slot = "offer", for = 'utm.source == "news"', set = { class = "news" } }
        b5 = { slot = "offer", for = 'path == "/x"', show = "one" }
    """,
    "blocks/one.html": "<b>{{ country or '?' }}</b>",
    "blocks/two.html": "<b>{{ language or '?' }} {{ utm.campaign or '?' }}</b>",
    "blocks/three.html": "<b>{{ referrer.host or '?' }} {{ traits.plan or '?' }}</b>",
    "blocks/spent.html": "<b>{{ traits.spent }}</b>",
}

AGENTS = (
    b"",
    b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
    b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)
CHOICES: dict[bytes, tuple[bytes, ...]] = {
    b"cf-ipcountry": (b"DE", b"FR", b"XX"),
    b"x-city": (b"K%C3%B6ln", b"Paris"),
    b"user-agent": AGENTS,
    b"sec-ch-ua-mobile": (b"?0", b"?1"),
    b"accept-language": (b"de,en;q=0.5", b"th", b"*"),
    b"accept-encoding": (b"gzip", b"gzip, br", b"br"),
    b"referer": (b"https://www.google.com/", b"https://shop.example/", b"https://other.example/x"),
}
QUERIES = ("", "?x=1", "?utm_source=news", "?utm_campaign=a&x=1", "?x=2")
PROFILES = (
    Profile(),
    Profile({"plan": "pro", "spent": 1}),
    Profile({"spent": 1.0, "pro": True}),
    Profile({"spent": 2, "pro": False}),
)


async def profiles(visitor: Visitor) -> Profile:
    return PROFILES[ord(visitor.id[0] if visitor.id else "a") % len(PROFILES)]


def visits(count: int) -> Iterator[tuple[float, str, Pairs]]:
    """Moments, addresses and headers: the same in each run, many of them alike."""
    drawn = random.Random(7)
    for _ in range(count):
        headers = [(name, drawn.choice(values)) for name, values in CHOICES.items() if drawn.random() < 0.7]
        if drawn.random() < 0.1:
            headers += [pair for pair in headers if drawn.random() < 0.3]  # a header that comes twice
        yield (
            NOW + drawn.choice((0, 3 * 3600, 12 * 3600)),
            drawn.choice(("/", "/x")) + drawn.choice(QUERIES),
            headers,
        )


def shown(answer: Answer) -> tuple[object, ...]:
    kept = [pair for pair in answer.headers if pair[0] not in (b"set-cookie", b"content-length")]
    packed = (b"content-encoding", b"gzip") in kept
    return answer.status, gzip.decompress(answer.body) if packed else answer.body, kept


def cookies_of(edge: EdgeMiddleware, count: int) -> list[tuple[bytes, bytes]]:
    assert edge.setup is not None
    cookies = edge.setup.cookies
    values = [cookies.set_cookie(Visitor(chr(97 + n) * 22, signed_at=int(NOW)), True, NOW) for n in range(count)]
    return [(b"cookie", value.partition(b";")[0]) for value in values]


def with_answers(edge: EdgeMiddleware, limit: int) -> Setup:
    """Edge keeps answers up to this limit only."""
    assert edge.setup is not None
    old = edge.setup.answers
    answers = Answers(old.asked, edge.setup.sources, edge.setup.geo, limit)
    edge.setup = replace(edge.setup, answers=answers)
    return edge.setup


@pytest.mark.parametrize("limit", [16 << 20, 20_000])
@pytest.mark.parametrize("sent", ["whole", "packed", "in pieces"])
def test_everybody_sees_what_would_be_decided_for_them_alone(front: Front, limit: int, sent: str) -> None:
    now = [NOW]
    body = gzip.compress(PAGE) if sent == "packed" else PAGE
    coding = [(b"content-encoding", b"gzip")] if sent == "packed" else []
    pieces = (PAGE[:70], PAGE[70:200], PAGE[200:]) if sent == "in pieces" else (body,)
    page = html(*pieces, headers=[(b"etag", b'"1"'), *coding])
    edge, alone = (front(page, FULL, profiles=profiles, clock=lambda: now[0]) for _ in range(2))
    with_answers(edge, limit)
    bearers = [None, *cookies_of(edge, 5)]
    bodies = set()
    for at, (moment, path, headers) in enumerate(visits(1500)):
        bearer = bearers[at % len(bearers)]
        now[0] = moment
        with_answers(alone, 0)
        asked = [*headers, bearer] if bearer else headers
        seen = ask(edge, path, asked)
        assert shown(seen) == shown(ask(alone, path, asked)), (moment, path, asked)
        bodies.add(shown(seen)[1])
    assert len(bodies) > 50
    assert edge.counts == alone.counts


def decided(edge: EdgeMiddleware) -> list[str]:
    """The slots that are decided from now on."""
    slots: list[str] = []
    assert edge.setup is not None

    class Watched(dict[str, tuple[Experience, ...]]):
        def get(self, slot: str, default: Any = ()) -> Any:
            slots.append(slot)
            return super().get(slot, default)

    edge.setup = replace(edge.setup, experiences=Watched(edge.setup.experiences))
    return slots


@WHOLE
def test_nothing_is_decided_for_the_second_of_two_alike(front: Front) -> None:
    edge = front(html(PAGE))
    slots = decided(edge)
    for _ in range(3):
        assert ask(edge, "/", [GERMAN]).body != PAGE
    assert slots == ["hero", "offer"]
    assert edge.counts["tailored", "hero"] == 3
    assert ask(edge, "/", []).body == PAGE
    assert slots == ["hero", "offer"] * 2


@WHOLE
def test_a_slot_of_a_page_in_pieces_is_decided_once_for_two_alike(front: Front) -> None:
    edge = front(html(PAGE[:200], PAGE[200:]))
    slots = decided(edge)
    for _ in range(3):
        assert ask(edge, "/", [GERMAN]).body != PAGE
    assert slots == ["hero", "offer"]
    assert edge.counts["tailored", "hero"] == 3
    assert ask(edge, "/other", [GERMAN]).body != PAGE
    assert slots == ["hero", "offer"] * 2, "rules may ask for the path"
    assert ask(edge, "/", []).body == PAGE
    assert slots == ["hero", "offer"] * 2 + ["hero"], "what offers ask is the same of everybody"


@WHOLE
def test_a_page_in_pieces_may_have_many_slots(front: Front) -> None:
    slots = [f"s{number}" for number in range(150)]
    rules = [f'{one} = {{ slot = "{one}", for = "german", show = "hallo" }}\n' for one in slots]
    page = b"".join(b"<div data-edge-slot=%b></div>" % one.encode() for one in slots)
    edge = front(html(page[:900], page[900:]), {"experiences.toml": "".join(rules)})
    seen = decided(edge)
    for _ in range(3):
        assert ask(edge, "/", [GERMAN]).body.count(b"Kl") == 150
    assert seen == slots


def test_what_prints_otherwise_is_another_answer(front: Front) -> None:
    given = [1, 1.0, True]

    async def told(_: Visitor) -> Profile:
        return Profile({"spent": given[0]})

    edge = front(
        html(PAGE),
        {
            "facts.toml": '[traits.spent]\nkind = "number"',
            "experiences.toml": 'a = { slot = "hero", for = "traits.spent >= 1", show = "spent" }',
            "blocks/spent.html": "<b>{{ traits.spent }}</b>",
        },
        profiles=told,
    )
    (bearer,) = cookies_of(edge, 1)
    texts = []
    for _ in range(2):
        given[0] = 1
        texts.append(ask(edge, "/", [bearer]).body)
        given[0] = 1.0
        texts.append(ask(edge, "/", [bearer]).body)
    assert texts[0] == texts[2] != texts[1] == texts[3]


def test_an_answer_holds_until_an_experience_begins_or_ends(front: Front) -> None:
    now = [NOW]
    edge = front(
        html(PAGE),
        {
            "experiences.toml": """
                soon = { slot = "hero", show = "hallo", from = 2026-11-22T00:00:00Z, until = 2026-11-23T00:00:00Z }
            """
        },
        clock=lambda: now[0],
    )
    seen = []
    for moment in (NOW, NOW, NOW + 86_400, NOW + 86_400, NOW + 2 * 86_400, NOW + 86_400, NOW):
        now[0] = moment
        seen.append(ask(edge).body != PAGE)
    assert seen == [False, False, True, True, False, True, False]


@WHOLE
def test_what_is_kept_has_a_limit(front: Front) -> None:
    limit = 50_000
    edge = front(
        html(PAGE),
        {
            "experiences.toml": '[x]\nslot = "hero"\nshow = "x"',
            "blocks/x.html": "{{ path }}{{ utm.source or '' }}",
        },
    )
    setup = with_answers(edge, limit)
    for n in range(200):
        for _ in range(2):
            assert str(n).encode() in ask(edge, f"/?utm_source={n}").body
        assert setup.answers.size <= limit
    assert 0 < len(setup.answers) < 50


def test_a_page_too_large_to_keep_is_made_each_time(front: Front) -> None:
    edge = front(html(PAGE + b"x" * 5000), {})
    setup = with_answers(edge, 3000)
    bodies = {ask(edge, "/", [GERMAN]).body for _ in range(4)}
    assert len(bodies) == 1
    assert setup.answers.size <= 3000


def test_answers_keep_no_page_that_is_kept_nowhere_else(front: Front) -> None:
    numbers = iter(range(1000))

    async def app(scope: Scope, receive: object, send: object) -> None:
        page = PAGE + b"<!-- %d -->" % next(numbers)  # as one with a token in its form
        await html(page)(scope, receive, send)  # type: ignore[arg-type]

    def pages() -> int:
        kinds = (Kept, Spliced)
        return sum(type(one) in kinds for one in gc.get_objects())  # isinstance would wake what is lazy

    edge = front(app)
    before = pages()
    for _ in range(50):
        assert ask(edge, "/", [GERMAN]).body != PAGE
    assert pages() - before < 10


@WHOLE
def test_blocks_count_towards_the_limit(front: Front) -> None:
    limit = 60_000
    edge = front(
        html(PAGE),
        {
            "experiences.toml": '[x]\nslot = "hero"\nshow = "x"',
            "blocks/x.html": "{{ utm.source or '' }}" + "x" * 10_000,
        },
    )
    setup = with_answers(edge, limit)
    for n in range(30):
        assert b"%dxxx" % n in ask(edge, f"/?utm_source={n}").body
    assert 0 < len(setup.answers) <= limit // 10_000


@pytest.mark.parametrize(
    "sent",
    [("/?utm_source=news&x=" + "x" * 5000, []), ("/?utm_source=news", [(b"user-agent", b"x" * 5000)])],
    ids=["query", "header"],
)
def test_of_a_long_request_nothing_is_kept(front: Front, sent: tuple[str, Pairs]) -> None:
    edge = front(html(PAGE))
    assert edge.setup is not None
    for _ in range(3):
        assert b"30 days free for news" in ask(edge, *sent).body
    assert len(edge.setup.answers) == 0


def test_slots_may_come_in_any_order(front: Front) -> None:
    names = "abcde"
    orders = list(permutations(names))
    slot = b'<i data-edge-slot="%c">-</i>'
    seen = random.Random(3)

    async def app(scope: Scope, receive: object, send: object) -> None:
        order = orders[int(scope["path"][1:])]
        await html(b"".join(slot % ord(name) for name in order))(scope, receive, send)  # type: ignore[arg-type]

    edge = front(
        app,
        {
            "edge.toml": "budget_ms = 10_000",
            "experiences.toml": "".join(f'{n} = {{ slot = "{n}", show = "x" }}\n' for n in names),
            "blocks/x.html": "{{ utm.source or '?' }}",
        },
    )
    for _ in range(3 * len(orders)):
        value = seen.choice("vwxyz")
        body = ask(edge, f"/{seen.randrange(len(orders))}?utm_source={value}").body
        assert body.count(b">%c<" % ord(value)) == len(names)


def test_callers_keep_no_question_that_is_forgotten(front: Front) -> None:
    """A visitor who may write into a page may have slots there in any order, and send a cookie of their own."""
    orders = list(permutations("abcde"))

    async def app(scope: Scope, receive: object, send: object) -> None:
        order = orders[int(scope["path"][1:])]
        await html(b"".join(b'<i data-edge-slot="%c">-</i>' % ord(name) for name in order))(scope, receive, send)  # type: ignore[arg-type]

    def questions() -> int:
        gc.collect()
        return sum(type(one) is Question for one in gc.get_objects())

    rules = "".join(f'{name} = {{ slot = "{name}", show = "hallo" }}\n' for name in "abcde")
    edge = front(app, {"experiences.toml": rules})
    before = questions()
    for number in range(2 * len(orders)):
        answer = ask(edge, f"/{number % len(orders)}", [(b"cookie", b"a=%d" % number)])
        assert answer.body.count("Klänge".encode()) == 5
    assert questions() - before <= 64


def test_what_was_asked_of_a_caller_is_not_what_their_query_says(front: Front) -> None:
    edge = front(html(PAGE), {"blocks/hallo.html": "<b>x is {{ query.x or '?' }}</b>"})
    for said, query in ((b"?", ""), (b"1", "?x=1"), (b"?", ""), (b"2", "?x=2")):
        assert b"x is %b<" % said in ask(edge, "/" + query, [GERMAN]).body


def test_an_answer_is_of_one_page(front: Front) -> None:
    pages = {"/a": PAGE, "/b": PAGE.replace(b"end", b"END")}

    async def app(scope: Scope, receive: object, send: object) -> None:
        await html(pages[scope["path"]])(scope, receive, send)  # type: ignore[arg-type]

    edge = front(app)
    for path in ("/a", "/b", "/a", "/b"):
        assert ask(edge, path, [GERMAN]).body.endswith(pages[path][-20:])


def test_pages_are_told_apart_by_what_they_are_not_by_what_they_hold() -> None:
    plans = [Kept(parse_plan(PAGE, Slots(frozenset(("hero",)))), "text/html", "utf-8") for _ in range(2)]
    assert plans[0] != plans[1]


@WHOLE
def test_a_gzipped_page_is_opened_once(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever it was compressed: servers write the time into it."""
    made = iter(range(1, 100))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        packed = gzip.compress(PAGE, mtime=next(made))
        await html(packed, headers=[(b"content-encoding", b"gzip")])(scope, receive, send)

    opened: list[bytes] = []

    def watched(body: bytes) -> bytes | None:
        opened.append(body)
        return gunzip(body)

    monkeypatch.setattr("edge.page.whole.gunzip", watched)
    edge = front(app)
    for _ in range(5):
        answer = ask(edge, "/", [GERMAN, (b"accept-encoding", b"gzip")])
        assert gzip.decompress(answer.body) != PAGE
        assert ask(edge, "/", [GERMAN]).body == gzip.decompress(answer.body)
    assert len(opened) == 1


def test_a_page_is_forgotten_with_its_answer(front: Front) -> None:
    """Small pages of answers that weigh more: else they would be kept for as long as there is room for pages."""
    edge = front(
        html(PAGE),
        {
            "edge.toml": "budget_ms = 10_000",
            "experiences.toml": 'x = { slot = "hero", show = "x" }',
            "blocks/x.html": "{{ utm.source or '' }}",
        },
    )
    setup = with_answers(edge, 200_000)
    for n in range(300):
        for _ in range(2):
            ask(edge, f"/?utm_source={n}")
        assert setup.answers.pages.size <= 2 * len(PAGE) * len(setup.answers) + 300
    assert len(setup.answers) < 30
