"""A real uvicorn, with each of its two HTTP parsers, and an ASGI app of a few lines behind Edge."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.responses import StreamingResponse

from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.conftest import Serve
from tests.hosts.packages import need_package
from tests.hosts.wire import Wire, request, wired
from tests.page.raw import html, replying, start
from tests.page.sites import PAGE, Front
from tests.serving import serving

pytestmark = pytest.mark.parametrize("http", ["httptools", "h11"])

GERMAN = b"CF-IPCountry: DE"
HERO = b"<h1>Sound for everyone</h1>"
HALLO = "<h1>Klänge für alle</h1>".encode()
TAILORED = PAGE.replace(HERO, HALLO)
HTML = (b"content-type", b"text/html; charset=utf-8")

Served = Callable[..., str]


@pytest.fixture
def served(serve: Serve, front: Front, http: str) -> Served:
    """`served(app, files)` puts Edge in front of the app and a uvicorn in front of Edge, and gives the URL."""
    if http == "httptools":
        need_package("httptools")

    def build(app: ASGIApp, **settings: object) -> str:
        return serve(front(app), **{"http": http, "lifespan": "off", **settings})

    return build


def routed(**apps: ASGIApp) -> ASGIApp:
    """Hands each request to the app of its path."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await apps[scope["path"].strip("/") or "page"](scope, receive, send)

    return app


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length and hash of the request's body, and in how many messages it came."""
    digest, size, more = hashlib.sha256(), 0, True
    while more:
        message = await receive()
        digest.update(message.get("body", b""))
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = f"{size} {digest.hexdigest()}".encode()
    await send(start([(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body))]))
    await send({"type": "http.response.body", "body": body})


def counted(body: bytes) -> bytes:
    return f"{len(body)} {hashlib.sha256(body).hexdigest()}".encode()


def test_a_connection_serves_one_visitor_after_the_other(served: Served) -> None:
    page = html(PAGE, headers=[(b"content-length", b"%d" % len(PAGE))])
    with wired(served(page)) as wire:
        for _ in range(3):
            german = wire.ask("/", GERMAN)
            assert german.body == TAILORED
            assert german.header(b"content-length") == b"%d" % len(TAILORED)
            assert german.header(b"transfer-encoding") is None
            assert wire.ask("/").body == PAGE


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    app = routed(page=html(PAGE), stream=html(PAGE[:99], PAGE[99:]), count=count)
    with wired(served(app)) as wire:
        wire.send(
            request("/", GERMAN)
            + request("/stream", GERMAN)
            + request("/count", b"Content-Length: 5", method="POST")
            + b"hello"
            + request("/stream")
            + request("/", method="HEAD")
            + request("/", GERMAN)
        )
        methods = ("GET", "GET", "POST", "GET", "HEAD", "GET")
        bodies = [wire.reply(method).body for method in methods]
    assert bodies == [TAILORED, TAILORED, counted(b"hello"), PAGE, b"", TAILORED]


def test_a_request_body_in_chunks_passes(served: Served) -> None:
    with wired(served(count)) as wire:
        chunks = b"3\r\nabc\r\n1\r\nd\r\nA\r\n0123456789\r\n0\r\n\r\n"
        for _ in range(2):
            reply = wire.ask("/", b"Transfer-Encoding: chunked", method="POST", body=chunks)
            assert reply.body == counted(b"abcd0123456789")


def test_a_big_upload_passes(served: Served) -> None:
    upload = os.urandom(1024) * 8 * 1024
    with wired(served(count)) as wire:
        reply = wire.ask("/", b"Content-Length: %d" % len(upload), method="POST", body=upload)
        assert reply.body == counted(upload)


def test_a_client_that_asks_first_is_told_to_go_on_only_if_the_app_reads(served: Served) -> None:
    refused = replying(start([(b"content-length", b"0")], 413), {"type": "http.response.body"})
    app = routed(count=count, refused=refused)
    url = served(app)
    asking = (b"Expect: 100-continue", b"Content-Length: 5")
    with wired(url) as wire:
        wire.send(request("/count", *asking, method="POST"))
        assert wire.head().status == 100
        wire.send(b"hello")
        assert wire.reply().body == counted(b"hello")
    with wired(url) as wire:
        assert wire.ask("/refused", *asking, method="POST").status == 413


