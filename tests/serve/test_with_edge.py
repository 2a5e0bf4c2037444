"""Edge in front of a site over HTTP: the gate, the middleware and the origin together."""

from __future__ import annotations

import pytest
from websockets.sync.client import connect

from edge.serve import Forwarding, Origin, Peers
from tests.hosts.wire import wired
from tests.page.sites import GERMAN, PAGE, Front, front
from tests.serve.fronted import door
from tests.serve.raw_origin import Asked, Talk, ok, raw_origin
from tests.serve.recorder import head
from tests.serve.test_tunnel import echo, server

__all__ = ["front"]

HTML = b"Content-Type: text/html; charset=utf-8"
AS_GERMAN = head(b"GET / HTTP/1.1", b"CF-IPCountry: DE", b"Accept-Encoding: gzip, br")
TAILORED = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)] + [b""]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + framed


@pytest.mark.parametrize("answer", [ok(PAGE, HTML, b'ETag: "1"'), chunked(PAGE, 10_000), chunked(PAGE, 7)])
def test_a_page_is_made_for_its_visitor(front: Front, answer: bytes) -> None:
    with raw_origin(answer) as site, door(front(Origin(site.url))) as url, wired(url) as wire:
        for _ in range(2):
            wire.send(AS_GERMAN)
            reply = wire.reply()
            assert (reply.status, reply.body, reply.whole) == (200, TAILORED, True)
            assert reply.header(b"cache-control") == b"private, no-cache, max-age=0"


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"no page", b"Content-Type: text/plain", b'ETag: "1"', b"Set-Cookie: a=1", b"Set-Cookie: b=2"),
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
        b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
        ok(b"<p>no slots</p>", HTML, b"Cache-Control: public, max-age=60", b'ETag: "1"'),
    ],
)
def test_everything_else_is_the_sites(front: Front, answer: bytes) -> None:
    with raw_origin(answer) as site:
        origin = Origin(site.url)
        with door(origin) as url, wired(url) as wire:
            wire.send(AS_GERMAN)
            direct = wire.reply()
        with door(front(origin)) as url, wired(url) as wire:
            wire.send(AS_GERMAN)
            assert wire.reply() == direct


CUTS = {
    "a length": ok(PAGE, HTML)[:-10],
    "chunks": chunked(PAGE, 50)[:-5],
    "before a slot": chunked(PAGE, 20)[:150],
    "in a slot": ok(PAGE, HTML).partition(b"for everyone")[0],
    "no page": ok(b"x" * 100, b"Content-Type: text/plain")[:-10],
}


@pytest.mark.parametrize("kind", CUTS)
def test_an_answer_that_the_site_cuts_is_visibly_cut(front: Front, kind: str) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUTS[kind])

    with raw_origin(answer) as site, door(front(Origin(site.url))) as url, wired(url) as wire:
        wire.send(AS_GERMAN)
        reply = wire.reply()
        assert not (reply.status == 200 and reply.whole)


def test_edge_knows_its_cookie_and_the_site_does_not(front: Front) -> None:
    files = {
        "experiences.toml": '[new]\nslot = "hero"\nfor = "new"\nshow = "hallo"\n',
    }
    asked: list[Asked] = []

    def answer(talk: Talk) -> None:
        while (one := talk.ask()) is not None:
            asked.append(one)
            talk.send(ok(PAGE, HTML))

    with raw_origin(answer) as site, door(front(Origin(site.url), files)) as url, wired(url) as wire:
        wire.send(head(b"GET / HTTP/1.1", b"Cookie: a=1"))
        first = wire.reply()
        cookie = (first.header(b"set-cookie") or b"").partition(b";")[0]
        wire.send(head(b"GET / HTTP/1.1", b"Cookie: a=1; " + cookie + b"; b=2"))
        second = wire.reply()
    assert cookie.startswith(b"__Host-edge=")
    assert [b"Kl" in first.body, b"Kl" in second.body] == [True, False]
    assert [one.values(b"cookie") for one in asked] == [[b"a=1"], [b"a=1; b=2"]]


def test_edge_believes_whom_the_operator_trusts(front: Front) -> None:
    with raw_origin(ok(PAGE, HTML)) as site:
        app = Forwarding(front(Origin(site.url)), Peers(["127.0.0.1"]))
        with door(app) as url, wired(url) as wire:
            wire.send(head(b"GET / HTTP/1.1", b"X-Forwarded-For: 203.0.113.5", b"X-Forwarded-Proto: https"))
            assert wire.reply().status == 200
    assert site.asked[0].values(b"x-forwarded-for") == [b"203.0.113.5, 127.0.0.1"]
    assert site.asked[0].values(b"x-forwarded-proto") == [b"https"]


def test_a_websocket_passes(front: Front) -> None:
    with (
        server(echo) as origin,
        door(front(Origin(origin))) as url,
        connect(url.replace("http", "ws"), proxy=None) as socket,
    ):
        socket.send("hello")
        assert socket.recv(10) == "hello"


def test_a_site_that_is_down_is_told(front: Front) -> None:
    with door(front(Origin("http://127.0.0.1:9"))) as url, wired(url) as wire:
        wire.send(head(b"GET / HTTP/1.1", b"%b: %b" % GERMAN))
        assert wire.reply().status == 502
