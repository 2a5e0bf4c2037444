"""Bodies of any size, both ways: at the pace of whoever takes them, and visibly cut where they are."""

from __future__ import annotations

import select
import socket
import threading

import pytest

from edge.serve import Origin, Timeouts, Upstream, client
from tests.hosts.wire import Wire, wired
from tests.serve.fronted import door, fronted
from tests.serve.raw_origin import RawOrigin, Talk, ok, raw_origin
from tests.serve.recorder import head

GET = head(b"GET / HTTP/1.1")
SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
KERNEL = 40_000_000
"""More than the buffers of the kernel and of both servers hold, however they are tuned."""


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def blocked(connection: socket.socket) -> bool:
    """Whether a socket takes nothing for a while."""
    return not select.select([], [connection], [], 0.3)[1]


def test_each_event_is_passed_on_at_once() -> None:
    seen = threading.Event()

    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(SSE)
        for number in range(5):
            talk.send(chunk(b"data: %d\n\n" % number))
            assert seen.wait(10)
            seen.clear()
        talk.send(chunk(b""))

    with fronted(answer) as (_, wire):
        wire.send(GET)
        assert wire.head().header(b"content-type") == b"text/event-stream"
        for number in range(5):
            assert wire.chunk() == b"data: %d\n\n" % number
            seen.set()
        assert wire.chunk() == b""


def test_an_answer_is_read_no_faster_than_it_is_taken() -> None:
    sent = 0
    stuck = threading.Event()

    def answer(talk: Talk) -> None:
        nonlocal sent
        talk.ask()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while sent < KERNEL and not blocked(talk.socket):
            sent += talk.socket.send(b"x" * 65536)
        stuck.set()
        talk.ask()

    with fronted(answer) as (_, wire):
        wire.send(GET)
        assert stuck.wait(30)
    assert sent < KERNEL


def test_a_request_is_read_no_faster_than_it_is_taken() -> None:
    hold = threading.Event()

    def answer(talk: Talk) -> None:
        talk.head()
        hold.wait(30)

    with fronted(answer) as (_, wire):
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 1000000000"))
        sent = 0
        wire.socket.setblocking(False)
        while sent < KERNEL and not blocked(wire.socket):
            sent += wire.socket.send(b"x" * 65536)
        hold.set()
    assert sent < KERNEL


@pytest.mark.parametrize("framing", [b"Content-Length: 20000000", b"Transfer-Encoding: chunked"])
def test_large_bodies_pass_both_ways_at_once(framing: bytes) -> None:
    """An echo: the answer is on its way while the request is still coming."""

    def answer(talk: Talk) -> None:
        asked = talk.head()
        assert asked is not None
        talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        if b"chunked" in asked:
            for data in talk.chunks():
                talk.send(chunk(data))
        else:
            for _ in range(200):
                talk.send(chunk(talk.file.read(100_000)))
        talk.send(chunk(b""))

    def upload() -> None:
        wire.send(head(b"POST / HTTP/1.1", framing))
        for number in range(200):
            data = bytes([number]) * 100_000
            wire.send(chunk(data) if b"chunked" in framing else data)
        if b"chunked" in framing:
            wire.send(chunk(b""))

    with fronted(answer) as (_, wire):
        sending = threading.Thread(target=upload)
        sending.start()
        reply = wire.reply()
        sending.join()
        assert reply.whole
        assert reply.body == b"".join(bytes([number]) * 100_000 for number in range(200))


def test_an_answer_may_come_before_its_request() -> None:
    def answer(talk: Talk) -> None:
        talk.head()
        talk.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!")
        talk.close()

    with fronted(answer) as (_, wire):
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 10000000") + b"x" * 100_000)
        reply = wire.reply()
        assert (reply.status, reply.body, reply.whole) == (413, b"no!", True)


@pytest.mark.parametrize("reset", [False, True])
def test_a_site_that_goes_in_the_middle_of_a_request_is_told(reset: bool) -> None:
    def answer(talk: Talk) -> None:
        talk.head()
        talk.file.read(100_000)
        if reset:
            talk.reset()

    with fronted(answer) as (_, wire):
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 10000000") + b"x" * 1_000_000)
        assert wire.reply().status == 502


