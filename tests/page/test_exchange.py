"""A request on its way to the app: what the app sees of it, and what it may ask of Edge."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from edge import EdgeMiddleware, Visitor
from edge.types import Receive, Scope, Send
from tests.page.raw import Pairs, ask, html, replying, start
from tests.page.sites import GERMAN, PAGE, Front

HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())
SHOWN = (b"accept", b"text/html,*/*;q=0.8")
HELD: Pairs = [(b"if-none-match", b'"v1"'), (b"if-modified-since", b"Sat, 21 Nov 2026 00:00:00 GMT")]


def fail(*_: Any, **__: Any) -> NoReturn:
    raise ZeroDivisionError


class Origin:
    """Answers 304 where it is asked with what the client holds, and notes how it is asked."""

    def __init__(self, body: bytes, kind: bytes = b"text/html; charset=utf-8") -> None:
        self.body = body
        self.kind = kind
        self.asked: list[bool] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        conditional = any(name.startswith(b"if-") for name, _ in scope["headers"])
        self.asked.append(conditional)
        body = b"" if conditional else self.body
        length = (b"content-length", b"%d" % len(self.body))
        headers: Pairs = [(b"content-type", self.kind), (b"etag", b'"v1"'), length]
        last = {"type": "http.response.body", "body": body}
        await replying(start(headers, 304 if conditional else 200), last)(scope, receive, send)


def test_a_page_that_nothing_is_known_of_is_asked_for_whole(front: Front) -> None:
    """The browser holds it from before it had slots, and the process has just started."""
    answer = ask(front(Origin(PAGE)), "/", [GERMAN, SHOWN, *HELD])
    assert (answer.status, answer.body) == (200, HALLO)


def test_a_page_without_slots_is_asked_for_whole_but_once(front: Front) -> None:
    origin = Origin(b"<p>none</p>")
    edge = front(origin)
    answers = [ask(edge, "/", [SHOWN, *HELD]).status for _ in range(3)]
    assert answers == [200, 304, 304]
    assert origin.asked == [False, True, True]


@pytest.mark.parametrize(
    "origin",
    [
        Origin(b"%PDF", b"application/pdf"),
        Origin(PAGE, b"text/html; charset=utf-16"),
    ],
)
def test_what_is_no_page_is_asked_for_whole_but_once(front: Front, origin: Origin) -> None:
    edge = front(origin)
    assert [ask(edge, "/", [SHOWN, *HELD]).status for _ in range(3)] == [200, 304, 304]


def test_what_is_not_to_be_shown_as_a_page_keeps_its_304(front: Front) -> None:
    origin = Origin(b"{}", b"application/json")
    edge = front(origin)
    for header in ((b"accept", b"*/*"), (b"sec-fetch-dest", b"empty"), (b"sec-fetch-dest", b"image")):
        assert ask(edge, "/data", [header, *HELD]).status == 304
    assert origin.asked == [True] * 3


def test_a_path_of_another_kind_of_answer_is_still_asked_for_its_page(front: Front) -> None:
    """An address that answers a script with JSON and a browser with a page."""
    page, data = Origin(PAGE), Origin(b"{}", b"application/json")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (page if SHOWN in scope["headers"] else data)(scope, receive, send)

    edge = front(app)
    assert ask(edge, "/", [(b"accept", b"*/*")]).body == b"{}"
    assert ask(edge, "/", [GERMAN, SHOWN, *HELD]).body == HALLO


# Whatever fails.


def test_an_app_that_asks_gets_an_answer_whatever_fails(
    front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        visit = scope["edge"]
        told.extend([visit.visitor, visit.segment("german"), visit.fact("country"), visit.segments])
        await html(PAGE)(scope, receive, send)

    edge = front(app)
    monkeypatch.setattr("edge.page.callers.Callers.find", fail)
    answer = ask(edge, "/", [GERMAN, (b"cookie", b"a=1")], "POST")
    assert answer.body == PAGE
    assert told == [Visitor(), False, None, frozenset()]
    assert edge.counts["defaulted", "failed"] == 1
    assert len(caplog.records) == 1


def test_what_runs_beside_the_pages_costs_none_of_them(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    edge: EdgeMiddleware = front(html(PAGE))
    monkeypatch.setattr(edge, "_beside", type("Broken", (), {"start": fail, "is_settled": False})())
    assert ask(edge, "/", [GERMAN]).body == HALLO


@pytest.mark.parametrize(
    "broken", ["edge.page.request.PageRequest.origin_scope", "edge.page.plans.Plans.has_slots"]
)
def test_an_app_sees_the_request_as_it_came_where_it_cannot_be_changed(
    front: Front, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    edge = front(html(PAGE))
    monkeypatch.setattr(broken, fail)
    seen = ask(edge, "/", [GERMAN, (b"accept-encoding", b"br"), (b"if-none-match", b'"1"')])
    assert seen.body == PAGE
    assert (b"cache-control", b"private, no-cache, max-age=0") in seen.headers
