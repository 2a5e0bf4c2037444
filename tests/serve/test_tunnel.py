"""Websockets through Edge: a real client, a real server behind."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve

from edge.serve import Origin, Timeouts, Upstream
from edge.types import Message
from tests.hosts.wire import wired
from tests.page.raw import scope_of
from tests.serve.fronted import door
from tests.serve.raw_origin import Script, Talk, ok, raw_origin
from tests.serve.test_gate import HANDSHAKE
from tests.serve.test_streaming import KERNEL, blocked

Handler = Callable[[ServerConnection], None]


@contextmanager
def server(handler: Handler, **settings: Any) -> Iterator[str]:
    """The URL of a websocket server."""
    running: Server
    with serve(handler, "127.0.0.1", 0, compression=None, max_size=None, **settings) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.socket.getsockname()[1]}"
        running.shutdown()
        thread.join()


@contextmanager
def tunnelled(
    handler: Handler, settings: dict[str, Any] | None = None, **client: Any
) -> Iterator[ClientConnection]:
    """A client's connection to the handler, through Edge."""
    with (
        server(handler, **settings or {}) as origin,
        door(Origin(origin)) as url,
        connect(url.replace("http", "ws") + "/ws?a=%2F", proxy=None, max_size=None, **client) as socket,
    ):
        yield socket


def echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


MESSAGES: list[str | bytes] = ["hello", "", "héllo ✓", b"", b"\x00\xff", "x" * 100_000, b"\x00" * 10_000_000]


def test_messages_pass_both_ways() -> None:
    with tunnelled(echo) as socket:
        for message in MESSAGES:
            socket.send(message)
            assert socket.recv(10) == message


def test_messages_in_parts_pass_whole() -> None:
    def handler(connection: ServerConnection) -> None:
        received.append(connection.recv())
        connection.send(iter(["in ", "several ", "parts"]))
        connection.send(iter([b"in ", b"parts"]))

    received: list[Any] = []
    with tunnelled(handler) as socket:
        socket.send(iter(["from ", "the ", "client"]))
        assert [socket.recv(10), socket.recv(10)] == ["in several parts", b"in parts"]
    assert received == ["from the client"]


def test_many_messages_keep_their_order() -> None:
    def handler(connection: ServerConnection) -> None:
        for number in range(2000):
            connection.send(f"{number}")
        connection.recv()

    with tunnelled(handler) as socket:
        assert [socket.recv(10) for _ in range(2000)] == [str(number) for number in range(2000)]
        socket.send("thanks")


def test_a_message_may_come_with_the_handshake() -> None:
    """The origin's first bytes come in one piece with its 101."""

    def answer(talk: Talk) -> None:
        talk.send(accepting(talk) + b"\x81\x05hello" + b"\x88\x02\x03\xe8")
        talk.file.read()

    with (
        raw_origin(answer) as site,
        door(Origin(site.url)) as url,
        connect(url.replace("http", "ws"), proxy=None) as socket,
    ):
        assert socket.recv(10) == "hello"


def accepting(talk: Talk, *headers: bytes) -> bytes:
    head = talk.head()
    assert head is not None
    key = head.partition(b"sec-websocket-key: ")[2].split(b"\r\n")[0]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    lines = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade"]
    return b"\r\n".join([*lines, b"Sec-WebSocket-Accept: " + accept, *headers, b"", b""])


def test_pings_are_answered_at_both_ends() -> None:
    ponged = threading.Event()

    def handler(connection: ServerConnection) -> None:
        assert connection.ping().wait(10)
        ponged.set()
        connection.recv()

    with tunnelled(handler) as socket:
        assert socket.ping(b"payload").wait(10)
        assert ponged.wait(10)
        socket.send("done")


def test_a_subprotocol_is_agreed_on_by_the_ends() -> None:
    settings = {"subprotocols": ["second", "third"]}
    with tunnelled(echo, settings, subprotocols=["first", "second"]) as socket:
        assert socket.subprotocol == "second"


def test_the_site_sees_the_clients_headers() -> None:
    seen: list[Any] = []

    def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        seen.append(connection.request)

    cookies = {"Cookie": "a=1; __Host-edge=ours", "X-Custom": "é", "Authorization": "Bearer x"}
    with tunnelled(handler, origin="https://shop.example", additional_headers=cookies):
        pass
    (request,) = seen
    assert request.path == "/ws?a=%2F"
    headers = request.headers
    assert [headers.get_all(name) for name in ("Origin", "Authorization")] == [
        ["https://shop.example"],
        ["Bearer x"],
    ]
    assert headers["Cookie"].startswith("a=1")
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert "Sec-WebSocket-Extensions" not in headers


def test_the_client_sees_the_sites_headers() -> None:
    def decorate(connection: ServerConnection, request: Any, response: Any) -> None:
        response.headers["Set-Cookie"] = "a=1"
        response.headers["Set-Cookie"] = "b=2"

    with tunnelled(echo, {"process_response": decorate}) as socket:
        assert socket.response is not None
        assert socket.response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "bye"), (3000, "é"), (4999, "x" * 100)])
