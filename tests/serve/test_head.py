"""What a request's head may be."""

from __future__ import annotations

import pytest

from edge.serve.head import Head, check_beginning, read_head
from edge.serve.limits import Limits
from edge.serve.refusal import RefusalError

LIMITS = Limits()


def read(*lines: bytes, limits: Limits = LIMITS) -> Head:
    return read_head(b"\r\n".join([*lines, b"", b""]), limits)


def status(*lines: bytes, limits: Limits = LIMITS) -> int:
    with pytest.raises(RefusalError) as refusal:
        read(*lines, limits=limits)
    return refusal.value.status


def test_a_browsers_request_passes_as_it_is() -> None:
    lines = [b"GET /a?b HTTP/1.1", b"Host: shop.example:8080", b"Accept: */*", b"Cookie: a=b; c", b"Empty:"]
    head = read(*lines)
    assert head == Head(b"\r\n".join([*lines, b"", b""]), b"GET", b"/a?b", 0, upgrade=False, old=False)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.2",
        b"GET / HTTP/2.0",
        b"GET / HTTP/0.9",
        b"GET / http/1.1",
        b"GET / HTTP/1.1 ",
        b"GET /",
        b"GET  / HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b" GET / HTTP/1.1",
        b"GET / / HTTP/1.1",
        b"GET /\x7f HTTP/1.1",
        b"G(T / HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"GET * HTTP/1.1",
        b"GET a HTTP/1.1",
        b"GET a:80 HTTP/1.1",
        b"GET /a#b HTTP/1.1",
        b"GET ftp://a/ HTTP/1.1",
        b"GET http:///a HTTP/1.1",
        b"GET http://user@a/ HTTP/1.1",
        b"GET http://a/b#c HTTP/1.1",
        b"\x16\x03\x01",
    ],
)
def test_a_malformed_request_line_is_refused(line: bytes) -> None:
    assert status(line, b"Host: t") == 400


@pytest.mark.parametrize("method", [b"CONNECT", b"TRACE", b"TRACK"])
def test_some_methods_are_refused(method: bytes) -> None:
    assert status(method + b" / HTTP/1.1", b"Host: t") == 405


@pytest.mark.parametrize(
    "line",
    [
        b"A : b",
        b" A: b",
        b"\tA: b",
        b"A",
        b": b",
        b"A\x00: b",
        b"A: \x01",
        b"A: b\rc",
        b"A: b\nc",
        b"A: \x7f",
        b"A(: b",
    ],
)
def test_a_malformed_header_is_refused(line: bytes) -> None:
    assert status(b"GET / HTTP/1.1", b"Host: t", line) == 400
    assert status(b"GET / HTTP/1.1", line, b"Host: t") == 400


def test_a_header_cannot_be_folded() -> None:
    assert status(b"GET / HTTP/1.1", b"Host: t", b"A: b", b" c: d") == 400


@pytest.mark.parametrize("value", [b"\xe9", b"a:b", b"a\tb", b'"\\"', b"", b"\xff\x80"])
def test_a_value_may_be_any_text(value: bytes) -> None:
    lines = [b"GET / HTTP/1.1", b"Host: t", b"A: " + value, b"B: c"]
    assert read(*lines).data.split(b"\r\n")[2] == (b"A: " + value).rstrip()


def test_blanks_behind_a_value_are_not_of_it() -> None:
    assert read(b"GET / HTTP/1.1", b"Host: t \t", b"A: b  ").data == b"GET / HTTP/1.1\r\nHost: t\r\nA: b\r\n\r\n"


@pytest.mark.parametrize(
    "host",
    [b"t", b"T.Example", b"a_b.example", b"t:8080", b"127.0.0.1", b"[::1]", b"[::1]:80", b"xn--fa-hia.de", b" t "],
)
def test_a_host_is_a_name_or_an_address(host: bytes) -> None:
    assert read(b"GET / HTTP/1.1", b"Host:" + host).method == b"GET"


@pytest.mark.parametrize(
    "host",
    [b"", b" ", b"a b", b"a/b", b"a@b", b"a,b", b"a:b", b"a:123456", b"[x]", b"::1", b"a?", b"a\\b", b"\xe9"],
)
def test_a_malformed_host_is_refused(host: bytes) -> None:
    assert status(b"GET / HTTP/1.1", b"Host:" + host) == 400


