"""What deliberate attacks on the page path have found: each held by a test of its own."""

from __future__ import annotations

import asyncio
import gc
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge import EdgeMiddleware, Profile, Visitor
from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, ask, exchange, html, replying, scope_of, start, whole
from tests.page.sites import GERMAN, PAGE, Front

HTML = (b"content-type", b"text/html; charset=utf-8")
HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())
PRO = {
    "facts.toml": '[traits.plan]\nkind = "text"',
    "experiences.toml": """
        [hero-pro]
        slot = "hero"
        for = 'traits.plan == "pro"'
        show = "hallo"
        [offer-german]
        slot = "offer"
        for = "german"
        show = "hallo"
    """,
}
PUBLIC = [(b"cache-control", b"public, max-age=600"), (b"etag", b'"1"')]
PERSON = {"personas.toml": '[hans]\ncountry = "DE"'}


def cookie(answer: Answer) -> tuple[bytes, bytes]:
    value = answer.header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def fail(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError


async def pro(visitor: Visitor) -> Profile:
    await asyncio.sleep(0.005)
    return Profile({"plan": "pro"})


# What was made for a visitor is shared with nobody.

MADE: dict[str, list[Message]] = {
    "charset": [
        start([*PUBLIC, (b"content-type", b"text/html; charset=utf-16")]),
        {"type": "http.response.body", "body": "DE".encode("utf-16")},
    ],
    "gzip": [
        start([*PUBLIC, HTML, (b"content-encoding", b"gzip")]),
        {"type": "http.response.body", "body": b"DE"},
    ],
    "no slots": [
        start([*PUBLIC, HTML]),
        {"type": "http.response.body", "body": b"DE", "more_body": True},
        {"type": "http.response.body"},
    ],
    "file": [start([*PUBLIC, HTML]), {"type": "http.response.pathsend", "path": "/nonexistent"}],
    "odd": [start([*PUBLIC, HTML]), {"type": "http.response.zerocopysend", "file": 3}],
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("made", MADE)
def test_whatever_passes_is_private_once_the_app_has_asked(front: Front, made: str, method: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["edge"].fact("country")
        await replying(*MADE[made])(scope, receive, send)

    settings = {"edge.toml": "[pages]\nno_slots = ['/none']\n"}
    answer = ask(front(app, settings), "/none", [GERMAN], method)
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


@pytest.mark.parametrize("header", [(b"sec-fetch-dest", b"image"), (b"sec-fetch-dest", b"script")])
def test_nobody_can_have_a_cache_keep_the_default_for_all(front: Front, header: tuple[bytes, bytes]) -> None:
    edge = front(html(PAGE, headers=PUBLIC), {"edge.toml": "[pages]\nno_slots = ['/none']\n"})
    answer = ask(edge, "/", [GERMAN, header])
    assert (answer.body, answer.header(b"cache-control")) == (PAGE, b"private, no-cache, max-age=0")
    assert ask(edge, "/none", [GERMAN, header]).header(b"cache-control") == b"public, max-age=600"
    assert ask(edge, "/", [GERMAN], "POST").header(b"cache-control") == b"public, max-age=600"


def test_a_part_of_a_page_is_not_shared_either(front: Front) -> None:
    part = [*PUBLIC, HTML, (b"content-range", b"bytes 0-9/%d" % len(PAGE))]
    app = replying(start(part, 206), {"type": "http.response.body", "body": PAGE[:10]})
    answer = ask(front(app), "/", [(b"range", b"bytes=0-9"), (b"accept", b"*/*")])
    assert (answer.status, answer.body) == (206, PAGE[:10])
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


def test_a_page_that_passes_because_edge_failed_is_not_shared(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = front(html(PAGE, headers=PUBLIC))
    monkeypatch.setattr("edge.page.callers.Callers.find", fail)
    answer = ask(edge, "/", [GERMAN, (b"cookie", b"a=1")])
    assert (answer.body, answer.header(b"cache-control")) == (PAGE, b"private, no-cache, max-age=0")


def test_head_of_a_file_says_what_get_does(front: Front, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(PAGE)
    edge = front(replying(start([*PUBLIC, HTML]), {"type": "http.response.pathsend", "path": str(file)}))
    assert ask(edge, "/", (), "HEAD").header(b"cache-control") == ask(edge).header(b"cache-control")


# No byte is lost.


@pytest.mark.parametrize("rest", [b"garbage", b"\0\0\0", b"\x1f", b"\x1fgarbage"])
@pytest.mark.parametrize("size", [1, 20, 1000])
def test_what_stands_behind_a_gzip_stream_is_ignored(front: Front, size: int, rest: bytes) -> None:
    body = gzip.compress(PAGE) + rest
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    answer = ask(front(html(*chunks, b"", headers=[(b"content-encoding", b"gzip")])), "/", [GERMAN])
    assert answer.body == HALLO


@pytest.mark.parametrize("chunks", [(b"", b""), (b"plain ", b"<b>text</b>"), (b"", b"plain"), (b"\x1fx", b"y")])
def test_what_only_says_it_is_gzip_passes(front: Front, chunks: tuple[bytes, ...]) -> None:
    app = html(*chunks, headers=[(b"content-encoding", b"gzip")])
    answer = ask(front(app), "/", [GERMAN, (b"accept-encoding", b"gzip")])
    assert (answer.start, answer.body) == (ask(app).start, b"".join(chunks))
    assert answer.messages[-1].get("more_body", False) is False


@pytest.mark.parametrize("takes_gzip", [True, False])
def test_an_unknown_message_within_a_gzipped_stream_spoils_nothing(front: Front, takes_gzip: bool) -> None:
    packed = gzip.compress(PAGE * 20)
    parts: list[Message] = [
        {"type": "http.response.body", "body": packed[at : at + 40], "more_body": True}
        for at in range(0, len(packed), 40)
    ]
    odd: Message = {"type": "x.ping"}
    app = replying(
        start([HTML, (b"content-encoding", b"gzip")]), *parts[:2], odd, *parts[2:], {"type": "http.response.body"}
    )
    answer = ask(front(app), "/", [(b"accept-encoding", b"gzip")] if takes_gzip else [])
    assert (gzip.decompress(answer.body) if takes_gzip else answer.body) == PAGE * 20


@pytest.mark.parametrize(
    "broken",
    [
        "edge.page.plans.Plans.keep",
        "edge.page.plans.Plans.newest",
        "edge.page.showing.Showing.settle",
        "edge.page.showing.Showing.bar",
        "edge.page.visit.Visit.cookie_headers",
        "edge.page.response.Responses.read",
        "edge.page.request.Requests.read",
        "edge.page.responder.recoded",
        "edge.page.responder.Flow.__init__",
        "edge.html.stream.Stream.plan",
        "edge.html.stream.Stream.wanted",
        "edge.html.stream.Stream.close",
    ],
)
@pytest.mark.parametrize("cut", [70, len(PAGE)])
def test_whatever_else_fails_the_page_arrives_whole(
    front: Front, monkeypatch: pytest.MonkeyPatch, broken: str, cut: int
) -> None:
    edge = front(html(PAGE[:cut], PAGE[cut:], b""))
    monkeypatch.setattr(broken, fail)
    answer = ask(edge, "/", [GERMAN])
    assert answer.body in (PAGE, HALLO)
    assert answer.messages[-1].get("more_body", False) is False


def test_headers_may_come_as_a_generator(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        kind = b"application/json" if scope["path"] == "/json" else b"text/html"
        pairs = [(b"content-type", kind), (b"set-cookie", b"s=1")]
        await send({"type": "http.response.start", "status": 200, "headers": (pair for pair in pairs)})
        await send({"type": "http.response.body", "body": b"{}"})

    edge = front(app)
    assert ask(edge, "/json").header(b"set-cookie") == b"s=1"
    assert ask(edge, "/html").header(b"set-cookie") == b"s=1"
    assert ask(edge, "/json", (), "POST").header(b"set-cookie") == b"s=1"


@pytest.mark.parametrize("kind", [memoryview, bytearray])
def test_a_body_may_be_any_kind_of_bytes(front: Front, kind: Callable[[bytes], Any]) -> None:
    whole = replying(start([HTML]), {"type": "http.response.body", "body": kind(PAGE)})
    parts = replying(
        start([HTML]),
        {"type": "http.response.body", "body": kind(PAGE[:60]), "more_body": True},
        {"type": "http.response.body", "body": kind(PAGE[60:])},
    )
    assert ask(front(whole), "/", [GERMAN]).body == HALLO
    assert ask(front(parts), "/", [GERMAN]).body == HALLO


def test_a_length_stands_alone(front: Front) -> None:
    answer = ask(front(whole(PAGE, [(b"transfer-encoding", b"chunked")])), "/", [GERMAN])
    assert answer.header(b"transfer-encoding") is None
    assert answer.header(b"content-length") is not None


# Conditional requests.


def test_an_error_page_is_never_answered_by_a_304(front: Front) -> None:
    settings = {"edge.toml": "error_pages = true\n[geo]\ncountry = 'CF-IPCountry'"}
    edge = front(whole(PAGE, [(b"etag", b'"v1"')], 404), settings)
    tag = ask(edge, "/", [GERMAN]).header(b"etag")
    assert tag is not None
    assert ask(edge, "/", [GERMAN, (b"if-none-match", tag)]).status == 404


def test_a_tag_changes_with_where_the_slots_are(front: Front) -> None:
    app = whole(PAGE, [(b"etag", b'"v1"')])
    before = ask(front(app), "/", [GERMAN]).header(b"etag")
    assert ask(front(app), "/", [GERMAN]).header(b"etag") == before
    after = ask(front(app, {"slots.toml": "[hero]\ntimes = 1"}), "/", [GERMAN]).header(b"etag")
    assert before != after


def test_a_browser_that_holds_the_page_from_before_gets_the_tailored_one(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"if-none-match" for name, _ in scope["headers"]):
            await replying(start([(b"etag", b'"v1"')], 304), {"type": "http.response.body"})(scope, receive, send)
        else:
            await html(PAGE, headers=[(b"etag", b'"v1"')])(scope, receive, send)

    edge = front(app)
    held = [GERMAN, (b"if-none-match", b'"v1"'), (b"if-modified-since", b"Sat, 21 Nov 2026 00:00:00 GMT")]
    assert ask(edge, "/", held).status == 304  # nothing is known of the page yet
    assert ask(edge).status == 200
    answer = ask(edge, "/", held)
    assert (answer.status, answer.body) == (200, HALLO)
    assert ask(edge, "/other", held).status == 304


def test_a_preview_never_shows_what_the_browser_kept(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"if-none-match" for name, _ in scope["headers"]):
            await replying(start([(b"etag", b'"v1"')], 304), {"type": "http.response.body"})(scope, receive, send)
        else:
            await html(b"<p>x", headers=[(b"etag", b'"v1"')])(scope, receive, send)

    edge = front(app, PERSON)
    sent = cookie(ask(edge, edge.preview_path("shop.example", "hans")))
    answer = ask(edge, "/", [sent, (b"if-none-match", b'"v1"')])
    assert answer.status == 200
    assert b"<edge-bar" in answer.body


def test_a_fragment_in_preview_has_no_bar_of_its_own(front: Front) -> None:
    edge = front(html(PAGE), PERSON)
    sent = cookie(ask(edge, edge.preview_path("shop.example", "hans")))
    for destination, bars in ((b"document", 1), (b"iframe", 0), (b"empty", 0)):
        page = ask(edge, "/", [sent, (b"sec-fetch-dest", destination)]).body
        assert "Klänge".encode() in page
        assert page.count(b"<edge-bar") == bars


def test_a_mounted_previews_bar_leads_to_the_mount(front: Front) -> None:
    edge = front(html(b"<p>x"), PERSON)
    sent = cookie(ask(edge, "/shop" + edge.preview_path("shop.example", "hans"), root_path="/shop"))
    page = ask(edge, "/shop/", [sent], root_path="/shop").body
    assert b'href="/shop/"' in ask(edge, "/shop/_edge/widgets", [sent], root_path="/shop").body
    assert b'href="/shop/"' in ask(edge, "/shop/_edge/widgets", root_path="/shop").body
    assert b'href="/shop/_edge/bar.' in page
    assert b'action="/shop/_edge/preview"' in page


# Profiles.


def known(edge: EdgeMiddleware) -> tuple[bytes, bytes]:
    return cookie(ask(edge))


def test_a_source_that_cancels_itself_loses_no_page(front: Front) -> None:
    async def cancelled(visitor: Visitor) -> Profile:
        raise asyncio.CancelledError

    for chunks in ((PAGE,), (PAGE[:60], PAGE[60:])):
        edge = front(html(*chunks), PRO, profiles=cancelled)
        assert ask(edge, "/", [known(edge)]).body == PAGE


def test_a_page_does_not_wait_for_a_source_to_tidy_up(front: Front) -> None:
    tidied = asyncio.Event()

    async def slow(visitor: Visitor) -> Profile:
        try:
            await asyncio.sleep(30)
        finally:
            await tidied.wait()
        raise AssertionError

    settings = {**PRO, "edge.toml": "budget_ms = 5"}
    edge = front(html(PAGE), settings, profiles=slow)
    sent = known(edge)

    async def run() -> bytes:
        answer = Answer()
        await exchange(edge, scope_of("/", [sent]), answer)
        tidied.set()
        await asyncio.sleep(0.01)
        return answer.body

    assert asyncio.run(run()) == PAGE


def test_a_hanging_source_stops_only_what_needs_it(front: Front) -> None:
    async def hanging(visitor: Visitor) -> Profile:
        await asyncio.sleep(30)
        raise AssertionError

    settings = {**PRO, "edge.toml": "budget_ms = 5\n[geo]\ncountry = 'CF-IPCountry'"}
    edge = front(html(PAGE), settings, profiles=hanging)
    expected = PAGE.replace(b"Free shipping", "<h1>Klänge für alle</h1>".encode())
    assert ask(edge, "/", [known(edge), GERMAN]).body == expected


def test_what_an_app_asks_early_does_not_decide_for_its_page(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["edge"].fact("traits.plan")
        await html(PAGE)(scope, receive, send)

    edge = front(app, PRO, profiles=pro)
    assert ask(edge, "/", [known(edge)]).body == HALLO


def test_an_app_may_ask_from_a_thread(front: Front) -> None:
    got: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            got.append(await asyncio.to_thread(lambda: scope["edge"].visitor.new))
        await html(PAGE)(scope, receive, send)

    edge = front(app, PRO, profiles=pro)
    ask(edge, "/", [known(edge)], "POST")
    assert got == [False]


def test_no_task_outlives_its_request(front: Front) -> None:
    async def hanging(visitor: Visitor) -> Profile:
        await asyncio.sleep(3600)
        raise AssertionError

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["edge"].visitor is not None
        await html(b"<p>no slots")(scope, receive, send)

    edge = front(app, PRO, profiles=hanging)
    sent = cookie(ask(front(html(PAGE), PRO)))

    async def run(method: str) -> int:
        await exchange(edge, scope_of("/", [sent], method), Answer())
        await asyncio.sleep(0.01)
        return len([task for task in asyncio.all_tasks() if not task.get_name().startswith("edge: ")])

    assert [asyncio.run(run(method)) for method in ("GET", "POST")] == [1, 1]


def test_a_failure_that_nobody_waited_for_is_nobodys_news(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    async def failing(visitor: Visitor) -> Profile:
        raise LookupError(f"nothing about {visitor.id}")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        await replying(start([(b"content-type", b"application/json")]))(scope, receive, send)

    sent = cookie(ask(front(html(PAGE), PRO)))
    ask(front(app, PRO, profiles=failing), "/api", [sent])
    gc.collect()
    assert "never retrieved" not in caplog.text


@pytest.mark.parametrize("value", [3, ["pro"], {"a": 1}, b"pro"])
def test_a_trait_of_another_kind_than_declared_is_not_known(
    front: Front, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def odd(visitor: Visitor) -> Profile:
        return Profile({"plan": value})

    edge = front(html(PAGE), PRO, profiles=odd)
    sent = known(edge)
    for _ in range(3):
        assert ask(edge, "/", [sent]).body == PAGE
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "the trait plan is left out, reported once: its value is not of the kind"
    )


def test_an_undeclared_trait_is_told_of(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    async def misspelt(visitor: Visitor) -> Profile:
        return Profile({"plam": "pro", "plan": None})

    edge = front(html(PAGE), PRO, profiles=misspelt)
    assert ask(edge, "/", [known(edge)]).body == PAGE
    assert "the trait plam is left out" in caplog.text


@pytest.mark.parametrize(
    ("profiles", "word"),
    [(lambda visitor: Profile(), "must be an async function"), (None, "must return an edge.Profile, not dict")],
)
def test_a_source_that_is_none_is_told_of(
    front: Front, caplog: pytest.LogCaptureFixture, profiles: Any, word: str
) -> None:
    async def mapping(visitor: Visitor) -> Any:
        return {"plan": "pro"}

    edge = front(html(PAGE), PRO, profiles=profiles or mapping)
    assert ask(edge, "/", [known(edge)]).body == PAGE
    assert word in caplog.text


@pytest.mark.parametrize("cut", [4, 20])
def test_a_page_without_slots_is_counted_however_it_comes(front: Front, cut: int) -> None:
    page = b"<p>no slots</p>"
    edge = front(html(*filter(None, (page[:cut], page[cut:]))))
    ask(edge)
    assert edge.counts == {("passed", "no slots"): 1}


def test_a_slot_that_went_with_the_one_around_it_is_not_counted(front: Front) -> None:
    page = b'<div data-edge-slot="hero">a<p data-edge-slot="offer">b</p></div>'
    edge = front(html(page))
    assert b"30 days" not in ask(edge, "/?utm_source=news", [GERMAN]).body
    assert edge.counts == {("tailored", "hero"): 1}


def test_the_origins_time_is_not_the_visitors(front: Front) -> None:
    at = PAGE.index(b"<!--edge:slot")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        await send({"type": "http.response.body", "body": PAGE[:at], "more_body": True})
        await asyncio.sleep(0.12)  # longer than the budget
        await send({"type": "http.response.body", "body": PAGE[at:]})

    assert b"30 days free" in ask(front(app), "/?utm_source=news").body


# Nothing grows without bound, and nobody can fill the log.


def test_a_block_that_fails_is_told_of_once(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    files = {
        "experiences.toml": '[h]\nslot = "hero"\nshow = "name"',
        "blocks/name.html": "<b>{{ utm.source }}</b>",
    }
    edge = front(html(PAGE), files)
    for _ in range(5):
        assert ask(edge).body == PAGE
    assert len(caplog.records) == 1


def test_a_cookie_may_be_renewed_on_its_last_day(front: Front) -> None:
    assert ask(front(html(PAGE), {"edge.toml": "[cookie]\nmax_age_days = 1\n"})).status == 200