CUTS = {
    "a length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhello",
    "bad chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n",
}


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("kind", CUTS)
def test_an_answer_that_the_site_cuts_is_visibly_cut(kind: str, reset: bool) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUTS[kind])
        arrived.wait(10)
        if reset:
            talk.reset()

    arrived = threading.Event()
    with fronted(answer) as (_, wire):
        wire.send(GET)
        reply = wire.head()
        assert reply.status == 200
        assert (wire.chunk() if reply.header(b"transfer-encoding") else wire.read(5)) == b"hello"
        arrived.set()
        assert wire.chunk() is None


def test_an_old_client_sees_it_too() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUTS["chunks"])

    with fronted(answer) as (_, wire):
        wire.send(head(b"GET / HTTP/1.0"))
        with pytest.raises(ConnectionResetError):
            wire.reply()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_LOOK_AFTER", 0.02)


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.usefixtures("impatient")
def test_a_site_need_not_answer_a_client_that_has_gone(begun: bool) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        if begun:
            talk.send(SSE + chunk(b"data: 1\n\n"))
        asked.set()
        assert talk.file.read() == b""

    asked = threading.Event()
    with fronted(answer) as (site, wire):
        wire.send(GET)
        assert asked.wait(10)
        if begun:
            assert wire.head().status == 200
        wire.close()
        assert site.done.wait(10)


@pytest.mark.parametrize(
    ("framing", "sent"), [(b"Content-Length: 100", b"hello"), (b"Transfer-Encoding: chunked", b"5\r\nhello\r\n")]
)
@pytest.mark.usefixtures("impatient")
def test_a_request_that_its_client_leaves_does_not_look_whole(framing: bytes, sent: bytes) -> None:
    def answer(talk: Talk) -> None:
        talk.head()
        read.append(talk.file.read(len(sent)))
        asked.set()
        read.append(talk.file.read())

    read: list[bytes] = []
    asked = threading.Event()
    with fronted(answer) as (site, wire):
        wire.send(head(b"POST / HTTP/1.1", framing) + sent)
        assert asked.wait(10)
        wire.close()
        assert site.done.wait(10)
    assert read == [sent, b""]


@pytest.mark.usefixtures("impatient")
def test_a_slow_answer_is_for_a_client_that_waits() -> None:
    def answer(talk: Talk) -> None:
        while talk.ask():
            threading.Event().wait(0.1)
            talk.send(ok(b"at last"))

    with fronted(answer) as (_, wire):
        for _ in range(2):
            wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 2") + b"ok")
            assert wire.reply().body == b"at last"


def test_an_answer_that_stops_is_cut() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUTS["chunks"])
        talk.ask()

    with raw_origin(answer) as site:
        upstream = Upstream(site.url, timeouts=Timeouts(idle=0.1))
        with door(Origin(upstream)) as url, wired(url) as wire:
            wire.send(GET)
            assert not wire.reply().whole


@pytest.mark.parametrize("cut", [1, 2, 5, 100_000])
def test_pieces_arrive_whole(cut: int) -> None:
    body = bytes(range(256)) * 20

    def answer(talk: Talk) -> None:
        talk.ask()
        whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(body) + chunk(b"")
        for start in range(0, len(whole), cut):
            talk.send(whole[start : start + cut])

    with fronted(answer) as (_, wire):
        wire.send(GET)
        reply = wire.reply()
        assert (reply.body, reply.whole) == (body, True)


def asked_of(site: RawOrigin, wire: Wire) -> int:
    wire.send(GET)
    assert wire.reply().whole
    return site.connections


def test_a_slow_client_keeps_no_connection_of_the_site() -> None:
    """What has come whole waits at Edge, and the site's connection serves the next."""

    with (
        raw_origin(ok(b"x" * 100_000)) as site,
        door(Origin(Upstream(site.url, slots=1))) as url,
        wired(url) as slow,
        wired(url) as quick,
    ):
        slow.send(GET)
        assert site.arrived.wait(10)
        assert asked_of(site, quick) == 1
        assert slow.reply().whole
