"""Pages for somebody in preview: with the bar and what it needs, with the defaults alone, or as for anybody."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from edge import EdgeMiddleware
from edge.bar import DEFAULTS
from edge.page import previewing
from tests.page.raw import Answer, Pairs, ask, html
from tests.page.sites import GERMAN, PAGE, Front

ASKED = (b"edge-preview", b"defaults")
MOVED = {
    "experiences.toml": """
        [hero-german]
        slot = "hero"
        show = "hallo"
        place = "replace"

        [no-offer]
        slot = "offer"
        place = "remove"
    """
}


def in_preview(edge: EdgeMiddleware, *headers: tuple[bytes, bytes], persona: str = "") -> Answer:
    token = ask(edge, edge.preview_path("shop.example", persona)).header(b"set-cookie") or b""
    return ask(edge, "/", [(b"cookie", token.partition(b";")[0]), *headers])


@pytest.mark.parametrize("pieces", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_who_asks_for_the_defaults_gets_the_page_of_the_site(front: Front, pieces: tuple[bytes, ...]) -> None:
    edge = front(html(*pieces))
    answer = in_preview(edge, GERMAN, ASKED)
    assert answer.body == PAGE + DEFAULTS.encode()
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0, no-store"
    assert answer.header(b"set-cookie") is None
    assert not edge.counts
    assert "Klänge".encode() in in_preview(edge, GERMAN).body


@pytest.mark.parametrize("headers", [(GERMAN,), ()])
def test_without_a_preview_nobody_can_ask_for_them(front: Front, headers: Pairs) -> None:
    edge = front(html(PAGE))
    forged = (b"cookie", b"__Host-edge-preview=forged.by.hand")
    plain = ask(edge, "/", headers).body
    assert ask(edge, "/", [*headers, ASKED]).body == plain
    assert ask(edge, "/", [*headers, ASKED, forged]).body == plain


def test_the_app_behind_is_told_that_nobody_is_known(front: Front) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        visit = scope["edge"]
        seen.append((visit.segments, visit.fact("country"), visit.visitor.id))
        await html(PAGE)(scope, receive, send)

    edge = front(app)
    in_preview(edge, GERMAN)
    in_preview(edge, GERMAN, ASKED)
    assert seen == [(frozenset({"german"}), "DE", None), (frozenset(), None, None)]


def test_defaults_are_the_same_for_every_persona(front: Front) -> None:
    edge = front(html(PAGE), {"personas.toml": '[hans]\ncountry = "DE"'})
    assert "Klänge".encode() in in_preview(edge, persona="hans").body
    assert in_preview(edge, ASKED, persona="hans").body == PAGE + DEFAULTS.encode()


def test_with_the_bar_blocks_are_marked_where_they_moved(front: Front) -> None:
    page = in_preview(front(html(PAGE), MOVED)).body.partition(b"<edge-bar")[0].decode()
    assert page == (
        "<!doctype html><title>t</title><!--edge:at hero replace--><h1>Klänge für alle</h1><!--/edge:at-->"
        "<!--edge:at offer remove--><!--/edge:at--><footer>end</footer>"
    )


@pytest.mark.parametrize("destination", [b"iframe", b"empty"])
def test_without_the_bar_a_page_in_preview_is_that_of_the_visitor(front: Front, destination: bytes) -> None:
    edge = front(html(PAGE), MOVED)
    anybody = ask(edge).body
    assert b"edge:at" not in anybody
    assert in_preview(edge, (b"sec-fetch-dest", destination)).body == anybody


def test_the_bar_tells_of_slots_in_the_order_of_the_page(front: Front) -> None:
    names = [f"slot-{letter}" for letter in "zyxwvutsr"]
    page = b"".join(b"<p data-edge-slot=%b>x</p>" % name.encode() for name in names)
    said = "".join(f'[{name}]\nslot = "{name}"\nshow = "hallo"\n' for name in sorted(names))
    body = in_preview(front(html(page), {"experiences.toml": said})).body.decode()
    assert [part.partition('"')[0] for part in body.split('<div data-slot="')[1:]] == names


def test_a_slot_that_goes_with_another_is_told_of(front: Front) -> None:
    page = b"<main data-edge-slot=hero><p data-edge-slot=offer>x</p></main>"
    body = in_preview(front(html(page), MOVED)).body.decode()
    hero, offer = body.split('<div data-slot="')[1:]
    assert "the slot around it" not in hero
    assert 'class="shown"' in hero
    assert "the slot around it" in offer
    assert "shown" not in offer.partition("</dl>")[0].replace("is not shown", "")
    assert "1 of 2 slots tailored" in body


def _fail(*_: object) -> Any:
    raise LookupError


@pytest.mark.parametrize("pieces", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_a_slot_that_is_to_show_its_default_is_there(front: Front, pieces: tuple[bytes, ...]) -> None:
    edge = front(html(*pieces), {"experiences.toml": 'calm = { slot = "hero", show = "default" }'})
    assert b"not in the page" not in in_preview(edge).body


def test_where_an_explanation_fails_the_bar_goes_without(
    front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(previewing, "explain", _fail)
    body = in_preview(front(html(PAGE)), GERMAN).body.decode()
    assert "<dt>hero</dt><dd>hero-german</dd>" in body
    assert "why-not" not in body
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("pieces", [(PAGE,), (PAGE[:60], PAGE[60:])])
def test_where_the_bar_fails_the_page_goes_without(
    front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, pieces: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(previewing, "render_bar", _fail)
    edge = front(html(*pieces))
    assert in_preview(edge, GERMAN).body == ask(edge, "/", [GERMAN]).body
    assert "LookupError" in caplog.text
