"""A real nginx with files, asked directly and through Edge."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from edge.serve import Forwarding, Origin, Peers
from tests.door.served import serving_edge
from tests.origins.comparing import Plain, headers_of, substituting
from tests.origins.crawl import crawl
from tests.origins.pair import Pair, paired
from tests.origins.pictures import png
from tests.origins.static_site import LARGE, ODD, static_sites
from tests.page.sites import Front
from tests.serve.fronted import door

HOST = "shop.example"
EPOCH = b"If-Modified-Since: Thu, 09 Oct 2025 08:53:20 GMT"

# Each nginx counts the boundaries between its parts, and names its own port where it completes an address.
plain: Plain = substituting((rb"\b\d{20}\b", rb"<boundary>"), (rb"(http://shop\.example):\d+/", rb"\1/"))


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, str]]:
    with static_sites() as urls:
        yield urls


@pytest.fixture(scope="module")
def before_nginx(sites: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`edge serve` with an empty site folder."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "site").mkdir()
    with serving_edge(folder, "--origin", sites["b"]) as served:
        yield served.url
        assert served.end() == 0
        assert "Traceback" not in served.said.text


@pytest.fixture
def pair(sites: dict[str, str], before_nginx: str) -> Iterator[Pair]:
    with paired(sites["a"], before_nginx, HOST, plain=plain) as pair:
        yield pair


@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
def test_a_crawl_finds_the_same(sites: dict[str, str], before_nginx: str, coding: bytes) -> None:
    with paired(sites["a"], before_nginx, HOST, b"Accept-Encoding: " + coding, plain=plain) as pair:
        found = crawl(pair, ["/"])
        assert not found.differences
        statuses = set(found.statuses.values())
        assert {200, 204, 301, 302, 307, 308, 401, 404, 418, 503} <= statuses
        listed = [
            target for target in found.statuses if target.startswith("/listed/") and "html" in target.lower()
        ]
        assert len(listed) >= len(ODD) - 1  # nginx lists no hidden file
        assert len(found.statuses) > 60


@pytest.mark.parametrize("name", ODD)
def test_a_file_may_have_any_name(pair: Pair, name: str) -> None:
    for target in {f"/listed/{quote(name)}", f"/listed/{quote(name, safe=chr(39) + '!$&()*+,;=:@[]{}|^')}"}:
        assert pair.get(target).status == 200


TARGETS = [
    "/index.html?a=b&c",
    "/index.html?",
    "/index.html?%",
    "/index.html??a=/../b",
    "/%69ndex.html",
    "/folder/../index.html",
    "/folder/%2e%2e/index.html",
    "//index.html",
    "/./index.html",
    "/folder//deeper///",
    "/../../etc/passwd",
    "/%00",
    "/%zz",
    "/%c3%28",
    "/folder;a=b/index.html",
    "/asked?" + "a" * 4000,
    "/asked?{\"filter\":[1|2],`x`:'^'}\\",
    "/folder",
    "/folder?a=b",
    "/folder/deeper",
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_reaches_nginx_as_it_was_sent(pair: Pair, target: str) -> None:
    pair.get(target)


@pytest.mark.parametrize(
    ("target", "asked", "status"),
    [
        ("/data/film.mp4", b"Range: bytes=0-99", 206),
        ("/data/film.mp4", b"Range: bytes=299990-", 206),
        ("/data/film.mp4", b"Range: bytes=-10", 206),
        ("/data/film.mp4", b"Range: bytes=0-9,100-109,-5", 206),
        ("/data/film.mp4", b"Range: bytes=300000-", 416),
        ("/data/film.mp4", b"Range: bytes=9-1", 416),
        ("/data/film.mp4", b"Range: lines=1-2", 200),
        ("/data/film.mp4", b'Range: bytes=0-9\r\nIf-Range: "no"', 200),
        ("/data/film.mp4", b"Range: bytes=0-9\r\nIf-Range: Thu, 09 Oct 2025 08:53:20 GMT", 206),
        ("/index.html", b"Range: bytes=0-99", 206),
        ("/index.html", b"Range: bytes=0-9,20-29", 206),
        ("/before/page.html", b"Range: bytes=0-9", 200),
        ("/index.html", EPOCH, 304),
        ("/index.html", b"If-Modified-Since: Thu, 09 Oct 2025 08:53:19 GMT", 200),
        ("/exact/page.html", b"If-Modified-Since: Fri, 10 Oct 2025 08:53:20 GMT", 200),
        ("/before/page.html", b"If-Modified-Since: Fri, 10 Oct 2025 08:53:20 GMT", 304),
        ("/index.html", b'If-None-Match: "no", W/"neither"', 200),
        ("/index.html", b"If-None-Match: no tag", 200),
        ("/index.html", b"If-None-Match: *", 304),
        ("/index.html", b'If-Match: "no"', 412),
        ("/index.html", b"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", 412),
        ("/silent/page.html", EPOCH, 304),
        ("/password/", b"Authorization: Basic cmVhZGVyOnJlYWRzLWEtbG90", 200),
        ("/password/", b"Authorization: Basic cmVhZGVyOmd1ZXNzZWQ=", 401),
        ("/always/page.html", b"Accept-Encoding: identity", 200),
        ("/always/page.html", b"Accept-Encoding: gzip;q=0.5, br", 200),
        ("/ready/page.html", b"Accept-Encoding: gzip", 200),
        ("/style/site.css", b"Accept-Encoding: gzip\r\nRange: bytes=0-9", 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_parts_and_conditions(pair: Pair, method: str, target: str, asked: bytes, status: int) -> None:
    assert pair.ask(method, target, asked).status == status


@pytest.mark.parametrize("target", ["/index.html", "/data/film.mp4", "/style/site.css", "/listed/.hidden.html"])
@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
def test_what_a_client_has_is_not_sent_again(pair: Pair, target: str, coding: bytes) -> None:
    accepted = b"Accept-Encoding: " + coding
    tag = pair.get(target, accepted).header(b"etag") or b""
    assert pair.get(target, accepted, b"If-None-Match: " + tag).status == 304
    assert pair.get(target, accepted, b'If-None-Match: "no", ' + tag).status == 304
    assert pair.get(target, accepted, b"If-None-Match: " + tag, EPOCH).status == 304


def test_files_are_stored_changed_and_removed(pair: Pair) -> None:
    """Methods that few servers know, bodies of all sizes, a header that names an address."""
    picture, noise = png(300, 200), bytes(range(256)) * 8192
    for name, body in {"empty": b"", "picture.png": picture, "noise": noise}.items():
        target = f"/stored/new/{name}"
        assert pair.ask("PUT", target, body=body).status == 201
        assert pair.ask("PUT", target, body=body).status == 204
        assert pair.get(target, plain=_without_dates).body == body
    there = b"Destination: http://shop.example/stored/"
    assert pair.ask("MKCOL", "/stored/folder/").status == 201
    assert pair.ask("COPY", "/stored/new/noise", there + b"folder/copy").status == 204
    assert pair.ask("MOVE", "/stored/new/noise", there + b"folder/moved", b"Overwrite: F").status == 204
    assert pair.ask("MOVE", "/stored/folder/copy", there + b"folder/moved", b"Overwrite: F").status == 412
    assert pair.get("/stored/folder/moved", plain=_without_dates).body == noise
    for target in ("/stored/new/empty", "/stored/new/picture.png"):
        assert pair.ask("DELETE", target).status == 204
        assert pair.get(target).status == 404
    assert pair.ask("DELETE", "/stored/folder/", b"Depth: infinity").status == 204


def _without_dates(text: bytes) -> bytes:
    """Files that a test has made: the two nginx may have done so in different seconds."""
    text = re.sub(rb'^"[0-9a-f]{8}-([0-9a-f]+)"$', rb'"<now>-\1"', text)
    return re.sub(rb"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$", b"<now>", text)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_what_nginx_does_not_allow(pair: Pair, method: str) -> None:
    assert pair.ask(method, "/index.html", body=b"a=b").status in (405, 403)


def test_a_large_file_comes_whole(pair: Pair) -> None:
    assert len(pair.get("/large/noise.bin").body) == LARGE
    assert len(pair.get("/slow/film.mp4").body) == 300_000


def test_a_folder_without_its_slash_leads_to_the_public_name(pair: Pair) -> None:
    there, here, unlike = pair.both("GET", "/folder?a=b")
    port = pair.direct.url.rpartition(":")[2].encode()
    assert not unlike
    assert there.header(b"location") == b"http://shop.example:%b/folder/?a=b" % port
    assert here.header(b"location") == b"http://shop.example/folder/?a=b"


# With slots

HALLO = "<h1>Klänge für alle</h1>".encode()


@pytest.fixture
def tailoring(sites: dict[str, str], front: Front) -> Iterator[Pair]:
    with (
        door(Forwarding(front(Origin(sites["b"])), Peers())) as url,
        paired(sites["a"], url, HOST, plain=plain) as pair,
    ):
        yield pair


def test_another_visitor_gets_the_same_bytes(tailoring: Pair) -> None:
    """And what has no slots, the same headers."""
    found = crawl(tailoring, ["/"])
    assert len(found.statuses) > 60
    assert {target for target, what in found.differences.items() if not what.startswith("headers")} == set()
    assert {found.kinds[target] for target in found.differences} == {"text/html"}
    for target in found.differences:
        there, here, _ = tailoring.both("GET", target)
        streamed = b"transfer-encoding" in dict(there.headers) or len(there.body) > 1024 * 1024
        assert streamed or b"data-edge-slot" in there.body or b"edge:slot" in there.body, target
        assert here.body == there.body
        assert dict(here.headers)[b"cache-control"].startswith(b"private, no-cache"), target


@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
@pytest.mark.parametrize("target", ["/", "/folder/", "/ready/page.html", "/always/page.html", "/never/page.html"])
def test_blocks_are_in_the_first_html(tailoring: Pair, target: str, coding: bytes) -> None:
    headers = (b"CF-IPCountry: DE", b"Accept-Encoding: " + coding)
    there, here, _ = tailoring.both("GET", target, *headers)
    assert _opened(here.body) == re.sub(
        rb'(<main data-edge-slot="?hero"?>).*?(</main>)', rb"\1%b\2" % HALLO, _opened(there.body)
    )
    assert HALLO in _opened(here.body)
    cookies = [[value for name, value in headers_of(reply) if name == b"set-cookie"] for reply in (there, here)]
    assert cookies[0] == cookies[1]
    tag = here.header(b"etag")
    if tag is not None:
        again = tailoring.behind.ask("GET", target, *headers, b"If-None-Match: " + tag)
        assert (again.status, again.body) == (304, b"")
        other = tailoring.behind.ask("GET", target, headers[1], b"If-None-Match: " + tag)
        assert (other.status, _opened(other.body)) == (200, _opened(there.body))


def _opened(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
