"""The door: which messages Edge has anything to do with."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from edge import EdgeMiddleware, SecretError, SiteError, Visit, Visitor
from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, ask, exchange, html, scope_of
from tests.page.sites import GERMAN, KEY, PAGE, Front


@pytest.mark.parametrize("off", ["0", "1"])
def test_websockets_pass_untouched(front: Front, off: str) -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([scope, receive, send])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        pass

    scope: Scope = {"type": "websocket", "path": "/", "headers": []}
    edge = front(app, environ={"EDGE_OFF": off, "EDGE_SECRET_KEYS": KEY})
    asyncio.run(edge(scope, receive, send))
    assert seen == [scope, receive, send]
    assert "edge" not in scope


def test_scopes_of_unknown_type_pass(front: Front) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Message:
        return {"type": "x"}

    async def send(message: Message) -> None:
        pass

    asyncio.run(front(app)({"type": "odd"}, receive, send))
    assert seen == ["odd"]


def test_of_two_edges_the_inner_one_steps_aside(front: Front) -> None:
    inner = front(html(PAGE))
    outer = front(inner)
    answer = ask(outer, "/", [GERMAN])
    assert answer.body == ask(front(html(PAGE)), "/", [GERMAN]).body
    assert not inner.counts
    assert outer.counts["tailored", "hero"] == 1


def test_the_scope_of_the_server_is_not_changed(front: Front) -> None:
    scope = scope_of("/", [GERMAN, (b"accept-encoding", b"br")])
    before = dict(scope)
    asyncio.run(exchange(front(html(PAGE)), scope, Answer()))
    assert scope == before


@pytest.mark.parametrize("off", ["1", "true", "yes"])
def test_edge_off_turns_everything_off(front: Front, off: str) -> None:
    app = html(PAGE)
    edge = front(app, environ={"EDGE_OFF": off}, files={"experiences.toml": "broken ["})
    assert ask(edge, "/", [GERMAN]).messages == ask(app).messages
    assert not edge.counts


def test_with_edge_off_the_app_finds_a_visit_of_nobody(front: Front) -> None:
    told: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        visit = scope["edge"]
        told.extend((visit.visitor, visit.segments, visit.segment("german"), visit.fact("country")))
        told.append(isinstance(visit, Visit))
        await html(PAGE)(scope, receive, send)

    answer = ask(front(app, environ={"EDGE_OFF": "1"}), "/", [GERMAN])
    assert told == [Visitor(id=None, new=True), frozenset(), False, None, True]
    assert answer.messages == ask(html(PAGE)).messages


@pytest.mark.parametrize("on", ["", "0", "false", "no"])
def test_edge_off_can_say_no(front: Front, on: str) -> None:
    edge = front(html(PAGE), environ={"EDGE_OFF": on, "EDGE_SECRET_KEYS": KEY})
    assert ask(edge, "/", [GERMAN]).body != PAGE


def test_building_it_starts_nothing(front: Front) -> None:
    before = threading.active_count()
    front(html(PAGE))
    assert threading.active_count() == before
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_a_wrong_site_folder_is_loud(front: Front, tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"experiences\.toml:2"):
        front(html(PAGE), {"experiences.toml": '[a]\nslot = 3\nshow = "hallo"'})
    with pytest.raises(SiteError, match="no such folder"):
        EdgeMiddleware(html(PAGE), tmp_path / "none", environ={})


def test_a_short_key_is_loud(front: Front) -> None:
    with pytest.raises(SecretError, match="at least 16"):
        front(html(PAGE), environ={"EDGE_SECRET_KEYS": "short"})


def test_a_key_is_made_and_said_once(front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    environ = {"EDGE_DATA": str(tmp_path / "data")}
    front(html(PAGE), environ=environ)
    front(html(PAGE), environ=environ)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "made a signing key" in caplog.text


def test_an_app_that_edge_is_mounted_under_a_path_of(front: Front) -> None:
    edge = front(html(PAGE))
    assert ask(edge, "/shop/", [GERMAN], root_path="/shop").body != PAGE
    assert ask(edge, "/shop/_edge/nothing", root_path="/shop").status == 404


def test_a_site_without_experiences_passes_untouched(front: Front) -> None:
    app = html(PAGE[:40], PAGE[40:], headers=[(b"etag", b'"x"')])
    seen: list[Scope] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await app(scope, receive, send)

    edge = front(watched, {"experiences.toml": ""})
    asked = [(b"accept-encoding", b"br"), (b"range", b"bytes=0-"), (b"accept", b"text/html")]
    assert ask(edge, "/", asked).told == ask(app).told
    assert [pair for pair in seen[0]["headers"] if pair[0] != b"host"] == asked