def test_head_has_no_body_and_the_connection_goes_on(served: Served) -> None:
    page = html(PAGE, headers=[(b"content-length", b"%d" % len(PAGE)), (b"etag", b'"1"')])
    with wired(served(page)) as wire:
        reply = wire.ask("/", GERMAN, method="HEAD")
        assert reply.status == 200
        assert reply.header(b"content-type") == HTML[1]
        assert reply.header(b"cache-control") == b"private, no-cache, max-age=0"
        assert wire.ask("/", GERMAN).body == TAILORED


def test_a_page_that_its_visitor_has_is_a_304_and_the_connection_goes_on(served: Served) -> None:
    page = html(PAGE, headers=[(b"content-length", b"%d" % len(PAGE)), (b"etag", b'"1"')])
    with wired(served(page)) as wire:
        tag = wire.ask("/", GERMAN).header(b"etag") or b""
        again = wire.ask("/", GERMAN, b"If-None-Match: " + tag)
        assert (again.status, again.header(b"etag"), again.header(b"content-length")) == (304, tag, None)
        other = wire.ask("/", b"If-None-Match: " + tag)
        assert (other.status, other.body) == (200, PAGE)


def test_a_streamed_page_arrives_as_it_is_made(served: Served) -> None:
    go_on = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        middle = PAGE.index(b"<!--edge")
        await send({"type": "http.response.body", "body": PAGE[:middle], "more_body": True})
        assert await asyncio.to_thread(go_on.wait, 10)
        await send({"type": "http.response.body", "body": PAGE[middle:]})

    with wired(served(app)) as wire:
        wire.send(request("/?utm_source=news", GERMAN))
        head = wire.head()
        assert head.header(b"transfer-encoding") == b"chunked"
        assert head.header(b"content-length") is None
        first = b""
        while HALLO not in first:
            first += wire.chunk() or b""
        go_on.set()
        rest = []
        while chunk := wire.chunk():
            rest.append(chunk)
        assert chunk == b""
    offer = b"<!--edge:slot offer--><b>30 days free for news</b><!--/edge:slot-->"
    whole = TAILORED.replace(b"<!--edge:slot offer-->Free shipping<!--/edge:slot-->", offer)
    assert first + b"".join(rest) == whole


def test_server_sent_events_arrive_one_by_one(served: Served) -> None:
    turns = threading.Semaphore(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]))
        for number in range(3):
            event = b'data: %d <p data-edge-slot="hero"></p>\n\n' % number
            await send({"type": "http.response.body", "body": event, "more_body": True})
            assert await asyncio.to_thread(turns.acquire, timeout=10)
        await send({"type": "http.response.body"})

    with wired(served(app)) as wire:
        wire.send(request("/", GERMAN, b"Accept: text/event-stream"))
        assert wire.head().header(b"cache-control") == b"no-store"
        for number in range(3):
            event = b""
            while not event.endswith(b"\n\n"):
                event += wire.chunk() or b"the connection ended"
            assert event == b'data: %d <p data-edge-slot="hero"></p>\n\n' % number
            turns.release()
        assert wire.chunk() == b""