def test_there_is_one_host() -> None:
    assert status(b"GET / HTTP/1.1", b"A: b") == 400
    assert status(b"GET / HTTP/1.0", b"A: b") == 400
    assert status(b"GET / HTTP/1.1", b"Host: t", b"Host: t") == 400
    assert status(b"GET / HTTP/1.1", b"Host: t", b"hOST: u") == 400


@pytest.mark.parametrize("value", [b"0", b"5", b"007", b"999999999999999999"])
def test_a_length_is_digits(value: bytes) -> None:
    assert read(b"PUT / HTTP/1.1", b"Host: t", b"Content-Length: " + value).length == int(value)


@pytest.mark.parametrize(
    "value", [b"", b"+5", b"-5", b"5,5", b"5 5", b"0x5", b"5;", b"5.0", b"1_0", b"\xb2", b"1" * 19, b"five"]
)
def test_another_length_is_refused(value: bytes) -> None:
    assert status(b"PUT / HTTP/1.1", b"Host: t", b"Content-Length: " + value) == 400


@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Length: 5", b"Content-Length: 5"],
        [b"Content-Length: 5", b"content-length: 6"],
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"A: b", b"Content-Length: 5"],
        [b"Content_Length: 5"],
        [b"Transfer_Encoding: chunked"],
        [b"Transfer--Encoding: chunked"],
        [b"Transfer-_Encoding: chunked", b"Content-Length: 5"],
    ],
)
def test_two_signs_of_a_body_are_refused(lines: list[bytes]) -> None:
    assert status(b"POST / HTTP/1.1", b"Host: t", *lines) == 400


@pytest.mark.parametrize("value", [b"chunked", b"Chunked", b"CHUNKED", b" \tchunked\t "])
def test_chunked_is_the_coding(value: bytes) -> None:
    head = read(b"POST / HTTP/1.1", b"Host: t", b"Transfer-Encoding:" + value)
    assert head.length is None


@pytest.mark.parametrize("value", [b"gzip, chunked", b"chunked;a=b", b"gzip;q=1 , chunked", b"identity, chunked"])
def test_other_codings_are_not_implemented(value: bytes) -> None:
    assert status(b"POST / HTTP/1.1", b"Host: t", b"Transfer-Encoding: " + value) == 501


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"xchunked",
        b"chunked x",
        b"chunked, gzip",
        b"chunked, chunked",
        b",chunked",
        b"chunked,",
        b"gzip",
        b"cow",
        b"identity",
        b"\xa0chunked",
        b'"chunked"',
        b"chunked, x",
        b"x, chunked",
    ],
)
def test_what_is_no_coding_is_refused(value: bytes) -> None:
    assert status(b"POST / HTTP/1.1", b"Host: t", b"Transfer-Encoding: " + value) == 400


def test_chunks_are_not_for_old_clients() -> None:
    assert status(b"POST / HTTP/1.0", b"Host: t", b"Transfer-Encoding: chunked") == 400


@pytest.mark.parametrize(
    ("target", "asked", "host"),
    [
        (b"http://shop.example/a?b", b"/a?b", b"shop.example"),
        (b"HTTPS://Shop.example:8443", b"/", b"Shop.example:8443"),
        (b"http://[::1]:80?b", b"/?b", b"[::1]:80"),
        (b"http://t//a/../b", b"//a/../b", b"t"),
    ],
)
def test_an_absolute_target_says_the_host(target: bytes, asked: bytes, host: bytes) -> None:
    head = read(b"GET " + target + b" HTTP/1.1", b"A: b", b"host: other", b"C: d")
    assert head.target == asked
    assert head.data == b"GET %b HTTP/1.1\r\nA: b\r\nHost: %b\r\nC: d\r\n\r\n" % (asked, host)


