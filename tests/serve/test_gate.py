"""The gate on a real server, over bare sockets: which requests pass, one after the other, and how it refuses."""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.sync.client import connect

from edge.serve import Gate, GateConfig, Limits
from edge.types import Receive, Scope, Send
from tests.hosts.wire import Wire, wired
from tests.serve.recorder import Recorder, gated, head, refusal, reply_or_none
from tests.serving import serving

GET = head(b"GET / HTTP/1.1")


def get(target: str) -> bytes:
    return head(f"GET {target} HTTP/1.1".encode())


def test_a_request_passes_exactly(recorder: Recorder) -> None:
    lines = [b"POST /a//../b%2F;c\xff?d?%41&\xe9 HTTP/1.1", b"A: \xe9", b"B: c", b"A: d, e", b"Content-Length: 5"]
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(*lines) + b"h\x00llo")
        assert wire.reply().body == b"h\x00llo"
    (request,) = recorder.seen
    assert request.target == b"/a//../b%2F;c\xff?d?%41&\xe9"
    assert request.scope["raw_path"] == b"/a//../b%2F;c%FF"
    assert request.scope["query_string"] == b"d?%41&%E9"
    assert request.headers == [
        (b"host", b"t"), (b"a", b"\xe9"), (b"b", b"c"), (b"a", b"d, e"), (b"content-length", b"5"),
    ]  # fmt: skip


@pytest.mark.parametrize("target", [b"/?", b"/a?", b"/%zz", b"//a//", b"/a/./../b", b"/caf\xc3\xa9", b"/a?b#c"])
def test_a_target_passes_exactly(recorder: Recorder, target: bytes) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(b"GET " + target + b" HTTP/1.1"))
        assert wire.reply().status == 200
    assert recorder.targets == [target]


def test_the_path_is_decoded_as_ever(recorder: Recorder) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(get("/caf%C3%A9") + head("GET /café HTTP/1.1".encode()) + head(b"OPTIONS * HTTP/1.1"))
        assert [wire.reply().status for _ in range(3)] == [200] * 3
    assert [request.scope["path"] for request in recorder.seen] == ["/café", "/café", "*"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /secret\x00 HTTP/1.1\r\nHost: t\r\n\r\n", 400),
        (b"GET /secret HTTP/1.1\r\n\r\n", 400),
        (b"secret\r\n", 400),
        (head(b"GET / HTTP/1.1", b"secret : x"), 400),
        (head(b"SECRET / HTTP/1.1"), 501),
        (head(b"TRACE /secret HTTP/1.1"), 405),
        (head(b"CONNECT secret:443 HTTP/1.1"), 405),
        (head(b"POST / HTTP/1.1", b"Transfer-Encoding: secret"), 400),
        (head(b"POST / HTTP/1.1", b"Transfer-Encoding: gzip, chunked"), 501),
        (head(b"GET /" + b"secret" * 2000 + b" HTTP/1.1"), 414),
        (head(b"GET / HTTP/1.1", *[b"secret: x"] * 100), 431),
        (head(b"GET / HTTP/1.1", b"secret: " + b"x" * 17_000), 431),
    ],
)
def test_a_refusal_is_plain_and_says_nothing_of_the_request(recorder: Recorder, data: bytes, status: int) -> None:
    with gated(recorder) as url:
        reply = refusal(url, data)
    assert reply.status == status
    assert reply.header(b"content-type") == b"text/plain; charset=utf-8"
    assert reply.header(b"date")
    assert reply.body.endswith(b".\n")
    assert b"secret" not in reply.body.lower()
    assert recorder.seen == []


def test_a_refused_head_request_gets_no_body(recorder: Recorder) -> None:
    with gated(recorder) as url:
        assert refusal(url, b"HEAD / HTTP/1.1\r\n\r\n", "HEAD").status == 400
        assert refusal(url, head(b"HEAD / HTTP/1.1", b"Content-Length: x"), "HEAD").status == 400


def test_refusals_are_counted(recorder: Recorder) -> None:
    configs: list[GateConfig] = []

    def config(app: Any, **settings: Any) -> GateConfig:
        configs.append(GateConfig(app, **settings))
        return configs[0]

    with serving(recorder, config=config) as url:
        refusal(url, b"x\r\n")
        refusal(url, b"GET / HTTP/1.1\r\n\r\n")
        refusal(url, b"GET / HTTP/1.1\r\n\r\n")
    assert dict(configs[0].refused) == {
        "The request line is malformed.": 1,
        "There must be exactly one Host, and a valid one.": 2,
    }