def test_the_site_says_why_it_closes(code: int, reason: str) -> None:
    def handler(connection: ServerConnection) -> None:
        connection.close(code, reason)

    with tunnelled(handler) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, reason)


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "bye"), (4999, "é")])
def test_the_client_says_why_it_closes(code: int, reason: str) -> None:
    told: list[Any] = []
    closed = threading.Event()

    def handler(connection: ServerConnection) -> None:
        with pytest.raises(ConnectionClosed) as closing:
            connection.recv()
        told.append(closing.value.rcvd)
        closed.set()

    with tunnelled(handler) as socket:
        socket.close(code, reason)
        assert closed.wait(10)
    assert (told[0].code, told[0].reason) == (code, reason)


def test_a_client_that_is_lost_is_lost_to_the_site() -> None:
    lost = threading.Event()

    def handler(connection: ServerConnection) -> None:
        with pytest.raises(ConnectionClosed):
            connection.recv()
        lost.set()

    with tunnelled(handler) as socket:
        socket.socket.close()
        assert lost.wait(10)


def close_code(script: Script, **settings: Any) -> int:
    """The code with which a client is closed whose site follows the script."""
    with (
        raw_origin(script) as site,
        door(Origin(Upstream(site.url, **settings))) as url,
        connect(url.replace("http", "ws"), proxy=None) as socket,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd is not None
        return int(closed.value.rcvd.code)


ENDS = {
    "lost": (b"", 1014),
    "closed without a code": (b"\x88\x00", 1000),
    "text that is none": (b"\x81\x01\xff", 1007),
    "a frame that is none": (b"\x8f\x00", 1002),
    "a masked frame": (b"\x81\x81\x00\x00\x00\x00a", 1002),
    "too large": (b"\x82\x7f\x00\x00\x00\x00\x40\x00\x00\x00", 1009),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_site_that_ends_otherwise_is_told_by_a_code(end: str) -> None:
    def answer(talk: Talk) -> None:
        talk.send(accepting(talk) + ENDS[end][0])
        if ENDS[end][0]:
            talk.file.read()

    assert close_code(answer) == ENDS[end][1]


def refusal(script: bytes | Script, **settings: Any) -> Any:
    """What a client is answered instead of a websocket."""
    with (
        raw_origin(script) as site,
        door(Origin(Upstream(site.url, **settings))) as url,
        pytest.raises(InvalidStatus) as refused,
        connect(url.replace("http", "ws"), proxy=None),
    ):
        pass
    return refused.value.response


def test_a_site_may_say_no() -> None:
    response = refusal(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno")
    assert (response.status_code, response.body) == (401, b"no")
    assert response.headers["WWW-Authenticate"] == "Basic"


def test_a_site_that_knows_no_websockets_is_told_as_it_is() -> None:
    response = refusal(ok(b"a page"))
    assert (response.status_code, response.body) == (200, b"a page")


WRONG: dict[str, Callable[[Talk], bytes]] = {
    "another key": lambda talk: accepting(talk).replace(b"Accept: ", b"Accept: x"),
    "another protocol": lambda talk: accepting(talk).replace(b"Upgrade: websocket", b"Upgrade: h2c"),
    "a subprotocol": lambda talk: accepting(talk, b"Sec-WebSocket-Protocol: mine"),
    "an extension": lambda talk: accepting(talk, b"Sec-WebSocket-Extensions: permessage-deflate"),
    "nothing": lambda talk: accepting(talk)[:0],
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_handshake_that_is_none_is_refused(kind: str) -> None:
    def answer(talk: Talk) -> None:
        talk.send(WRONG[kind](talk))
        if kind != "nothing":
            talk.file.read()

    assert refusal(answer).status_code == 502


def test_a_site_that_is_late_is_told() -> None:
    def answer(talk: Talk) -> None:
        talk.file.read()

    assert refusal(answer, timeouts=Timeouts(first_byte=0.1)).status_code == 504


def test_a_host_that_is_not_ours_gets_no_websocket() -> None:
    with (
        door(Origin("http://127.0.0.1:9", hosts=["shop.example"])) as url,
        pytest.raises(InvalidStatus) as refused,
        connect(url.replace("http", "ws"), proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 421


@pytest.mark.parametrize("answer", [b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno", b""])
def test_a_server_that_knows_only_yes_and_no_says_no(answer: bytes) -> None:
    """Without ASGI's extension for answers to handshakes."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def work(origin: Origin) -> None:
        await origin(scope_of("/", type="websocket", scheme="ws", subprotocols=[]), receive, send)

    with raw_origin(answer or (lambda talk: None)) as site:
        asyncio.run(work(Origin(site.url)))
    assert sent == [{"type": "websocket.close"}]


def test_the_site_is_read_no_faster_than_the_client_reads() -> None:
    sent = 0
    stuck = threading.Event()

    def handler(connection: ServerConnection) -> None:
        nonlocal sent
        while sent < KERNEL and not blocked(connection.socket):
            connection.send(b"x" * 100_000)
            sent += 100_000
        stuck.set()

    with server(handler) as origin, door(Origin(origin)) as url, wired(url) as wire:
        wire.send(HANDSHAKE)
        assert wire.head().status == 101
        assert stuck.wait(30)
    assert sent < KERNEL


def test_a_websocket_takes_no_slot() -> None:
    with server(echo) as origin, door(Origin(Upstream(origin, slots=1))) as url:
        address = url.replace("http", "ws")
        with connect(address, proxy=None) as one, connect(address, proxy=None) as other:
            for socket in (one, other):
                socket.send("hello")
                assert socket.recv(10) == "hello"
