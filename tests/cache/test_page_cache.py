"""The page cache before an app."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from edge.cache import Purge
from edge.types import Receive, Scope, Send
from tests.cache.asking import BROWSER, Clock, Site, bodies, cached, fresh, message, note, site_of
from tests.page.raw import Answer, ask, exchange, replying, scope_of, start


def test_what_is_fresh_is_asked_for_once() -> None:
    clock, site = Clock(), site_of(fresh(60, (b"content-type", b"text/html")))
    cache = cached(site, clock)
    assert note(ask(cache, "/", BROWSER)) == b"Edge; fwd=uri-miss"
    clock.sleep(20)
    answer = ask(cache, "/", BROWSER)
    assert (answer.status, answer.body, site.times) == (200, b"answer 1", 1)
    assert (answer.header(b"age"), note(answer)) == (b"20", b"Edge; hit; ttl=40")
    assert answer.header(b"content-length") == b"8"
    clock.sleep(41)
    assert note(ask(cache, "/", BROWSER)) == b"Edge; fwd=stale"
    assert site.times == 2
    assert cache.memory.counts["cache", "hit"] == 1


def test_it_is_given_as_the_same_body_each_time() -> None:
    """So that what was made of it is found again without comparing."""
    cache = cached(site_of(fresh()))
    given = [ask(cache).messages[1]["body"] for _ in range(3)]
    assert given[1] is given[2]


def test_what_comes_in_pieces_is_passed_on_in_pieces_and_kept_whole() -> None:
    cache = cached(
        replying(start(fresh()), message(b"one ", more=True), message(b"two ", more=True), message(b"end"))
    )
    assert ask(cache).bodies == [b"one ", b"two ", b"end"]
    assert ask(cache).bodies == [b"one two end"]


def test_a_piece_leaves_before_the_next_is_made() -> None:
    left = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(fresh()))
        await send(message(b"first", more=True))
        await asyncio.wait_for(left.wait(), 5)
        await send(message(b"second"))

    async def run() -> None:
        async def send(message: Any) -> None:
            if message.get("body") == b"first":
                left.set()

        async def receive() -> Any:
            return {"type": "http.request"}

        await cached(app)(scope_of(), receive, send)

    asyncio.run(run())


def test_what_is_too_large_is_passed_on_and_not_kept() -> None:
    pieces = [message(b"x" * 1000, more=True) for _ in range(3)]
    for headers in (fresh(), fresh(60, (b"content-length", b"3000"))):
        cache = cached(replying(start(headers), *pieces, message(b"")), answer_kb=2)
        for _ in range(2):
            answer = ask(cache)
            assert len(answer.body) == 3000
            assert note(answer).startswith(b"Edge; fwd=uri-miss")
        assert cache.memory.counts["uncached", "too-large"] == 2
        assert cache.memory.collecting == 0


CUT = [
    [start(fresh())],
    [start(fresh()), message(b"half", more=True)],
    [start(fresh(60, (b"content-length", b"9"))), message(b"half")],
    [start(fresh(60, (b"content-length", b"3"))), message(b"more")],
    [start(fresh(60, (b"content-length", b"4"), (b"content-length", b"4"))), message(b"half")],
    [start(fresh(60, (b"content-length", b"four"))), message(b"half")],
]


@pytest.mark.parametrize("messages", CUT)
def test_what_is_cut_or_of_another_length_is_not_kept(messages: list[Any]) -> None:
    cache = cached(replying(*messages))
    ask(cache)
    assert len(cache.memory.store) == 0


def test_what_raises_in_the_middle_is_not_kept_and_raises_on() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(fresh()))
        await send(message(b"half", more=True))
        raise KeyError("the site broke")

    cache = cached(app)
    answer = Answer()
    with pytest.raises(KeyError, match="the site broke"):
        asyncio.run(exchange(cache, scope_of(), answer))
    assert answer.body == b"half"
    assert len(cache.memory.store) == 0


@pytest.mark.parametrize(
    "messages",
    [
        [{**start(fresh()), "trailers": True}, message(b"x"), {"type": "http.response.trailers", "headers": []}],
        [start(fresh()), {"type": "http.response.pathsend", "path": "/x"}],
        [start(fresh()), {"type": "http.response.zerocopysend", "file": 1}],
        [{"type": "http.response.push", "path": "/x"}, start(fresh(60, (b"vary", b"*"))), message(b"x")],
    ],
)
def test_what_it_does_not_know_passes(messages: list[Any]) -> None:
    cache = cached(replying(*messages))
    for _ in range(2):
        told = [one["type"] for one in ask(cache).messages]
        assert told == [one["type"] for one in messages]
    assert len(cache.memory.store) == 0


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([(b"cache-control", b"private, max-age=60")], b"private"),
        ([*fresh(), (b"set-cookie", b"a=b")], b"set-cookie"),
        ([*fresh(), (b"vary", b"*")], b"vary"),
        ([], b"no-freshness"),
    ],
)
def test_what_is_not_kept_says_why(headers: list[tuple[bytes, bytes]], reason: bytes) -> None:
    site = site_of(headers)
    cache = cached(site)
    for _ in range(2):
        assert note(ask(cache)) == b"Edge; fwd=uri-miss; detail=" + reason
    assert site.times == 2
    assert cache.memory.counts["uncached", reason.decode()] == 2


def test_what_caches_before_it_said_stands_before_what_it_says() -> None:
    cache = cached(site_of([*fresh(), (b"cache-status", b"Inner; hit")]))
    assert [value for name, value in ask(cache).headers if name == b"cache-status"] == [
        b"Inner; hit",
        b"Edge; fwd=uri-miss",
    ]


def test_the_words_of_the_connection_are_not_kept() -> None:
    cache = cached(site_of([*fresh(), (b"connection", b"x-hop"), (b"x-hop", b"1"), (b"date", b"D")]))
    ask(cache)
    answer = ask(cache)
    assert (answer.header(b"x-hop"), answer.header(b"connection"), answer.header(b"date")) == (None, None, b"D")


def test_each_variant_is_kept() -> None:
    site = site_of([*fresh(), (b"vary", b"accept-language")])
    cache = cached(site)
    de, fr = [(b"accept-language", b"de")], [(b"accept-language", b"fr")]
    assert bodies(cache, de, fr, de, fr, []) == [b"answer 1", b"answer 2", b"answer 1", b"answer 2", b"answer 3"]
    assert note(ask(cache, "/", [(b"accept-language", b"it")])) == b"Edge; fwd=vary-miss"


def test_who_cannot_read_it_gets_another() -> None:
    """Though the site forgot to say that it varies."""
    site = site_of([*fresh(), (b"content-encoding", b"gzip")])
    cache = cached(site)
    bodies(cache, [(b"accept-encoding", b"gzip")], [])
    assert site.times == 2


# Heads.


def test_head_is_answered_from_what_is_kept_and_fills_nothing() -> None:
    site = site_of(fresh())
    cache = cached(site)
    assert note(ask(cache, method="HEAD")) == b"Edge; fwd=uri-miss"
    ask(cache)
    assert site.times == 2
    answer = ask(cache, method="HEAD")
    assert (site.times, answer.body, answer.header(b"content-length")) == (2, b"", b"8")


# Asking whether it holds.


def holding(headers: list[tuple[bytes, bytes]]) -> Site:
    """A site whose page has not changed for whoever asks with a condition."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        conditional = any(name == b"if-none-match" for name, _ in scope["headers"])
        first = [*fresh(), (b"etag", b'"1"'), (b"x-old", b"1"), (b"date", b"Sun, 06 Nov 1994 08:49:37 GMT")]
        await send(start(headers if conditional else first, 304 if conditional else 200))
        await send(message(b"" if conditional else b"answer %d" % site.times))

    site = Site(answer)
    return site


