"""Which origin a request goes to, and how origins are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.errors import OriginError
from edge.serve import Origin, Upstream
from edge.serve.address import Address, parse_address
from edge.serve.upstream import Hosts, host_of, sites
from tests.hosts.wire import wired
from tests.page.raw import scope_of
from tests.serve.fronted import door
from tests.serve.raw_origin import Talk, ok, raw_origin

SEVERAL = [
    Upstream("http://all"),
    Upstream("http://api", prefix="/api"),
    Upstream("http://v2", prefix="/api/v2/"),
    Upstream("http://blog", host="Blog.example"),
    Upstream("http://shop", prefix="/shop", host="blog.example"),
]


@pytest.mark.parametrize(
    ("host", "path", "url"),
    [
        ("shop.example", "/", "http://all"),
        ("shop.example", "/api", "http://api"),
        ("shop.example", "/api/", "http://api"),
        ("shop.example", "/apix", "http://all"),
        ("shop.example", "/API", "http://all"),
        ("shop.example", "/api/v2", "http://api"),
        ("shop.example", "/api/v2/", "http://v2"),
        ("shop.example", "/api/v2/x", "http://v2"),
        ("shop.example", "*", "http://all"),
        ("blog.example", "/api/v2/x", "http://blog"),
        ("blog.example", "/shop/x", "http://shop"),
    ],
)
def test_the_most_particular_origin_serves(host: str, path: str, url: str) -> None:
    found = next(site for site in sites(SEVERAL) if site.serves(host, path))
    assert found.upstream.url == url


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://inside", Address("inside", 80)),
        ("http://inside:8080/", Address("inside", 8080)),
        ("https://inside", Address("inside", 443, tls=True)),
        ("HTTP://INSIDE", Address("inside", 80)),
        ("http://[::1]:8080", Address("::1", 8080)),
        ("unix:/run/app.sock", Address("localhost", 80, socket="/run/app.sock")),
    ],
)
def test_an_origin_is_an_address(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inside",
        "inside:8080",
        "ftp://inside",
        "http://",
        "http://inside:x",
        "http://inside:99999",
        "http://inside/base",
        "http://inside/?a",
        "http://inside/#a",
        "http://me@inside",
        "http://[::1",
        "unix:app.sock",
    ],
)
def test_another_text_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(OriginError):
        Origin(text)


def test_origins_that_are_in_each_others_way_are_refused() -> None:
    with pytest.raises(OriginError, match="same host and prefix"):
        sites([Upstream("http://a", prefix="/x"), Upstream("http://b", prefix="/x/")])
    with pytest.raises(OriginError, match="begins with a slash"):
        sites([Upstream("http://a", prefix="x")])
    with pytest.raises(OriginError, match="no origin"):
        sites([])


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ([b"Shop.Example:8080"], "shop.example"),
        ([b"shop.example."], "shop.example"),
        ([b"[::1]:80"], "[::1]"),
        ([], None),
        ([b"a", b"a"], None),
        ([b""], None),
        ([b"a b"], None),
        ([b"a/b"], None),
        ([b"a:b"], None),
    ],
)
def test_the_host_is_the_one_valid_host_header(headers: list[bytes], host: str | None) -> None:
    scope = scope_of("/")
    scope["headers"] = [(b"host", value) for value in headers]
    assert host_of(scope) == host


def test_hosts_are_names_or_all_names_below_one() -> None:
    hosts = Hosts(["Shop.example", "*.shop.test"])
    assert [name in hosts for name in ("shop.example", "a.shop.test", "a.b.shop.test")] == [True] * 3
    assert [name in hosts for name in ("shop.test", "ashop.test", "evil.example", "a.shop.example")] == [False] * 4
    assert "anything" in Hosts()


def asked(origin: Any, *requests: bytes) -> list[tuple[int, bytes]]:
    with door(origin) as url, wired(url) as wire:
        found = []
        for request in requests:
            wire.send(request)
            reply = wire.reply()
            found.append((reply.status, reply.body))
        return found


def get(path: bytes, host: bytes = b"shop.example") -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (path, host)


def test_requests_reach_their_origin_with_the_whole_path() -> None:
    with raw_origin(ok(b"all")) as all_else, raw_origin(ok(b"api")) as api:
        origin = Origin([Upstream(all_else.url), Upstream(api.url, prefix="/api")])
        answers = asked(origin, get(b"/api/x?y"), get(b"/x"), get(b"/%61pi/z"))
    assert answers == [(200, b"api"), (200, b"all"), (200, b"api")]
    assert [one.line for one in api.asked] == [b"GET /api/x?y HTTP/1.1", b"GET /%61pi/z HTTP/1.1"]


def test_hosts_that_are_not_ours_are_told_so() -> None:
    with raw_origin(ok(b"fine")) as site:
        origin = Origin(site.url, hosts=["shop.example"])
        answers = asked(origin, get(b"/", b"evil.example"), get(b"/", b"SHOP.example:80"))
    assert answers == [(421, b"This host is not served here.\n"), (200, b"fine")]
    assert len(site.asked) == 1


def test_a_path_that_no_origin_serves_is_told_so() -> None:
    with raw_origin(ok(b"fine")) as site:
        answers = asked(Origin(Upstream(site.url, prefix="/app")), get(b"/"), get(b"/app"))
    assert answers == [(404, b"There is nothing at this address.\n"), (200, b"fine")]


def test_the_host_is_the_clients_unless_it_is_to_be_the_origins() -> None:
    with raw_origin(ok()) as site:
        asked(Origin(site.url), get(b"/"))
        asked(Origin(Upstream(site.url, keep_host=False)), get(b"/"))
    authority = site.url.removeprefix("http://").encode()
    assert [one.values(b"host") for one in site.asked] == [[b"shop.example"], [authority]]
    assert [one.values(b"x-forwarded-host") for one in site.asked] == [[b"shop.example"]] * 2


def test_an_origin_that_names_itself_is_known_by_the_public_name() -> None:
    def answer(talk: Talk) -> None:
        asked = talk.ask()
        assert asked is not None
        (own,) = asked.values(b"host")
        talk.send(ok(b"", b"Location: http://%b/x" % own, b"Set-Cookie: a=1; Domain=127.0.0.1"))

    with raw_origin(answer) as site, door(Origin(Upstream(site.url, keep_host=False))) as url, wired(url) as wire:
        wire.send(get(b"/"))
        reply = wire.reply()
    assert reply.header(b"location") == b"http://shop.example/x"
    assert reply.header(b"set-cookie") == b"a=1; Domain=shop.example"


def test_an_error_page_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OriginError, match="no error page"):
        Origin("http://inside", error_page=tmp_path / "none.html")