def test_the_gate_works_in_uvicorns_own_settings(recorder: Recorder) -> None:
    with serving(recorder, http="edge.serve.gate:Gate") as url:
        assert refusal(url, b"GET / HTTP/1.1\r\n\r\n").status == 400


def test_a_refusal_is_read_by_a_client_that_goes_on_sending(recorder: Recorder) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 5", b"Transfer-Encoding: chunked"))
        for _ in range(50):
            wire.send(b"x" * 10_000)
        assert wire.reply().status == 400


@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_requests_sent_ahead_are_answered_in_order(recorder: Recorder, cut: int) -> None:
    data = (
        get("/1")
        + head(b"POST /2 HTTP/1.1", b"Content-Length: 3") + b"two"
        + b"\r\n" + head(b"PUT /3 HTTP/1.1", b"Transfer-Encoding: chunked")
        + b"3\r\nthr\r\n2;x\r\nee\r\n0\r\nA: b\r\n\r\n"
        + get("/4")
    )  # fmt: skip
    with gated(recorder) as url, wired(url) as wire:
        for start in range(0, len(data), cut):
            wire.send(data[start : start + cut])
        assert [wire.reply().body for _ in range(4)] == [b"", b"two", b"three", b""]
    assert recorder.targets == [b"/1", b"/2", b"/3", b"/4"]


def test_one_request_is_in_flight_at_a_time(recorder: Recorder) -> None:
    recorder.free.clear()
    with gated(recorder) as url, wired(url) as wire:
        wire.send(get("/1") + get("/2"))
        recorder.ended.wait(10)
        assert recorder.targets == [b"/1"]
        recorder.free.set()
        assert [wire.reply().status for _ in range(2)] == [200, 200]


def test_a_bad_request_sent_ahead_does_not_disturb_the_answer_before_it(recorder: Recorder) -> None:
    recorder.free.clear()
    with gated(recorder) as url, wired(url) as wire:
        wire.send(get("/1") + b"nonsense\r\n\r\n")
        recorder.ended.wait(10)
        recorder.free.set()
        assert [wire.reply().status for _ in range(2)] == [200, 400]
        assert wire.read(1) == b""


def test_what_is_sent_ahead_is_not_taken_without_end(recorder: Recorder) -> None:
    recorder.free.clear()
    sent = 0
    with gated(recorder) as url, wired(url) as wire:
        wire.send(GET)
        recorder.ended.wait(10)
        wire.socket.setblocking(False)
        while sent < 100_000_000 and select.select([], [wire.socket], [], 0.3)[1]:
            sent += wire.socket.send(GET * 1000)
        recorder.free.set()
    assert sent < 50_000_000  # the buffers of the kernel, on both sides