def test_what_still_holds_is_given_again_with_what_is_new() -> None:
    clock = Clock(wall=784111777.0)
    site = holding([*fresh(100), (b"x-new", b"1"), (b"content-length", b"99"), (b"etag", b'"1"')])
    cache = cached(site, clock)
    body = ask(cache).messages[1]["body"]
    clock.sleep(61)
    answer = ask(
        cache, "/", [(b"if-none-match", b'"mine"'), (b"if-modified-since", b"x"), (b"range", b"bytes=0-1")]
    )
    assert [pair for pair in site.asked[-1]["headers"] if pair[0].startswith((b"if-", b"range"))] == [
        (b"if-none-match", b'"1"')
    ]
    assert note(answer) == b"Edge; fwd=stale; fwd-status=304"
    answer = ask(cache)
    assert answer.messages[1]["body"] is body
    assert note(answer) == b"Edge; hit; ttl=100"
    assert (answer.header(b"x-old"), answer.header(b"x-new")) == (b"1", b"1")
    assert answer.header(b"content-length") == b"8"
    assert site.times == 2


@pytest.mark.parametrize(
    "headers",
    [
        [*fresh(100), (b"etag", b'"2"')],
        [*fresh(100), (b"set-cookie", b"a=b")],
        [(b"cache-control", b"no-store")],
    ],
)
def test_a_304_that_says_something_else_is_not_taken_for_an_answer(headers: list[tuple[bytes, bytes]]) -> None:
    clock, site = Clock(wall=784111777.0), holding(headers)
    cache = cached(site, clock)
    ask(cache)
    clock.sleep(61)
    answer = ask(cache)
    assert (answer.status, answer.body, site.times) == (200, b"answer 3", 3)


def test_what_has_changed_takes_its_place() -> None:
    clock, site = Clock(), site_of([*fresh(), (b"etag", b'"1"')])
    cache = cached(site, clock)
    ask(cache)
    clock.sleep(61)
    assert bodies(cache, [], []) == [b"answer 2", b"answer 2"]


