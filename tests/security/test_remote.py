"""A service of `[remote]` that was taken over, or never meant well: it leads Edge to no private address, and what
it says costs no page and runs nowhere."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.remote.networks import is_public
from tests.page.raw import ask, html
from tests.page.sites import PAGE, Front
from tests.remote.conftest import Service
from tests.remote.loopback import Handler, answer, reply
from tests.remote.test_pages import known, settings
from tests.security.payloads import PAYLOADS
from tests.security.shape import shape

SPECIAL = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::/127",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    "2001:db8::/32",
    "100::/64",
    "64:ff9b:1::/48",
)


@given(st.integers(0, 2**32 - 1))
def test_no_address_is_public_that_python_calls_private(number: int) -> None:
    address = IPv4Address(number)
    assert not is_public(str(address)) or address.is_global


@given(st.integers(0, 2**128 - 1) | st.integers(0, 2**125 - 1).map(lambda number: number | 1 << 125))
def test_nor_of_the_longer_kind(number: int) -> None:
    address = IPv6Address(number)
    assert not is_public(str(address)) or address.is_global


@pytest.mark.parametrize("network", SPECIAL)
def test_no_end_of_a_special_network_is_public_however_it_is_wrapped(network: str) -> None:
    whole = ip_network(network)
    for address in (whole[0], whole[-1], whole[whole.num_addresses // 2]):
        assert not is_public(str(address))
        assert not is_public(address.exploded)
        if isinstance(address, IPv4Address):
            for prefix in ("::ffff:", "64:ff9b::", "::", "2002:", "::ffff:0:"):
                wrapped = (
                    f"{prefix}{address}"
                    if prefix != "2002:"
                    else f"2002:{int(address) >> 16:x}:{int(address) & 65535:x}::"
                )
                assert not is_public(str(ip_address(wrapped))), wrapped


SITE: Mapping[str, str | None] = {
    "facts.toml": """
        [traits.name]
        kind = "text"
        [traits.tags]
        kind = "words"
        [traits.orders]
        kind = "number"
    """,
    "segments.toml": '[vip]\nfrom = "remote"\n',
    "experiences.toml": """
        [hero]
        slot = "hero"
        for = 'traits.orders != 7'
        show = "name"
        [offer]
        slot = "offer"
        for = "vip"
        show = "tags"
    """,
    "blocks/name.html": """
        <p title="{{ traits.name or '-' }}">{{ traits.name or '-' }}</p>
        <a href="/x/{{ traits.name|default('-')|urlencode }}">x</a>
        <script>a = {{ traits.name|tojson }};</script>
    """,
    "blocks/tags.html": "{% for tag in traits.tags or [] %}<b data-tag='{{ tag }}'>{{ tag }}</b>{% endfor %}",
    "blocks/trial.html": None,
}


def said(name: str) -> dict[str, object]:
    return {"segments": ["vip"], "traits": {"name": name, "tags": [name], "orders": 3}}


def test_no_text_of_the_service_becomes_more_than_text(front: Front, service: Service) -> None:
    there = service(reply(said("qqq")))
    files = {**SITE, "edge.toml": f"budget_ms = 2000\n{settings(there)}"}
    expected = shape(ask(edge := front(html(PAGE), files), "/", [known(edge)]).body, encoding="utf-8")
    for payload in PAYLOADS[::13]:
        there.handler = reply(said(payload))
        body = ask(edge, "/", [known(edge)]).body  # a visitor of their own, of whom nothing is kept
        assert body == PAGE or shape(body, encoding="utf-8") == expected, payload


def _raw(data: bytes) -> Handler:
    return lambda sock, call: sock.sendall(data)


_BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
HOSTILE: Mapping[str, bytes] = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 40,
    "another protocol": b"SSH-2.0-x\r\n",
    "a page": answer(b"<html>"),
    "a second answer behind the first": answer({"segments": []}) + answer({"segments": ["vip"]}),
    "informational answers without end": b"HTTP/1.1 103 X\r\n\r\n" * 5_000,
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000,
    "one header without end": b"HTTP/1.1 200 OK\r\nx: " + b"y" * (1 << 20),
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x",
    "a length and chunks": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
    "a negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
    "a huge length": b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
    "broken chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a huge chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    "a redirect to this machine": answer({}, "302 X", location="http://169.254.169.254/latest/meta-data/"),
    "a redirect to a file": answer({}, "307 X", location="file:///etc/passwd"),
    "a wish for a password": answer({}, "401 X", www_authenticate="Basic realm=x"),
    "a wish for another protocol": b"HTTP/1.1 101 X\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    "cookies": answer({"segments": []}, set_cookie="a=b; Domain=example"),
    "a wish for a year's rest": answer({}, "503 X", retry_after="999999999999"),
    "a bomb": answer(_BOMB.compress(b"[" * (32 << 20)) + _BOMB.flush(), content_encoding="gzip"),
    "two codings": answer(b"x", content_encoding="gzip, gzip"),
    "brackets in brackets": answer(b"[" * 60_000),
    "brackets that close": answer(b"[" * 30_000 + b"]" * 30_000),
    "objects in objects": answer(b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "a list": answer([1, 2, 3]),
    "null": answer(None),
    "a number": answer(b"1e999"),
    "not a number": answer(b'{"traits": {"orders": NaN}}'),
    "an endless number": answer(b'{"traits": {"orders": ' + b"9" * 60_000 + b"}}"),
    "half a character": answer(b'{"traits": {"name": "\\ud800", "tags": ["\\udfff"]}}'),
    "no character": answer(b'{"traits": {"name": "\xff\xfe"}}'),
    "controls": answer({"segments": ["vip"], "traits": {"name": "\0\x1b[31m\r\n", "tags": ["\0"]}}),
    "other kinds": answer({"segments": {"vip": 1}, "traits": {"name": {}, "tags": 1, "orders": "x"}}),
    "names of all": answer({"segments": ["vip", "", "\0", "__class__", "vip"] * 2_000}),
    "names in names": answer({"segments": [["vip"], {"vip": True}, None, 1]}),
    "traits of Python": answer({"traits": {"__class__": "x", "name.__class__": "x", "segments": ["vip"]}}),
    "the same key twice": answer(b'{"segments": ["vip"], "segments": 1, "traits": {"name": "a", "name": {}}}'),
    "a mark and another": answer(b"\xef\xbb\xbf\xef\xbb\xbf{}"),
    "UTF-16": answer(json.dumps(said("x")).encode("utf-16")),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_the_service_says_the_page_comes(
    front: Front, service: Service, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """Tailored or not; and the log tells no id, no secret and nothing that was said."""
    caplog.set_level(logging.DEBUG)
    there = service(_raw(HOSTILE[kind]))
    secret = 'headers = { Authorization = "Bearer ${TOKEN}" }'
    files = {**SITE, "edge.toml": f"budget_ms = 300\n{settings(there, secret)}"}
    environ = {"EDGE_SECRET_KEYS": "a-key-that-only-the-tests-know", "TOKEN": "s3cret-of-the-service"}
    edge = front(html(PAGE, headers=[(b"cache-control", b"public")]), files, environ=environ)
    sent = known(edge)
    identity = sent[1].partition(b"=")[2].partition(b".")[0].decode()
    for _ in range(2):
        page = ask(edge, "/", [sent])
        assert page.status == 200
        assert page.body.endswith(PAGE[-20:])
        assert b"private" in (page.header(b"cache-control") or b"")
    told = "\n".join(
        record.getMessage() + repr(record.args) + (record.exc_text or "") for record in caplog.records
    )
    assert not [
        one for one in (identity, "s3cret", "169.254", "etc/passwd", "Domain=", "__class__") if one in told
    ]
