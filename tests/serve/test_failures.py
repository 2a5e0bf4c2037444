"""When an origin cannot be reached, or does not behave: what the client is told, and what the operator."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from edge.serve import Origin, Timeouts, Upstream
from tests.hosts.wire import Reply, wired
from tests.page.raw import ask as through
from tests.serve.fronted import door
from tests.serve.raw_origin import Talk, ok, raw_origin
from tests.serve.recorder import head
from tests.serve.test_transport import WRONG

GET = head(b"GET / HTTP/1.1")
PAGE = "<!doctype html><title>Zurück um 9</title>"


def ask(origin: Origin, method: str = "GET") -> Reply:
    with door(origin) as url, wired(url) as wire:
        wire.send(head(method.encode() + b" / HTTP/1.1"))
        return wire.reply(method)


def test_a_site_that_is_down_is_told_in_a_sentence() -> None:
    reply = ask(Origin("http://127.0.0.1:9"))
    assert reply.status == 502
    assert reply.header(b"content-type") == b"text/plain; charset=utf-8"
    assert reply.header(b"cache-control") == b"no-store"
    assert reply.body == b"The site does not answer as it should. Please try again later.\n"


def test_or_by_the_operators_page(tmp_path: Path) -> None:
    page = tmp_path / "down.html"
    page.write_text(PAGE, encoding="utf-8")
    origin = Origin("http://127.0.0.1:9", error_page=page)
    reply = ask(origin)
    assert (reply.status, reply.body) == (502, PAGE.encode())
    assert reply.header(b"content-type") == b"text/html; charset=utf-8"
    assert ask(origin, "HEAD").header(b"content-length") == b"%d" % len(PAGE.encode())


def test_the_operators_page_is_for_the_sites_faults_only(tmp_path: Path) -> None:
    page = tmp_path / "down.html"
    page.write_text(PAGE, encoding="utf-8")
    assert ask(Origin("http://127.0.0.1:9", hosts=["shop.example"], error_page=page)).status == 421


def test_a_site_that_is_late_is_told() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.ask()

    with raw_origin(answer) as site:
        origin = Origin(Upstream(site.url, timeouts=Timeouts(first_byte=0.1)))
        assert ask(origin).status == 504
        assert origin.counts == {"ReadTimeout": 1}


def test_a_site_whose_connections_are_all_busy_is_told() -> None:
    hold = threading.Event()

    def answer(talk: Talk) -> None:
        talk.ask()
        asked.set()
        hold.wait(10)
        talk.send(ok(b"fine"))

    asked = threading.Event()
    with raw_origin(answer) as site:
        origin = Origin(Upstream(site.url, slots=1, timeouts=Timeouts(pool=0.1)))
        with door(origin) as url, wired(url) as one, wired(url) as other:
            one.send(GET)
            assert asked.wait(10)
            other.send(GET)
            reply = other.reply()
            assert (reply.status, reply.header(b"retry-after")) == (503, b"5")
            hold.set()
            assert one.reply().body == b"fine"


STATUSES = {"an unknown status": b"HTTP/1.1 799 What\r\nContent-Length: 0\r\n\r\n"}
STATUSES["another protocol after all"] = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
STATUSES["a coding"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
HEADS = {
    kind: WRONG[kind]
    for kind in WRONG
    if "chunk" not in kind and kind not in ("an endless extension", "endless trailers")
}


@pytest.mark.parametrize("kind", [*HEADS, *STATUSES, "nothing"])
def test_an_answer_that_is_none_is_told(kind: str) -> None:
    with raw_origin({**HEADS, **STATUSES, "nothing": b""}[kind] or (lambda talk: None)) as site:
        assert ask(Origin(site.url)).status == 502


def test_the_operator_is_told_once_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    broken = True

    def answer(talk: Talk) -> None:
        while talk.ask() and not broken:
            talk.send(ok(b"fine"))

    with raw_origin(answer) as site, caplog.at_level(logging.WARNING, logger="edge"):
        origin = Origin(site.url)
        with door(origin) as url, wired(url) as wire:
            for _ in range(3):
                wire.send(GET)
                assert wire.reply().status == 502
            broken = False
            for _ in range(3):
                wire.send(GET)
                assert wire.reply().status == 200
    messages = [record.getMessage() for record in caplog.records if record.name == "edge"]
    assert len(messages) == 2
    assert messages[0].startswith(f"{site.url}: the origin cut its answer")
    assert messages[1] == f"{site.url} answers again"
    assert origin.counts == {"ReadError": 3}


def test_answers_that_are_cut_do_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """One broken page among good ones: the site answers all the time."""

    def answer(talk: Talk) -> None:
        while (asked := talk.ask()) is not None:
            if b"/broken" in asked.line:
                talk.send(ok(b"fine")[:-1])
                return
            talk.send(ok(b"fine"))

    with raw_origin(answer) as site, caplog.at_level(logging.WARNING, logger="edge"):
        origin = Origin(site.url)
        with door(origin) as url:
            for path in (b"/broken", b"/") * 3:
                with wired(url) as wire:
                    wire.send(head(b"GET " + path + b" HTTP/1.1"))
                    assert wire.reply().whole == (path == b"/")
    messages = [record.getMessage() for record in caplog.records if record.name == "edge"]
    assert len(messages) == 1
    assert messages[0].startswith(f"{site.url}: the origin cut its answer")
    assert origin.counts == {"ReadError": 3}


def test_connections_are_closed_when_the_server_stops() -> None:
    with raw_origin(ok(b"fine")) as site:
        with door(Origin(site.url), lifespan="on") as url, wired(url) as wire:
            wire.send(GET)
            assert wire.reply().status == 200
            assert site.open == 1
        assert site.done.wait(10)


def test_what_cannot_be_sent_on_is_refused() -> None:
    """Servers without the gate may let more through."""
    with raw_origin(ok()) as site:
        origin = Origin(site.url)
        answer = through(origin, "/", raw_path=b"/a b")
        assert answer.start["status"] == 400
        assert site.asked == []
