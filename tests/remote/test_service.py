"""One call to the service, a real one on loopback: what is sent, and what comes back within bounds."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import tracemalloc
import zlib
from collections.abc import Iterable

import pytest

from edge.model import Profile
from edge.remote.service import MAX_ANSWER
from tests.remote.asking import ANN, client, outcome, visitor
from tests.remote.conftest import Service
from tests.remote.loopback import Call, Handler, answer, reply

VIP = {"segments": ["vip"], "traits": {"plan": "pro"}}
KNOWN = Profile({"plan": "pro"}, frozenset({"vip"}))


def raw(*pieces: bytes, keep: bool = False) -> Handler:
    def handle(sock: socket.socket, call: Call) -> bool:
        for piece in pieces:
            sock.sendall(piece)
        return keep

    return handle


def drip(data: bytes) -> Handler:
    """Sends byte after byte for as long as somebody is there."""

    def handle(sock: socket.socket, call: Call) -> None:
        for byte in data * 1000:
            sock.sendall(bytes([byte]))
            if _is_gone(sock):
                return

    return handle


def _is_gone(sock: socket.socket) -> bool:
    sock.settimeout(0.001)
    try:
        return sock.recv(1) == b""
    except TimeoutError:
        return False
    finally:
        sock.settimeout(20)


def test_it_is_asked_by_get_for_the_visitor_alone(service: Service) -> None:
    there = service(reply(VIP))
    assert client(there.url + "/v/{visitor}?of={visitor}&a=b%20c").ask("a/b?c#d é") == KNOWN
    (call,) = there.calls
    assert call.head.startswith(b"GET ")
    assert call.target == "/v/a%2Fb%3Fc%23d%20%C3%A9?of=a%2Fb%3Fc%23d%20%C3%A9&a=b%20c"
    assert set(call.headers) == {"host", "accept", "accept-encoding", "user-agent"}
    assert call.headers["host"] == f"127.0.0.1:{there.port}"


def test_the_headers_of_the_settings_are_sent_and_go_before_ours(service: Service) -> None:
    there = service(reply(VIP))
    client(there.url, [(b"Authorization", b"Bearer s3cret"), (b"Accept", b"application/vnd.crm+json")]).ask()
    headers = there.calls[0].headers
    assert headers["authorization"] == "Bearer s3cret"
    assert headers["accept"] == "application/vnd.crm+json"
    assert there.calls[0].head.lower().count(b"accept:") == 1


def test_no_cookie_is_kept(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    # With a name for a host: a jar would ignore the cookies of an address in numbers.
    there = service(reply(VIP, Set_Cookie="who=ann; Path=/"))
    asked = client(f"http://localhost:{there.port}/v/{{visitor}}")
    for name in ("ann", "bob"):
        assert asked.ask(name) == KNOWN
    assert [call.headers["host"] for call in there.calls] == [f"localhost:{there.port}"] * 2
    assert all("cookie" not in call.headers for call in there.calls)


def test_the_proxies_of_the_environment_are_not_used(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    there, proxy = service(reply(VIP)), service(reply({}))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert client(there.url).ask() == KNOWN
    assert proxy.calls == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure(service: Service, status: int) -> None:
    other = service(reply(VIP))
    there = service(reply(b"", f"{status} Elsewhere", location=f"{other.url}/v/ann"))
    asked = client(there.url)
    assert asked.ask() == "redirect"
    assert asked.counted == {"redirect": 1}
    assert other.calls == []


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "204 No Content"])
def test_whom_the_service_does_not_know_is_nobody(service: Service, status: str) -> None:
    there = service(reply(b"" if status.startswith("204") else {"message": "no such contact"}, status))
    asked = client(there.url)
    assert asked.ask() == Profile()
    assert asked.ask() == Profile()
    assert asked.counted == {"unknown visitor": 1, "kept": 1}
    assert len(there.calls) == 1


@pytest.mark.parametrize(
    "status", ["500 Oops", "503 Busy", "401 Who", "403 No", "400 Bad", "201 Made", "206 Part"]
)
def test_every_other_status_is_a_failure(service: Service, status: str) -> None:
    asked = client(service(reply(VIP, status)).url)
    assert asked.ask() == "status"
    assert asked.counted == {"status": 1}


GARBAGE = {
    "noise": b"\x00\xff\x16\x03garbage\r\n\r\n",
    "http 0.9": b'{"segments": ["vip"]}',
    "http 2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00d",
    "another protocol": b"220 mail.example ESMTP\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x",
    "a length of letters": b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}",
    "bad chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a head without an end": b"HTTP/1.1 200 OK\r\n" + b"x-y: z\r\n" * 20_000,
    "a line without an end": b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000,
    "a body that is cut": b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"segments":',
    "chunks that are cut": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{}",
    "nothing": b"",
    "only informational": b"HTTP/1.1 100 Continue\r\n\r\n",
}


@pytest.mark.parametrize("what", GARBAGE)
def test_what_is_no_http_is_a_failure(service: Service, what: str) -> None:
    asked = client(service(raw(GARBAGE[what])).url)
    assert asked.ask() in {"no http", "connection"}


NO_JSON = [
    b"",
    b"<html>login</html>",
    b"{",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"a": NaN}',
    b"\xff\xfe",
    b"{} {}",
]


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: repr(body[:8]))
def test_what_is_no_json_is_a_failure(service: Service, body: bytes) -> None:
    asked = client(service(reply(body)).url)
    assert asked.ask() == "no json"
    assert asked.counted == {"no json": 1}


def test_json_may_begin_with_a_mark_of_its_encoding(service: Service) -> None:
    assert client(service(reply(b"\xef\xbb\xbf" + json.dumps(VIP).encode())).url).ask() == KNOWN


def test_an_answer_in_chunks_or_until_the_end_of_the_connection_is_read(service: Service) -> None:
    body = json.dumps(VIP).encode()
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\nx-trailer: y\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks
    assert client(service(raw(chunked, keep=True)).url).ask() == KNOWN
    assert client(service(raw(b"HTTP/1.0 200 OK\r\n\r\n" + body)).url).ask() == KNOWN
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
    assert client(service(raw(early, early, answer(VIP))).url).ask() == KNOWN


def _of_size(size: int) -> bytes:
    body = json.dumps({**VIP, "fill": ""}).encode()
    return body.replace(b'"fill": ""', b'"fill": "' + b"x" * (size - len(body)) + b'"')


def test_an_answer_has_64_kib_at_most(service: Service) -> None:
    assert len(_of_size(MAX_ANSWER)) == MAX_ANSWER
    assert client(service(reply(_of_size(MAX_ANSWER))).url).ask() == KNOWN
    asked = client(service(reply(_of_size(MAX_ANSWER + 1))).url)
    assert asked.ask() == "too large"
    assert asked.counted == {"too large": 1}


@pytest.mark.parametrize("head", [b"transfer-encoding: chunked\r\n", b"content-length: 10000000\r\n", b""])
def test_of_ten_megabytes_not_more_is_read_than_that(service: Service, head: bytes) -> None:
    sent = []

    def flood(sock: socket.socket, call: Call) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        sock.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        piece = b"x" * 10_000
        for _ in range(1000):
            sock.sendall(b"2710\r\n" + piece + b"\r\n" if b"chunked" in head else piece)
            sent.append(len(piece))

    assert client(service(flood).url).ask() == "too large"
    assert sum(sent) < 8_000_000


def test_gzip_is_opened(service: Service) -> None:
    packed = gzip.compress(json.dumps(VIP).encode())
    assert client(service(reply(packed, content_encoding="gzip")).url).ask() == KNOWN
    assert client(service(reply(json.dumps(VIP).encode(), content_encoding="identity")).url).ask() == KNOWN


def _bombs() -> Iterable[bytes]:
    yield gzip.compress(_of_size(MAX_ANSWER + 1))
    yield gzip.compress(b" " * 60_000_000)
    yield gzip.compress(b"[" * 60_000_000)


@pytest.mark.parametrize("packed", list(_bombs()), ids=len)
def test_a_gzip_bomb_is_not_opened_further_than_that(service: Service, packed: bytes) -> None:
    assert len(packed) < MAX_ANSWER
    asked = client(service(reply(packed, content_encoding="gzip")).url)
    tracemalloc.start()
    try:
        assert asked.ask() == "too large"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


DAMAGED = {
    "cut": (gzip.compress(b"{}")[:-4], "gzip"),
    "plain": (b"{}", "gzip"),
    "empty": (b"", "gzip"),
    "deflate": (zlib.compress(b"{}"), "deflate"),
    "brotli": (b"{}", "br"),
    "twice": (b"{}", "gzip, gzip"),
}


@pytest.mark.parametrize(("body", "coding"), DAMAGED.values(), ids=DAMAGED)
def test_what_cannot_be_opened_is_a_failure(service: Service, body: bytes, coding: str) -> None:
    asked = client(service(reply(body, content_encoding=coding)).url)
    assert asked.ask() == "coding"
    assert asked.counted == {"coding": 1}


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n"


@pytest.mark.parametrize(
    "handler",
    [
        drip(b"HTTP/1.1 200 OK\r\n" + b"x-y: z\r\n" * 1000),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda sock, call: (sock.sendall(HEAD), drip(b"{" + b" " * 50)(sock, call)),
        lambda sock, call: (
            sock.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
            drip(b"1\r\n \r\n")(sock, call),
        ),
    ],
    ids=["head", "informational", "body", "chunks"],
)
def test_a_call_has_one_deadline_however_slowly_it_goes_on(service: Service, handler: Handler) -> None:
    asked = client(service(handler).url, timeout_ms=100)
    assert asked.ask() == "timeout"
    assert asked.counted == {"timeout": 1}


def test_a_service_that_says_nothing_or_is_not_there_is_a_failure(service: Service) -> None:
    there = service(reply(VIP))
    there.handler = there.hold
    assert client(there.url, timeout_ms=50).ask() == "timeout"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert client(f"http://127.0.0.1:{port}").ask() == "connection"
    assert client("http://a-name-that-is-none.invalid").ask() == "connection"


def test_nothing_of_a_visitor_is_logged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    private = {"segments": ["secret-segment"], "traits": {"seats": "ann@private.example", "secret-trait": 1}}
    replies = [
        reply(private),
        reply(b"ann@private.example"),
        raw(b"ann@private.example\r\n\r\n"),
        reply({}, "500 X"),
    ]
    for handler in replies:
        asked = client(service(handler).url, [(b"Authorization", b"Bearer s3cret")])

        async def several(profiles: object, asked: object = asked) -> None:
            for number in range(7):
                await outcome(asked.profiles(visitor(f"the-id-of-ann-{number}")))  # type: ignore[attr-defined]

        asked.run(several)
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "the service of [remote] is left alone" in said
    for secret in ("the-id-of-ann", "private.example", "s3cret", "secret-segment", "secret-trait"):
        assert secret not in said
    assert "the-id-of-ann" not in repr(ANN) + repr(KNOWN)
