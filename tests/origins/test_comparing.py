"""The comparison itself: it sees whatever differs, and forgives only what WordPress makes anew each time."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate
from hashlib import md5

import pytest

from tests.hosts.wire import Reply
from tests.origins.comparing import difference
from tests.origins.crawl import some
from tests.origins.randomness import plain

NONCE = b'<input name="_wpnonce" value="0123456789">'
PAGE = b'<p data-secret="abcdefghij">' + NONCE + b'<a href="mailto:&#097;&#064;b">a</a></p>'
HEADERS = [
    (b"date", b"Sun, 22 Nov 2026 04:00:00 GMT"),
    (b"content-type", b"text/html"),
    (b"set-cookie", b"a=1; Path=/"),
    (b"set-cookie", b"b=2; Path=/wp-admin; HttpOnly"),
    (b"content-length", b"%d" % len(PAGE)),
    (b"connection", b"keep-alive"),
]
SAME = Reply(200, HEADERS, PAGE)

HARM = {
    "another status": replace(SAME, status=404),
    "another nonce": replace(SAME, body=PAGE.replace(b"0123456789", b"0123456780")),
    "less by a byte": replace(SAME, body=PAGE[:-1]),
    "more by a byte": replace(SAME, body=PAGE + b"\n"),
    "an entity more": replace(SAME, body=PAGE.replace(b"<p", b"&#060;p")),
    "a secret that is none": replace(SAME, body=PAGE.replace(b"abcdefghij", b"abc<efghij")),
    "another order": replace(SAME, headers=[HEADERS[3], *HEADERS[:3], *HEADERS[4:]]),
    "a cookie less": replace(SAME, headers=[*HEADERS[:2], *HEADERS[3:]]),
    "two cookies in a line": replace(
        SAME, headers=[*HEADERS[:2], (b"set-cookie", b"a=1; Path=/, b=2"), *HEADERS[4:]]
    ),
    "a cookie twice": replace(SAME, headers=[*HEADERS[:3], *HEADERS[2:]]),
    "a cookie's path": replace(
        SAME, headers=[*HEADERS[:3], (b"set-cookie", b"b=2; Path=/; HttpOnly"), *HEADERS[4:]]
    ),
    "a header more": replace(SAME, headers=[*HEADERS, (b"x-more", b"")]),
    "no date": replace(SAME, headers=HEADERS[1:]),
    "another framing": replace(SAME, headers=[*HEADERS[:4], (b"transfer-encoding", b"chunked"), *HEADERS[5:]]),
}


@pytest.mark.parametrize("kind", HARM)
def test_any_harm_is_seen(kind: str) -> None:
    assert difference(SAME, HARM[kind], plain)
    assert difference(HARM[kind], SAME, plain)


def test_any_byte_is_seen() -> None:
    """But in the ten letters of the secret, where it is another letter."""
    for position, before in enumerate(PAGE):
        for byte in {0, 255, ord("<"), ord("}")} - {before}:
            other = PAGE[:position] + bytes([byte]) + PAGE[position + 1 :]
            assert difference(SAME, replace(SAME, body=other), plain), position


def test_what_is_the_same_is_not_seen() -> None:
    other = PAGE.replace(b"abcdefghij", b"0987654321").replace(b"&#097;", b"a").replace(b"@", b"&#064;")
    headers = [(b"date", formatdate(usegmt=True).encode()), *HEADERS[1:4]]
    headers += [(b"content-length", b"%d" % len(other)), (b"keep-alive", b"timeout=5")]
    assert difference(SAME, Reply(200, headers, other), plain) == ""


def moment(seconds: float) -> bytes:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)).encode()


def test_only_what_is_of_now_is_forgiven() -> None:
    now = time.time()
    for made in (
        moment,
        lambda at: b"%d" % at,
        lambda at: b"%d000" % at,
        lambda at: formatdate(at, usegmt=True).encode(),
    ):
        assert plain(made(now)) == plain(made(now - 2)) == b"<now>"
        assert plain(made(now - 7_000_000)) == made(now - 7_000_000)
    assert plain(b"1%d" % now) == b"1%d" % now
    assert plain(b'"%x-4b0"' % int(now)) == b'"<now>-4b0"'
    assert plain(b'"%x-4b0"' % int(now - 1000)) != b'"<now>-4b0"'
    assert plain(b"00:00 am 13:00 pm") == b"00:00 am 13:00 pm"
    assert plain(time.strftime("%I:%M %p", time.gmtime(now)).lower().encode()) == b"<now>"
    assert plain(time.strftime("%I:%M %p", time.gmtime(now - 20_000)).lower().encode()) != b"<now>"


def inline(seconds: float) -> bytes:
    form = '<div class="jj">%d</div>\n\t<div class="mm">%m</div>\n\t<div class="aa">%Y</div>\n\t'
    form += '<div class="hh">%H</div>\n\t<div class="mn">%M</div>\n\t<div class="ss">%S</div>'
    return time.strftime(form, time.gmtime(seconds)).encode()


def feed_tag(seconds: float) -> bytes:
    return b'"%b"' % md5(formatdate(seconds, usegmt=True).encode()).hexdigest().encode()


def test_what_wordpress_makes_of_a_moment_is_forgiven_where_that_is_now() -> None:
    now = time.time()
    assert plain(inline(now)) == plain(inline(now - 2)) == b"<now>"
    assert plain(feed_tag(now)) == plain(feed_tag(now - 2)) == b'"<now>"'
    for made in inline, feed_tag:
        assert plain(made(now - 1000)) == made(now - 1000)


def test_a_cookies_end_is_forgiven_where_it_is_what_it_says() -> None:
    year = 365 * 24 * 3600
    line = "a=1; expires={}; Max-Age={}; path=/".format
    assert plain(line(formatdate(time.time() + year, usegmt=True), year).encode()) == line("<then>", year).encode()
    wrong = line(formatdate(time.time() + year, usegmt=True), year + 86_400).encode()
    assert plain(wrong) == wrong


def test_some_of_a_site_has_each_form_of_it() -> None:
    follow = some(1)
    asked = [
        "/",
        "/2026/10/a/",
        "/2025/09/b/",
        "/2026/10/a/feed/",
        "/?p=1",
        "/?p=2",
        "/x/a.css",
        "/x/b.css",
        "/x/b.js",
    ]
    assert [target for target in asked if follow(target)] == [
        "/",
        "/2026/10/a/",
        "/2026/10/a/feed/",
        "/?p=1",
        "/x/a.css",
        "/x/b.js",
    ]
