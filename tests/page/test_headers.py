"""The headers of a response that may depend on the visitor."""

from __future__ import annotations

import pytest

from edge.page.headers import not_modified, private, recoded, unshared

HTML = (b"content-type", b"text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"private, no-cache, max-age=0"),
        (b"public, max-age=600, s-maxage=3600", b"private, no-cache, max-age=0"),
        (b"no-store", b"private, no-cache, max-age=0, no-store"),
        (b"max-age=0, must-revalidate", b"private, no-cache, max-age=0, must-revalidate"),
        (b"must-understand, no-store", b"private, no-cache, max-age=0, must-understand, no-store"),
        (
            b"immutable,stale-while-revalidate=5, stale-if-error=9,proxy-revalidate",
            b"private, no-cache, max-age=0",
        ),
        (
            b'private="set-cookie", no-cache="x, y", must-revalidate',
            b"private, no-cache, max-age=0, must-revalidate",
        ),
        (b'Public, Max-Age = "600", X-Own=1', b"private, no-cache, max-age=0, X-Own=1"),
    ],
)
def test_cache_control_is_merged_never_weakened(before: bytes, after: bytes) -> None:
    headers = private([HTML, (b"Cache-Control", before)])
    assert headers == [HTML, (b"cache-control", after)]


def test_several_cache_control_lines_become_one() -> None:
    headers = private([(b"cache-control", b"public"), HTML, (b"cache-control", b"no-store")])
    assert headers == [HTML, (b"cache-control", b"private, no-cache, max-age=0, no-store")]


@pytest.mark.parametrize(
    "name",
    [
        b"CDN-Cache-Control",
        b"Surrogate-Control",
        b"Cloudflare-CDN-Cache-Control",
        b"X-Accel-Expires",
        b"Expires",
    ],
)
def test_headers_that_beat_cache_control_go(name: bytes) -> None:
    assert private([HTML, (name, b"max-age=600")]) == [HTML, (b"cache-control", b"private, no-cache, max-age=0")]


@pytest.mark.parametrize(
    "name", [b"Content-Length", b"ETag", b"Last-Modified", b"Accept-Ranges", b"Digest", b"Content-Digest"]
)
def test_what_describes_the_origins_bytes_goes(name: bytes) -> None:
    assert (name, b"1") not in private([(name, b"1")])
    assert (name, b"1") in unshared([(name, b"1")])


def test_everything_else_stays_in_order_with_duplicates() -> None:
    headers = [(b"Set-Cookie", b"a=1"), (b"X-A", b"1"), (b"Set-Cookie", b"b=2"), (b"Vary", b"Cookie")]
    assert private(headers)[:4] == headers


def test_the_pages_own_tag_and_no_store_are_added() -> None:
    assert private([], etag=b'W/"x;1"')[-1] == (b"etag", b'W/"x;1"')
    assert private([], store=False) == [(b"cache-control", b"private, no-cache, max-age=0, no-store")]


def test_a_page_that_came_gzipped_says_how_it_leaves() -> None:
    came = [HTML, (b"Content-Encoding", b"gzip")]
    assert recoded(came, gzip=True) == [HTML, (b"vary", b"accept-encoding"), (b"content-encoding", b"gzip")]
    assert recoded(came, gzip=False) == [HTML, (b"vary", b"accept-encoding")]
    varies = [(b"Vary", b"Cookie, Accept-Encoding")]
    assert recoded(varies, gzip=False) == varies


def test_a_private_page_does_not_vary_by_cookie() -> None:
    headers = recoded(private([HTML], etag=b'W/"x;1"'), gzip=True)
    assert b"cookie" not in b",".join(value for name, value in headers if name == b"vary").lower()


def test_a_304_says_nothing_of_the_content_it_does_not_send() -> None:
    headers = [HTML, (b"Content-Length", b"9"), (b"etag", b'"x"'), (b"set-cookie", b"a=1")]
    assert not_modified(headers) == headers[2:]