@pytest.mark.parametrize(
    ("target", "asked", "shown"),
    [
        (b"/caf\xc3\xa9?\xff", b"/caf\xc3\xa9?\xff", b"/caf%C3%A9?%FF"),
        (b"/?a#b", b"/?a#b", b"/?a%23b"),
        (b"", b"/", b"/"),
    ],
)
def test_the_parser_behind_is_shown_what_it_can_read(target: bytes, asked: bytes, shown: bytes) -> None:
    head = read(b"GET " + target + b" HTTP/1.1", b"Host: t")
    assert head.target == asked
    assert head.data.startswith(b"GET " + shown + b" HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "target", [b"/a/../b", b"/%2F%2f", b"//", b"/?", b"/a;b", b'/a|b^`{}"<>\\', b"/http://a", b"/%", b"/%zz"]
)
def test_a_target_stays_what_it_is(target: bytes) -> None:
    head = read(b"GET " + target + b" HTTP/1.1", b"Host: t")
    assert head.target == target
    assert target in head.data


def test_the_server_itself_can_be_asked_for_its_options() -> None:
    assert read(b"OPTIONS * HTTP/1.1", b"Host: t").target == b"*"


WEBSOCKET = [b"GET /ws HTTP/1.1", b"Host: t", b"Connection: keep-alive, Upgrade", b"Upgrade: WebSocket"]


def test_an_upgrade_to_websocket_passes() -> None:
    head = read(*WEBSOCKET)
    assert head.upgrade
    assert head.data == b"\r\n".join([*WEBSOCKET, b"", b""])


@pytest.mark.parametrize(
    "lines",
    [
        [b"POST / HTTP/1.1", *WEBSOCKET[1:]],
        [b"GET / HTTP/1.0", *WEBSOCKET[1:]],
        [*WEBSOCKET, b"Content-Length: 5"],
        [*WEBSOCKET, b"Transfer-Encoding: chunked"],
        [*WEBSOCKET, b"Upgrade: h2c"],
        [*WEBSOCKET[:2], b"Connection: close", b"Upgrade: websocket"],
        [*WEBSOCKET[:2], b"Upgrade: websocket"],
        [*WEBSOCKET[:3], b"Upgrade: h2c"],
        [*WEBSOCKET[:3], b"upgrade: websocket, h2c"],
    ],
)
def test_any_other_offer_to_upgrade_is_left_out(lines: list[bytes]) -> None:
    head = read(*lines)
    assert not head.upgrade
    assert b"\r\nupgrade:" not in head.data.lower()
    assert head.data.endswith(b"\r\n\r\n")


def test_headers_have_a_number_and_a_length() -> None:
    few = Limits(headers=3, fields=60)
    line = [b"GET / HTTP/1.1", b"Host: t"]
    assert read(*line, b"A: b", b"C: d", limits=few).length == 0
    assert status(*line, b"A: b", b"C: d", b"E: f", limits=few) == 431
    assert read(*line, b"A: " + b"x" * 44, limits=few).length == 0
    assert status(*line, b"A: " + b"x" * 45, limits=few) == 431


def test_a_target_has_a_length() -> None:
    assert read(b"GET /" + b"x" * 8191 + b" HTTP/1.1", b"Host: t").length == 0
    assert status(b"GET /" + b"x" * 8192 + b" HTTP/1.1", b"Host: t") == 414


@pytest.mark.parametrize(
    ("beginning", "status"),
    [
        (b"GET / HTTP/1.1\nHost: t\n\n", 400),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"GET / HTTP/1.1\r\nHost: t\x00", 400),
        (b"GET / HTTP/1.1\r\nA: b\rC", 400),
        (b"SSH-2.0-client\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 17_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 102, 431),
        (b"GET /" + b"x" * 9_000, 414),
        (b"GET /" + b"x" * 8_300 + b" HTTP/1.1\r\n", 414),
    ],
)
def test_what_becomes_no_head_is_refused_before_its_end(beginning: bytes, status: int) -> None:
    with pytest.raises(RefusalError) as refusal:
        check_beginning(beginning, LIMITS)
    assert refusal.value.status == status


def test_every_beginning_of_a_head_may_become_one() -> None:
    whole = b"POST /\xff?a HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nA:\tb \r\n\r\n"
    assert read_head(whole, LIMITS).length == 5
    for cut in range(len(whole)):
        check_beginning(whole[:cut], LIMITS)
