"""The engine below httpx: connections, slots, timeouts, and origins that misbehave."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop

from edge.errors import OriginError
from edge.serve import Origin, Timeouts, Transport, Upstream
from edge.serve.upstream import sites
from tests.serve.raw_origin import RawOrigin, Talk, ok, raw_origin
from tests.serving import serving

_engines: list[Transport] = []


def engine(url: str, **settings: Any) -> Transport:
    _engines.append(sites(Upstream(url, **settings))[0].transport)
    return _engines[-1]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return uvloop.run(_bounded(work))


async def _bounded(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await asyncio.wait_for(work, 60)
    finally:
        # A connection that a failed test leaves open is a warning as the loop closes. Here warnings are errors,
        # and an error just then keeps uvloop from ever closing.
        for transport in _engines:
            for connection in list(transport.pool._open):
                connection.close()
            await settle(transport, 0)
        _engines.clear()


def request(
    method: str = "GET", target: bytes = b"/", body: Any = b"", *headers: tuple[bytes, bytes]
) -> httpx.Request:
    stream = httpx.ByteStream(body) if isinstance(body, bytes) else body
    if isinstance(body, bytes) and body:
        headers = (*headers, (b"content-length", str(len(body)).encode()))
    pairs = [(b"host", b"t"), *headers]
    return httpx.Request(method, "http://t", headers=pairs, stream=stream, extensions={"target": target})


async def fetch(transport: Transport, asked: httpx.Request | None = None) -> bytes:
    response = await transport.handle_async_request(asked or request())
    try:
        return b"".join([data async for data in response.stream])  # type: ignore[union-attr]
    finally:
        await response.aclose()


async def settle(transport: Transport, taken: int) -> None:
    """Waits until so many slots are taken."""
    async with asyncio.timeout(10):
        while transport.pool.taken != taken:
            await asyncio.sleep(0.005)


# Connections


def test_one_connection_serves_many_requests() -> None:
    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        assert [await fetch(transport) for _ in range(5)] == [b"fine"] * 5
        assert transport.pool.taken == 1
        await transport.aclose()
        await settle(transport, 0)

    with raw_origin(ok(b"fine")) as site:
        run(work(site))
    assert site.connections == 1


def test_it_serves_an_httpx_client_too() -> None:
    async def work(site: RawOrigin) -> None:
        async with httpx.AsyncClient(transport=engine(site.url)) as client:
            response = await client.post("http://t/a/../b?c", content=b"body")
            assert (response.status_code, response.text) == (200, "fine")

    with raw_origin(ok(b"fine")) as site:
        run(work(site))
    assert site.asked[0].body == b"body"


def test_there_are_no_more_connections_than_slots() -> None:
    most = 0

    def answer(talk: Talk) -> None:
        nonlocal most
        while talk.ask():
            most = max(most, site.open)
            talk.send(ok(b"fine"))

    async def work() -> None:
        transport = engine(site.url, slots=4)
        assert await asyncio.gather(*(fetch(transport) for _ in range(100))) == [b"fine"] * 100
        assert transport.pool.taken <= 4
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work())
    assert 1 <= most <= 4


def test_waiting_for_a_slot_ends() -> None:
    hold = threading.Event()

    def answer(talk: Talk) -> None:
        talk.ask()
        hold.wait(10)
        talk.send(ok())

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url, slots=1, timeouts=Timeouts(pool=0.1))
        first = asyncio.ensure_future(fetch(transport))
        await settle(transport, 1)
        with pytest.raises(httpx.PoolTimeout):
            await fetch(transport)
        hold.set()
        assert await first == b""
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work(site))


def test_calls_that_are_given_up_free_their_slots_at_once() -> None:
    """The origin never answers, so that nothing else frees them."""

    def answer(talk: Talk) -> None:
        talk.head()
        talk.file.read()

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url, slots=4)
        for asked in (request(), request("POST", b"/", b"x" * 10_000_000)):
            calls = [asyncio.ensure_future(fetch(transport, asked)) for _ in range(10)]
            await settle(transport, 4)
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
            await settle(transport, 0)
        assert len(asyncio.all_tasks()) == 2  # this, and what bounds it

    with raw_origin(answer) as site:
        run(work(site))


def test_an_answer_that_is_not_read_to_its_end_frees_its_slot() -> None:
    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        response = await transport.handle_async_request(request())
        await response.aclose()
        await settle(transport, 0)

    with raw_origin(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel") as site:
        run(work(site))


def test_a_body_that_nobody_wants_any_more_is_not_waited_for() -> None:
    class Never(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.Event().wait()

    def answer(talk: Talk) -> None:
        talk.head()
        talk.send(ok(b"enough"))
        talk.file.read()

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        assert await fetch(transport, request("POST", b"/", Never(), (b"content-length", b"9"))) == b"enough"
        await settle(transport, 0)
        assert len(asyncio.all_tasks()) == 2  # this, and what bounds it

    with raw_origin(answer) as site:
        run(work(site))


async def cancelled_often(transport: Transport, calls: int, seed: int) -> None:
    """Calls that are cancelled at any moment: before, while and after the answer comes."""
    chance = random.Random(seed)
    left = calls

    async def caller() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            call = asyncio.ensure_future(fetch(transport))
            await asyncio.wait([call], timeout=chance.choice([0, 0, 0.0002, 0.0005, 0.001, 0.002, 0.005]))
            call.cancel()
            try:
                await call
            except (asyncio.CancelledError, httpx.PoolTimeout):
                continue

    await asyncio.gather(*(caller() for _ in range(40)))


def test_10_000_cancelled_calls_leave_no_slot_taken() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(3):
                await send({"type": "http.response.body", "body": b"x" * 5000, "more_body": True})
                await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": b""})

    async def work(url: str) -> None:
        transport = engine(url, slots=16)
        await cancelled_often(transport, 10_000, seed=1)
        assert await asyncio.gather(*(fetch(transport) for _ in range(100))) == [b"x" * 15_000] * 100
        assert transport.pool.taken <= 16
        await transport.aclose()
        await settle(transport, 0)
        assert len(asyncio.all_tasks()) == 2  # this, and what bounds it

    with serving(app, access_log=False) as url:
        files = len(list(Path("/proc/self/fd").iterdir()))
        run(work(url))
        assert len(list(Path("/proc/self/fd").iterdir())) <= files + 20  # those of the server's side are going


def test_an_idle_connection_is_closed_before_the_origin_does() -> None:
    async def work(site: RawOrigin) -> None:
        transport = engine(site.url, timeouts=Timeouts(keep=0.05))
        await asyncio.gather(*(fetch(transport) for _ in range(3)))
        await settle(transport, 0)

    with raw_origin(ok()) as site:
        run(work(site))


# Once more


def test_a_request_that_meets_a_closing_connection_is_sent_once_more() -> None:
    """The origin takes one request on each connection, and closes it when the second comes."""

    def answer(talk: Talk) -> None:
        asked.append(talk.ask())
        talk.send(ok(b"fine"))
        asked.append(talk.ask())

    asked: list[Any] = []

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        assert [await fetch(transport), await fetch(transport)] == [b"fine"] * 2
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work(site))
    assert site.connections == 2


@pytest.mark.parametrize(
    ("asked", "second"),
    [
        (lambda: request("POST"), b""),
        (lambda: request("PUT", b"/", b"body"), b""),
        (lambda: request(), b"HTTP/1.1 2"),
    ],
    ids=["not idempotent", "a body", "answered in part"],
)
def test_no_other_request_is(asked: Any, second: bytes) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(ok(b"fine"))
        talk.ask()
        talk.send(second)

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        await fetch(transport)
        with pytest.raises(httpx.TransportError):
            await fetch(transport, asked())
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work(site))
    assert site.connections == 1


def test_a_request_on_a_fresh_connection_is_not_sent_again() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()

    async def work(site: RawOrigin) -> None:
        with pytest.raises(httpx.ReadError):
            await fetch(engine(site.url))

    with raw_origin(answer) as site:
        run(work(site))
    assert site.connections == 1


def test_bytes_that_nobody_asked_for_are_no_answer() -> None:
    said = threading.Event()

    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(ok(b"first"))
        said.wait(10)
        talk.send(ok(b"of somebody else"))
        talk.ask()

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url, timeouts=Timeouts(keep=60))
        assert await fetch(transport) == b"first"
        said.set()
        await settle(transport, 0)
        assert await fetch(transport) == b"first"
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work(site))
    assert site.connections == 2


@pytest.mark.parametrize("more", [ok(b"forged"), ok(), b"HTTP/1.1 200 OK\r\nA", b"x", b"\r\n\r\nx"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_connection_with_more_than_an_answer_is_not_used_again(method: str, more: bytes) -> None:
    answer = ok(b"fine") if method == "GET" else b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url, timeouts=Timeouts(keep=60))
        for _ in range(2):
            assert await fetch(transport, request(method)) == (b"fine" if method == "GET" else b"")
            await settle(transport, 0)

    with raw_origin(answer + more) as site:
        run(work(site))
    assert site.connections == 2


# Timeouts


def late(site: RawOrigin, **seconds: float) -> Transport:
    return engine(site.url, timeouts=Timeouts(**seconds))


def test_an_answer_has_to_begin_in_time() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.ask()

    async def work(site: RawOrigin) -> None:
        transport = late(site, first_byte=0.1)
        for asked in (request(), request("POST", b"/", b"body")):
            with pytest.raises(httpx.ReadTimeout):
                await fetch(transport, asked)
        await settle(transport, 0)

    with raw_origin(answer) as site:
        run(work(site))


def test_an_answer_has_to_go_on() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
        talk.ask()

    async def work(site: RawOrigin) -> None:
        transport = late(site, idle=0.1)
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport)
        await settle(transport, 0)

    with raw_origin(answer) as site:
        run(work(site))


def test_a_slow_request_is_no_slow_answer() -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for letter in b"hello":
            await asyncio.sleep(0.05)
            yield bytes([letter])

    class Slow(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return slowly()

    async def work(site: RawOrigin) -> None:
        transport = late(site, first_byte=0.1)
        assert await fetch(transport, request("POST", b"/", Slow(), (b"content-length", b"5"))) == b"fine"
        await transport.aclose()

    with raw_origin(ok(b"fine")) as site:
        run(work(site))
    assert site.asked[0].body == b"hello"


def test_an_origin_has_to_take_the_request() -> None:
    hold = threading.Event()

    def answer(talk: Talk) -> None:
        talk.head()
        hold.wait(10)

    async def work(site: RawOrigin) -> None:
        transport = late(site, idle=0.2, first_byte=60)
        with pytest.raises(httpx.WriteTimeout):
            await fetch(transport, request("POST", b"/", b"x" * 50_000_000))
        await settle(transport, 0)

    with raw_origin(answer) as site:
        run(work(site))
        hold.set()


def test_connecting_has_to_end() -> None:
    def answer(talk: Talk) -> None:
        talk.file.read()  # and says nothing of TLS

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url.replace("http:", "https:"), timeouts=Timeouts(connect=0.1))
        with pytest.raises(httpx.ConnectTimeout):
            await fetch(transport)
        await settle(transport, 0)

    with raw_origin(answer) as site:
        run(work(site))


def test_an_origin_that_is_down_says_so() -> None:
    async def work() -> None:
        transport = engine("http://127.0.0.1:9")
        with pytest.raises(httpx.ConnectError):
            await fetch(transport)
        assert transport.pool.taken == 0

    run(work())


# Origins that misbehave

CUT = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "only a 100": b"HTTP/1.1 100 Continue\r\n\r\n",
}
WRONG = {
    "another protocol": b"SSH-2.0-server\r\n",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nhello",
    "both lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "a folded header": b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000,
    "an endless header": b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000,
    "endless 1xx": b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    "an endless extension": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"x" * 1_000_000,
    "endless trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 200_000,
}


@pytest.mark.parametrize("kind", CUT)
def test_an_answer_that_is_cut_is_an_error(kind: str) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUT[kind])

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        with pytest.raises(httpx.ReadError):
            await fetch(transport)
        await settle(transport, 0)

    with raw_origin(answer) as site:
        run(work(site))


@pytest.mark.parametrize("kind", WRONG)
def test_an_answer_that_is_none_is_an_error(kind: str) -> None:
    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        with pytest.raises(httpx.RemoteProtocolError):
            await fetch(transport)
        await settle(transport, 0)

    with raw_origin(WRONG[kind]) as site:
        run(work(site))


def test_a_reset_is_an_error() -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(b"HTTP/1.1 200 OK\r\n\r\nuntil the")
        talk.reset()

    async def work(site: RawOrigin) -> None:
        with pytest.raises(httpx.ReadError):
            await fetch(engine(site.url))

    with raw_origin(answer) as site:
        run(work(site))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_an_answer_may_come_in_any_pieces(size: int) -> None:
    whole = (
        b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"5\r\nhello\r\n0\r\nA: b\r\n\r\n"
    )

    def answer(talk: Talk) -> None:
        while talk.ask():
            for start in range(0, len(whole), size):
                talk.send(whole[start : start + size])

    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        assert [await fetch(transport) for _ in range(3)] == [b"hello"] * 3
        assert transport.pool.taken == 1
        await transport.aclose()

    with raw_origin(answer) as site:
        run(work(site))


# Requests that cannot be sent


@pytest.mark.parametrize(
    "asked",
    [
        request(target=b"/a b"),
        request(target=b"/a\r\nHost: b"),
        request("GET", b"/", b"", (b"a", b"b\r\nc: d")),
        request("GET", b"/", b"", (b"a", b"b\nc: d")),
        request("GET", b"/", b"", (b"a\r\nb", b"c")),
        request("POST", b"/", b"", (b"content-length", b"5"), (b"content-length", b"5")),
        request("POST", b"/", b"", (b"content-length", b"5"), (b"transfer-encoding", b"chunked")),
        request("POST", b"/", b"", (b"transfer-encoding", b"gzip")),
        request("POST", b"/", b"", (b"content-length", b"x")),
    ],
)
def test_what_would_be_two_requests_is_not_sent(asked: httpx.Request) -> None:
    async def work(site: RawOrigin) -> None:
        with pytest.raises(httpx.LocalProtocolError):
            await fetch(engine(site.url), asked)

    with raw_origin(ok()) as site:
        run(work(site))
    assert site.asked == []


@pytest.mark.parametrize("length", [b"3", b"8"])
def test_a_body_of_another_length_is_not_sent_as_one(length: bytes) -> None:
    def answer(talk: Talk) -> None:
        head = talk.head()
        assert head is not None
        bodies.append(talk.file.read())

    bodies: list[bytes] = []

    async def work(site: RawOrigin) -> None:
        stream = httpx.ByteStream(b"hello")
        with pytest.raises(httpx.TransportError):
            await fetch(engine(site.url), request("POST", b"/", stream, (b"content-length", length)))

    with raw_origin(answer) as site:
        run(work(site))
        assert site.done.wait(10)
    assert len(bodies[0]) < int(length) + 1


# Unix sockets and TLS


def test_an_origin_may_listen_at_a_unix_socket(tmp_path: Path) -> None:
    async def work(site: RawOrigin) -> None:
        transport = engine(site.url)
        assert await fetch(transport) == b"fine"
        await transport.aclose()

    with raw_origin(ok(b"fine"), path=str(tmp_path / "socket")) as site:
        run(work(site))


async def hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"over " + scope["scheme"].encode()})


def over_tls(certificate: Path, host: str, **settings: Any) -> bytes:
    async def work(url: str) -> Any:
        transport = engine(url, **settings)
        body = await fetch(transport)
        await transport.aclose()
        await settle(transport, 0)
        return body

    with serving(hello, ssl_certfile=certificate) as url:
        return bytes(run(work(url.replace("http://127.0.0.1", f"https://{host}"))))


def test_an_origin_may_speak_tls(certificate: Path) -> None:
    assert over_tls(certificate, "localhost", ca=certificate) == b"over https"


def test_an_origins_name_may_be_said(certificate: Path) -> None:
    assert over_tls(certificate, "127.0.0.1", ca=certificate, server_name="localhost") == b"over https"


@pytest.mark.parametrize(("host", "vouched"), [("localhost", False), ("127.0.0.1", True)])
def test_a_certificate_is_checked(certificate: Path, host: str, vouched: bool) -> None:
    with pytest.raises(httpx.ConnectError):
        over_tls(certificate, host, ca=certificate if vouched else None)


@pytest.mark.parametrize("cut", [False, True])
def test_an_answer_that_ends_with_its_connection_ends_with_an_alert(certificate: Path, cut: bool) -> None:
    """Over TLS: a connection that ends without one may have been cut on the way, by anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(10_000)
            wrapped.sendall(b"HTTP/1.1 200 OK\r\n\r\nuntil the end")
            if cut:
                os.close(wrapped.detach())
            else:
                wrapped.unwrap()

    async def work(port: int) -> bytes:
        return await fetch(engine(f"https://localhost:{port}", ca=certificate))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = threading.Thread(target=answer, args=(listener,))
        site.start()
        if cut:
            with pytest.raises(httpx.ReadError, match="cut its answer"):
                run(work(listener.getsockname()[1]))
        else:
            assert run(work(listener.getsockname()[1])) == b"until the end"
        site.join()


def test_certificates_that_are_not_there_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OriginError, match="no certificates"):
        Origin(Upstream("https://localhost", ca=tmp_path / "none.pem"))