def test_the_app_is_told_that_its_client_has_left(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    told, done = [], threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            assert (await receive())["type"] == "http.request"
            await send(start([HTML]))
            await send({"type": "http.response.body", "body": PAGE[:99], "more_body": True})
            told.append((await receive())["type"])
            # As most apps would, without having listened.
            await send({"type": "http.response.body", "body": PAGE[99:], "more_body": True})
            await send({"type": "http.response.body"})
        finally:
            done.set()

    with caplog.at_level(logging.INFO), wired(served(app)) as wire:
        wire.send(request("/", GERMAN))
        wire.head()
        assert wire.chunk()
        wire.close()
        assert done.wait(10)
    assert told == ["http.disconnect"]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_streaming_response_of_starlette_ends_when_its_client_has_left(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    ended = threading.Event()

    async def pieces() -> AsyncIterator[bytes]:
        try:
            yield PAGE
            await asyncio.sleep(3600)
        finally:
            ended.set()

    with caplog.at_level(logging.INFO):
        with wired(served(StreamingResponse(pieces(), media_type="text/html"))) as wire:
            wire.send(request("/", GERMAN))
            assert wire.head().status == 200
            assert wire.chunk()
        assert ended.wait(10)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_client_that_leaves_in_the_middle_of_an_upload_is_heard(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    done = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not told or told[-1] == "http.request":
            told.append((await receive())["type"])
        done.set()
        await send(start([HTML]))
        await send({"type": "http.response.body", "body": PAGE})

    with caplog.at_level(logging.INFO), wired(served(app)) as wire:
        wire.send(request("/", b"Content-Length: 100", method="POST") + b"hello")
        wire.close()
        assert done.wait(10)
    assert told[-1] == "http.disconnect"
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("sent", [99, len(PAGE)])
def test_a_page_whose_app_fails_in_the_middle_ends_as_cut(served: Served, sent: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        await send({"type": "http.response.body", "body": PAGE[:sent], "more_body": True})
        raise RuntimeError("the app failed")

    with wired(served(app)) as wire:
        reply = wire.ask("/")
        assert (reply.body, reply.whole) == (PAGE[:sent], False)


def test_an_app_that_fails_before_its_response_is_a_500(served: Served) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the app failed")

    with wired(served(app)) as wire:
        assert wire.ask("/").status == 500


def test_a_client_of_http_1_0_gets_its_page(served: Served) -> None:
    url = served(routed(page=html(PAGE), stream=html(PAGE[:99], PAGE[99:])))
    for path in (b"/", b"/stream"):
        with wired(url) as wire:
            wire.send(b"GET " + path + b" HTTP/1.0\r\nHost: shop.example\r\n" + GERMAN + b"\r\n\r\n")
            assert wire.reply().body == TAILORED


def test_the_lifespan_of_an_app_that_has_none_is_answered(served: Served) -> None:
    def page(scope: Scope) -> ASGIApp:
        assert scope["type"] == "http"
        return html(PAGE)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await page(scope)(scope, receive, send)

    with wired(served(app, lifespan="on")) as wire:
        assert wire.ask("/", GERMAN).body == TAILORED


def test_the_lifespan_of_an_app_that_has_one_is_its_own(front: Front, http: str) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["greeting"] = "hei"
            for _ in range(2):
                message: Message = await receive()
                seen.append(message["type"])
                await send({"type": message["type"] + ".complete"})
        else:
            seen.append(scope["state"]["greeting"])
            await html(PAGE)(scope, receive, send)

    with serving(front(app), http=http, lifespan="on") as url, wired(url) as wire:
        assert wire.ask("/", GERMAN).body == TAILORED
    assert seen == ["lifespan.startup", "hei", "lifespan.shutdown"]


def test_a_websocket_talks_to_the_app(served: Served) -> None:
    need_package("websockets")
    closed = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "websocket"
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept", "subprotocol": "echo"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        assert message["type"] == "websocket.disconnect"
        closed.set()

    key = base64.b64encode(os.urandom(16))
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")
    with wired(served(app)) as wire:
        wire.send(request("/", *upgrade, b"Sec-WebSocket-Key: " + key, b"Sec-WebSocket-Protocol: echo"))
        head = wire.head()
        accept = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        assert (head.status, head.header(b"sec-websocket-protocol")) == (101, b"echo")
        assert head.header(b"sec-websocket-accept") == base64.b64encode(accept)
        for text in ('<p data-edge-slot="hero">', "Tromsø"):
            assert echoed(wire, text.encode()) == text.encode()
        wire.send(b"\x88\x82\0\0\0\0\x03\xe8")  # close, 1000
        assert wire.read(4) == b"\x88\x02\x03\xe8"
        assert closed.wait(10)


def echoed(wire: Wire, text: bytes) -> bytes:
    """Sends a short text frame, masked with zeros, and reads one (RFC 6455 section 5.2)."""
    wire.send(b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text)
    opcode, length = wire.read(2)
    assert opcode == 0x81
    return wire.read(length)