def test_trailers_are_dropped(recorder: Recorder) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(
            head(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\nHost: other\r\nA: b\r\n\r\n"
        )
        assert wire.reply().body == b"a"
    assert recorder.seen[0].headers == [(b"host", b"t"), (b"transfer-encoding", b"chunked")]


def test_a_body_that_goes_wrong_is_refused_and_its_app_told(recorder: Recorder) -> None:
    with gated(recorder) as url:
        reply = refusal(url, head(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked") + b"1\r\na\r\nx\r\n")
        recorder.ended.wait(10)
    assert reply.status == 400
    assert recorder.seen[0].disconnected


def test_an_answer_is_cut_whose_request_goes_wrong() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    with gated(app) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked"))
        assert wire.head().status == 200
        assert wire.chunk() == b"begun"
        wire.send(b"x\r\n")
        assert wire.chunk() is None


def test_a_request_answered_early_may_still_come() -> None:
    with gated(Recorder(early=True)) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 10") + b"01234")
        assert wire.reply().status == 200
        wire.send(b"56789" + GET)
        assert wire.reply().status == 200


@pytest.mark.parametrize("header", [b"A: b", b"Connection: close"])
def test_an_early_answer_is_read_by_a_client_that_goes_on_sending(header: bytes) -> None:
    with (
        gated(Recorder(status=413, early=True), Limits(linger_seconds=0.2)) as url,
        wired(url) as wire,
    ):
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 100000000", header))
        for _ in range(100):
            wire.send(b"x" * 10_000)
        assert wire.reply().status == 413
        assert wire.read(1) == b""


def test_a_head_has_to_come_in_time(recorder: Recorder) -> None:
    with gated(recorder, Limits(head_seconds=0.2)) as url:
        assert refusal(url, GET[:-1]).status == 408
        with wired(url) as wire:
            wire.send(GET)
            assert wire.reply().status == 200
            wire.send(GET[:-1])
            assert wire.reply().status == 408


def test_a_connection_that_says_nothing_is_closed(recorder: Recorder) -> None:
    with gated(recorder, Limits(head_seconds=0.2)) as url, wired(url) as wire:
        assert wire.read(1) == b""


def test_a_connection_that_says_nothing_more_is_closed(recorder: Recorder) -> None:
    with gated(recorder, timeout_keep_alive=0) as url, wired(url) as wire:
        wire.send(GET)
        assert wire.reply().status == 200
        assert wire.read(1) == b""


def test_a_body_has_to_go_on_coming(recorder: Recorder) -> None:
    with gated(recorder, Limits(idle_seconds=0.2)) as url:
        assert refusal(url, head(b"POST / HTTP/1.1", b"Content-Length: 5") + b"1234").status == 408
        recorder.ended.wait(10)
    assert recorder.seen[0].disconnected


def test_a_client_is_waited_for_that_waits_for_us() -> None:
    """The app has not asked for the body yet."""
    recorder = Recorder(early=True)
    recorder.free.clear()
    with gated(recorder, Limits(idle_seconds=0.05)) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 5", b"Expect: 100-continue"))
        threading.Event().wait(0.3)
        recorder.free.set()
        assert wire.reply().status == 200


def test_a_client_may_ask_whether_to_go_on(recorder: Recorder) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", b"Content-Length: 5", b"Expect: 100-continue"))
        assert wire.head().status == 100
        wire.send(b"hello")
        assert wire.reply().body == b"hello"


def test_a_client_that_takes_nothing_is_given_up() -> None:
    given_up = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 50_000_000, "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        given_up.set()

    with gated(app, Limits(idle_seconds=0.2)) as url, wired(url) as wire:
        wire.send(GET)
        assert given_up.wait(10)


def test_a_slow_reader_is_not_given_up() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"20000000")]})
        await send({"type": "http.response.body", "body": b"x" * 20_000_000})

    with gated(app, Limits(idle_seconds=0.2)) as url, wired(url) as wire:
        wire.send(GET)
        reply = wire.head()
        got = 0
        while got < 20_000_000:
            threading.Event().wait(0.02)
            got += len(wire.read(min(1_000_000, 20_000_000 - got)))
        assert reply.status == 200


def test_connections_are_bounded(recorder: Recorder) -> None:
    with gated(recorder, Limits(connections=2, linger_seconds=60)) as url, ExitStack() as stack:
        open_ones = [stack.enter_context(wired(url)) for _ in range(2)]
        for wire in open_ones:
            wire.send(GET)
            assert wire.reply().status == 200
        surplus = [stack.enter_context(wired(url)) for _ in range(2)]
        for wire in surplus:
            reply = wire.reply()
            assert (reply.status, reply.header(b"retry-after")) == (503, b"5")
            assert reply.header(b"connection") == b"close"
        assert cut(stack.enter_context(wired(url)))
        open_ones[0].send(GET)
        assert open_ones[0].reply().status == 200


def cut(wire: Wire) -> bool:
    try:
        return wire.read(1) == b""
    except ConnectionResetError:
        return True


def test_old_clients_get_no_chunks(recorder: Recorder) -> None:
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.0", b"Content-Length: 5") + b"hello")
        reply = wire.reply()
        assert reply.header(b"transfer-encoding") is None
        assert (reply.header(b"connection"), reply.body) == (b"close", b"hello")


def test_old_clients_get_lengths_that_are_known() -> None:
    with gated(Recorder(headers=[(b"content-length", b"5")])) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.0", b"Content-Length: 5") + b"hello")
        assert wire.reply().header(b"content-length") == b"5"


