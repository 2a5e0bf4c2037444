"""The names that an origin has for itself, and the public ones."""

from __future__ import annotations

import httpx
import pytest

from edge.serve.address import Address, parse_address
from edge.serve.answer_headers import Names, answer_headers, own_names


def names(url: str = "http://inside:8080", host: bytes = b"shop.example", scheme: bytes = b"https") -> Names:
    own, domain = own_names(parse_address(url))
    return Names(own, domain, scheme, host, b"8080")


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (b"http://inside:8080/a?b#c", b"https://shop.example/a?b#c"),
        (b"https://INSIDE:8080", b"https://shop.example"),
        (b"http://inside:8080?x", b"https://shop.example?x"),
        (b"http://inside/a", b"http://inside/a"),
        (b"http://inside:80801/", b"http://inside:80801/"),
        (b"http://inside:8080.evil.example/", b"http://inside:8080.evil.example/"),
        (b"http://user@inside:8080/", b"http://user@inside:8080/"),
        (b"http://shop.example/a", b"http://shop.example/a"),
        (b"http://Shop.example:8080/a/", b"https://shop.example/a/"),  # as nginx completes /a
        (b"http://shop.example:8081/a/", b"http://shop.example:8081/a/"),
        (b"http://other.example:8080/a/", b"http://other.example:8080/a/"),
        (b"/a", b"/a"),
        (b"//inside:8080/a", b"//inside:8080/a"),
        (b"a?u=http://inside:8080/", b"a?u=http://inside:8080/"),
        (b"", b""),
        (b"\xff", b"\xff"),
    ],
)
def test_where_an_origin_names_itself_the_public_name_is_told(location: bytes, told: bytes) -> None:
    assert names().url(location) == told


def test_a_default_port_may_be_said_or_not() -> None:
    for location in (b"http://inside/a", b"http://inside:80/a"):
        assert names("http://inside").url(location) == b"https://shop.example/a"
    assert names("https://inside").url(b"https://inside:443/a") == b"https://shop.example/a"
    assert names("http://[::1]:8080").url(b"http://[::1]:8080/a") == b"https://shop.example/a"


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        (b"a=1; Domain=inside; Path=/", b"a=1; Domain=shop.example; Path=/"),
        (b"a=1;domain=.INSIDE", b"a=1;domain=.shop.example"),
        (b"a=1; Domain = inside ; Secure", b"a=1; Domain = shop.example ; Secure"),
        (b"a=1; Domain=other.example", b"a=1; Domain=other.example"),
        (b"a=1; Domain=inside.example", b"a=1; Domain=inside.example"),
        (b"domain=inside; Path=/", b"domain=inside; Path=/"),
        (b"a=1", b"a=1"),
    ],
)
def test_a_cookie_for_the_origins_name_is_one_for_the_public_name(cookie: bytes, told: bytes) -> None:
    assert names().cookie(cookie) == told
    assert names(host=b"shop.example:8443").cookie(cookie) == told


def test_a_unix_socket_has_no_name() -> None:
    assert own_names(parse_address("unix:/run/app.sock")) == (frozenset(), b"")
    assert names("unix:/run/app.sock").cookie(b"a=1; Domain=; Path=/") == b"a=1; Domain=; Path=/"


def test_headers_that_name_the_origin_are_told_so() -> None:
    pairs = [
        (b"Location", b"http://inside:8080/a"),
        (b"Content-Location", b"http://inside:8080/b"),
        (b"Set-Cookie", b"a=1; Domain=inside"),
        (b"Link", b"<http://inside:8080/c>"),
    ]
    assert answer_headers(httpx.Response(200, headers=pairs), names()) == [
        (b"location", b"https://shop.example/a"),
        (b"content-location", b"https://shop.example/b"),
        (b"set-cookie", b"a=1; Domain=shop.example"),
        (b"link", b"<http://inside:8080/c>"),
    ]


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"gzip", b"identity", b"chunked, chunked"])
def test_a_coding_that_nobody_asked_for_is_an_error(coding: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        answer_headers(httpx.Response(200, headers=[(b"Transfer-Encoding", coding)]), names())


def test_an_address_knows_how_it_is_written() -> None:
    assert Address("inside", 80).url == "http://inside"
    assert Address("inside", 443, tls=True).url == "https://inside"
    assert Address("::1", 8080).authority == "[::1]:8080"
