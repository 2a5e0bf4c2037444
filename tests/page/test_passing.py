"""What is not tailored: it passes, and what was made for one visitor is shared with nobody."""

from __future__ import annotations

import asyncio

import pytest

from edge.types import Receive, Scope, Send
from tests.page.raw import Answer, Pairs, ask, exchange, html, replying, scope_of, start
from tests.page.sites import GERMAN, PAGE, Front

JSON = (b"content-type", b"application/json")
PUBLIC = (b"cache-control", b"public, max-age=600")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", [b"application/json", b"text/csv", b"image/svg+xml", b"text/html"])
def test_an_app_may_ask_for_the_visitor_until_the_first_of_the_body(
    front: Front, kind: bytes, method: str
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([(b"content-type", kind), PUBLIC]))
        country = str(scope["edge"].fact("country")).encode()
        await send({"type": "http.response.body", "body": country, "more_body": True})
        await send({"type": "http.response.body"})

    answer = ask(front(app), "/", [GERMAN], method)
    assert (answer.body, answer.header(b"cache-control")) == (b"DE", b"private, no-cache, max-age=0")


def test_an_app_that_asks_later_is_told_of_once(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([JSON, PUBLIC]))
        await send({"type": "http.response.body", "body": b"[", "more_body": True})
        await send({"type": "http.response.body", "body": str(scope["edge"].fact("country")).encode()})

    edge = front(app)
    for _ in range(3):
        assert ask(edge, "/", [GERMAN]).body == b"[DE"
    (record,) = caplog.records
    assert 'read scope["edge"] after its response had begun' in record.getMessage()


@pytest.mark.parametrize(
    "headers",
    [
        [JSON, (b"Cache-Control", b"no-store")],
        [JSON, (b"cache-control", b"max-age=5, PRIVATE")],
        [(b"content-type", b"text/event-stream")],
        [(b"Content-Type", b" text/event-stream; charset=utf-8"), PUBLIC],
    ],
)
def test_a_start_that_no_cache_keeps_leaves_at_once(
    front: Front, headers: Pairs, caplog: pytest.LogCaptureFixture
) -> None:
    answer, seen = Answer(), []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(headers))
        seen.append(len(answer.messages))
        assert scope["edge"].fact("country") == "DE"
        await send({"type": "http.response.body", "body": b"x"})

    asyncio.run(exchange(front(app), scope_of("/", [GERMAN]), answer))
    assert seen == [1]
    assert answer.headers == [(name.lower(), value) for name, value in headers]
    assert not caplog.records


def test_a_start_that_nothing_follows_leaves_in_the_end(front: Front) -> None:
    app = replying(start([JSON, PUBLIC]))
    assert ask(front(app), "/").messages == ask(app).messages


@pytest.mark.parametrize(
    ("method", "header", "reason"),
    [
        ("POST", (b"accept", b"*/*"), "method"),
        ("PUT", (b"accept", b"*/*"), "method"),
        ("GET", (b"sec-fetch-dest", b"image"), "destination"),
        ("GET", (b"sec-fetch-dest", b"script"), "destination"),
        ("HEAD", (b"accept", b"*/*"), "head"),
    ],
)
def test_what_is_never_asked_for_as_a_page_is_counted(
    front: Front, method: str, header: tuple[bytes, bytes], reason: str
) -> None:
    edge = front(html(PAGE))
    ask(edge, "/", [header], method)
    assert edge.counts == {("passed", reason): 1}


def test_pages_of_a_site_without_experiences_are_counted(front: Front) -> None:
    edge = front(html(PAGE), {"experiences.toml": ""})
    ask(edge)
    assert edge.counts == {("passed", "no experiences"): 1}