@pytest.mark.parametrize("headers", [[(b"Transfer-Encoding", b"chunked")], [(b"content-length", b"9")]])
def test_an_answer_without_its_end_looks_so_to_old_clients(headers: list[tuple[bytes, bytes]]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})

    with gated(app) as url, wired(url) as wire:
        wire.send(head(b"GET / HTTP/1.0"))
        try:
            whole = wire.reply().whole
        except ConnectionResetError:
            whole = False
        assert not whole


def test_an_offer_to_upgrade_hides_no_second_request(recorder: Recorder) -> None:
    hidden = get("/hidden")
    offer = [b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: %d" % len(hidden)]
    with gated(recorder) as url, wired(url) as wire:
        wire.send(head(b"POST / HTTP/1.1", *offer))
        wire.send(hidden)
        assert wire.reply().body == hidden
        wire.send(GET)
        assert wire.reply().status == 200
    assert recorder.targets == [b"/", b"/"]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Echoes websocket messages; answers requests with a word."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"http"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


HANDSHAKE = head(
    b"GET /ws HTTP/1.1", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)  # fmt: skip


def test_a_websocket_passes() -> None:
    with gated(echo) as url, connect(url.replace("http", "ws"), proxy=None) as talk:
        talk.send("hello")
        assert talk.recv() == "hello"


def test_a_websocket_may_follow_a_request_and_speak_at_once() -> None:
    frame = b"\x81\x85\x00\x00\x00\x00hello"
    with gated(echo) as url, wired(url) as wire:
        wire.send(GET + HANDSHAKE + frame)
        assert wire.reply().body == b"http"
        assert wire.head().status == 101
        assert wire.read(7) == b"\x81\x05hello"


def test_without_websockets_a_handshake_is_a_request(recorder: Recorder) -> None:
    with gated(recorder, ws="none") as url, wired(url) as wire:
        wire.send(HANDSHAKE + GET)
        assert [wire.reply().status for _ in range(2)] == [200, 200]


def test_the_gate_stands_behind_tls_too(recorder: Recorder, certificate: Path) -> None:
    with gated(recorder, Limits(linger_seconds=0.2), ssl_certfile=certificate) as url:
        context = ssl.create_default_context(cafile=certificate)
        for data, status in ((GET, 200), (b"GET / HTTP/1.1\r\n\r\n", 400)):
            plain = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10)
            with closing(Wire(context.wrap_socket(plain, server_hostname="localhost"))) as wire:
                wire.send(data)
                assert wire.reply().status == status
                assert status == 200 or wire.read(1) == b""
    assert recorder.seen[0].scope["scheme"] == "https"


@contextmanager
def stopping(recorder: Recorder) -> Any:
    """A server, and what stops it without waiting for the end."""
    with ExitStack() as stack:
        url = stack.enter_context(gated(recorder, timeout_graceful_shutdown=10))
        threads: list[threading.Thread] = []

        def stop() -> None:
            threads.append(threading.Thread(target=stack.close))
            threads[0].start()

        yield url, stop
        for thread in threads:
            thread.join()


def until_closed(wire: Wire) -> None:
    """Waits until the server has told its idle connections that it stops."""
    assert wire.read(1) == b""


def test_a_request_that_is_coming_is_answered_before_the_server_stops(recorder: Recorder) -> None:
    with stopping(recorder) as (url, stop), wired(url) as wire, wired(url) as idle:
        idle.send(GET)
        assert idle.reply().status == 200
        wire.send(GET)
        assert wire.reply().status == 200
        wire.send(GET[:-2])
        refusal(url, b"x\r\n")  # by now the server has read the other
        stop()
        until_closed(idle)
        wire.send(GET[-2:])
        reply = wire.reply()
        assert (reply.status, reply.header(b"connection")) == (200, b"close")


def test_a_fault_of_ours_is_told_as_one(caplog: pytest.LogCaptureFixture, recorder: Recorder) -> None:
    def broken(self: Any) -> None:
        raise ValueError("broken")

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(HttpToolsProtocol, "on_headers_complete", broken)
        with serving(recorder, http=Gate) as url:
            assert refusal(url, GET).status == 500
    assert "a request could not be begun" in caplog.text


def test_nothing_is_left_of_a_client_that_goes(recorder: Recorder) -> None:
    recorder.free.clear()
    with gated(recorder) as url:
        with wired(url) as wire:
            wire.send(GET + GET)
            recorder.ended.wait(10)
        recorder.free.set()
        with wired(url) as wire:
            wire.send(GET)
            assert reply_or_none(wire) is not None
