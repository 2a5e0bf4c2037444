"""What becomes an entry of the access log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from edge.door.access import AccessLog
from edge.door.entry import Entry
from edge.serve.head import Head
from edge.types import Receive, Scope, Send
from tests.page.raw import ask, html


def logged(app: object, **scope: object) -> Entry:
    """The entry of one request."""
    entries: list[Entry] = []

    async def with_scope(given: Scope, receive: Receive, send: Send) -> None:
        await AccessLog(app, entries.append, lambda: "/_edge")({**given, **scope}, receive, send)  # type: ignore[arg-type]

    try:
        ask(with_scope, "/page?a=b")
    except ValueError:
        assert app is broken
    (entry,) = entries
    return entry


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("broken")


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that gives up, as the origin does where the visitor has left."""


def test_an_answer_that_is_whole() -> None:
    entry = logged(html(b"12345"))
    assert (entry.status, entry.size, entry.aborted, entry.target) == (200, 5, False, b"/page?a=b")


def test_what_the_page_cache_did_is_said() -> None:
    cached = html(b"12345", headers=[(b"cache-status", b"Edge; hit")])
    assert logged(cached).cache == b"Edge; hit"


def test_a_head_has_no_body() -> None:
    assert logged(html(b"12345"), method="HEAD").size == 0


def test_an_app_that_fails_is_a_500() -> None:
    assert (logged(broken).status, logged(broken).aborted) == (500, True)


@pytest.mark.parametrize(("gone", "status"), [(True, 499), (False, 500)])
def test_a_visitor_who_left_before_the_answer(gone: bool, status: int) -> None:
    assert logged(silent, **{"edge.gone": lambda: gone}).status == status


def test_a_visitor_who_left_within_the_answer() -> None:
    entry = logged(html(b"12345"), **{"edge.gone": lambda: True})
    assert (entry.status, entry.aborted) == (200, True)


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (("203.0.113.9", 0), "203.0.113.9"),
        (("2001:db8::1", 0), "2001:db8::1"),
        (None, "unix"),
        (("1.2.3.4 - - [forged]", 0), "unknown"),
        (("", 0), "unknown"),
    ],
)
def test_a_client_is_an_address(client: tuple[str, int] | None, shown: str) -> None:
    assert logged(html(b""), client=client).client == shown


@pytest.mark.parametrize(
    ("head", "method", "target"),
    [
        (None, "-", b"-"),
        (Head(b"", b"X" * 9000, b"/a", 0, False, False), "X" * 32, b"/a"),
        (Head(b"", b"GET", b"/_edge/preview?token=x", 0, False, False), "GET", b"/_edge/preview?-"),
    ],
)
def test_a_refusal_says_what_is_known(head: Head | None, method: str, target: bytes) -> None:
    entries: list[Entry] = []
    AccessLog(html(b""), entries.append, lambda: "/_edge").refused(("203.0.113.9", 1), 400, head)
    (entry,) = entries
    assert (entry.method, entry.target, entry.status) == (method, target, 400)


def talked(*messages: Mapping[str, object]) -> Entry:
    """The entry of a websocket whose app sends these."""
    entries: list[Entry] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(dict(message))

    async def into_nothing(message: object) -> None:
        """Nobody looks."""

    async def nothing() -> dict[str, object]:
        return {"type": "websocket.disconnect"}

    scope = {"type": "websocket", "path": "/live", "headers": [], "scheme": "wss", "http_version": "1.1"}
    asyncio.run(AccessLog(app, entries.append, lambda: "/_edge")(scope, nothing, into_nothing))
    (entry,) = entries
    return entry


def test_a_websocket_is_an_answer_too() -> None:
    entry = talked({"type": "websocket.accept"}, {"type": "websocket.send", "text": "12345"})
    assert (entry.status, entry.size, entry.method, entry.target, entry.aborted) == (
        101,
        5,
        "GET",
        b"/live",
        False,
    )


def test_a_websocket_that_is_refused() -> None:
    assert talked({"type": "websocket.close"}).status == 403
    said = ({"type": "websocket.http.response.start", "status": 401}, {"type": "websocket.http.response.body"})
    assert talked(*said).status == 401