# Changes.


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH"])
def test_what_changes_a_page_makes_it_forgotten(method: str) -> None:
    site = site_of([*fresh(), (b"location", b"/b?x=1"), (b"content-location", b"https://shop.example/c")])
    cache = cached(site)
    for path in ("/", "/b?x=1", "/b", "/c"):
        ask(cache, path)
    assert note(ask(cache, method=method)) == b"Edge; fwd=method"
    assert [note(ask(cache, path))[:9] for path in ("/", "/b?x=1", "/b", "/c")] == [
        b"Edge; fwd",
        b"Edge; fwd",
        b"Edge; hit",
        b"Edge; fwd",
    ]


def test_all_forms_of_the_page_are_forgotten() -> None:
    site = site_of([*fresh(), (b"vary", b"accept-language")])
    cache = cached(site)
    wanted: list[Any] = [
        [(b"accept-language", b"de")],
        [(b"accept-language", b"fr")],
        [(b"x-requested-with", b"x")],
    ]
    bodies(cache, *wanted)
    ask(cache, method="POST", headers=[(b"cookie", b"session=1")])
    bodies(cache, *wanted)
    assert site.times == 7


@pytest.mark.parametrize(
    ("status", "location"),
    [(404, b"/"), (500, b"/"), (200, b"https://other.example/b"), (200, b"//other.example/b"), (200, b"http://[")],
)
def test_what_fails_or_speaks_of_other_hosts_changes_nothing_there(status: int, location: bytes) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        post = scope["method"] == "POST"
        await send(start([*fresh(), (b"location", location)], status if post else 200))
        await send(message(b""))

    cache = cached(answer)
    ask(cache, "/b")
    ask(cache, "/a" if status == 200 else "/b", method="POST")
    assert note(ask(cache, "/b")).startswith(b"Edge; hit")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_question_changes_nothing(method: str) -> None:
    cache = cached(site_of(fresh()))
    ask(cache)
    ask(cache, method=method, headers=[(b"authorization", b"x")])
    assert note(ask(cache)).startswith(b"Edge; hit")


def test_what_was_begun_before_a_purge_is_not_kept_behind_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(fresh()))
        cache.purge(Purge(b"", b"/"))
        await send(message(b"old"))

    cache = cached(app)
    assert ask(cache).body == b"old"
    assert len(cache.memory.store) == 0
    assert cache.memory.counts["uncached", "purged"] == 1


def test_a_purge_of_something_else_hinders_nothing() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(fresh()))
        cache.purge(Purge(b"", b"/other"))
        await send(message(b"old"))

    cache = cached(app)
    ask(cache)
    assert len(cache.memory.store) == 1


# Whoever is looking.


def test_the_app_sees_nothing_that_could_tell_one_visitor_from_another() -> None:
    site = site_of(fresh())
    cache = cached(site, ignore_cookies=("_ga",))
    ask(cache, "/", [(b"cookie", b"_ga=1; __Host-edge=2"), (b"x-other", b"1")])
    assert site.header(b"cookie") is None
    assert site.header(b"x-other") == b"1"


def test_a_visitor_with_a_cookie_gets_their_own() -> None:
    site = site_of(fresh())
    cache = cached(site)
    ask(cache)
    answer = ask(cache, "/", [(b"cookie", b"session=1")])
    assert (answer.body, note(answer)) == (b"answer 2", b"Edge; fwd=bypass; detail=cookie")
    assert site.header(b"cookie") == b"session=1"
    assert ask(cache).body == b"answer 1"


class Visit:
    def __init__(self) -> None:
        self.was_read = False


@pytest.mark.parametrize("when", ["before", "between", "not"])
def test_what_was_made_for_one_is_for_nobody_else(when: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["edge"].was_read = when == "before"
        await send(start(fresh()))
        await send(message(b"one", more=True))
        scope["edge"].was_read = when != "not"
        await send(message(b"two"))

    cache = cached(app)
    ask(cache, edge=Visit())
    assert len(cache.memory.store) == (when == "not")


def test_what_began_a_session_is_for_nobody_else() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["session"]["csrf"] = "x"
        await send(start(fresh()))
        await send(message(b"<input value=x>"))

    cache = cached(app)
    ask(cache, session={})
    assert len(cache.memory.store) == 0


# Faults of our own.


@pytest.mark.parametrize("part", ["find", "keep"])
def test_a_fault_of_the_cache_costs_no_page(part: str) -> None:
    cache = cached(site_of(fresh()))
    cache._store = Broken(part)  # type: ignore[assignment]
    assert ask(cache).status == 200


class Broken:
    """A store of which one part fails."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        if name == self._part:
            raise ZeroDivisionError
        return lambda *_: None


def test_other_protocols_pass() -> None:
    site = site_of()
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    for kind in ("lifespan", "websocket"):
        asyncio.run(exchange(cached(app), {**scope_of(), "type": kind}, Answer()))
    assert seen == ["lifespan", "websocket"]
    assert site.times == 0
