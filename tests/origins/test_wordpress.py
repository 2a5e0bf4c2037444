"""A real WordPress, asked directly and through Edge: the same answers to the byte, the same in its database."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from edge.serve import Forwarding, Origin, Peers, Upstream
from tests.hosts.wire import Reply
from tests.origins import reader
from tests.origins.author import Author
from tests.origins.blog import HOST, PROMO, Blog
from tests.origins.comparing import difference, headers_of
from tests.origins.crawl import Crawled, crawl, everything, some
from tests.origins.pair import Pair, paired
from tests.origins.randomness import plain
from tests.origins.visitor import encoded, visiting
from tests.page.sites import Front
from tests.serve.fronted import door

EMPTY = {"experiences.toml": None, "segments.toml": None, "blocks/hallo.html": None, "blocks/trial.html": None}
"""A site folder in which nothing is shown."""

CHANGING = re.compile(r"_wpnonce=|action=|post-new|interim-login|action2")
"""Links that do something, or that make a draft."""

UNSORTED = re.compile(r"orderby=comment_count|orderby=posts|orderby=count")
"""Lists whose order is left to chance, where many are equal."""


@pytest.fixture
def pair(wordpress: Blog, before_wordpress: str) -> Iterator[Pair]:
    with both(wordpress, before_wordpress) as pair:
        yield pair


def both(blog: Blog, url: str, *headers: bytes) -> AbstractContextManager[Pair]:
    return paired(blog.urls["a"], url, HOST, *headers, plain=plain)


def harmless(target: str) -> bool:
    return not CHANGING.search(target) and not UNSORTED.search(target)


def unlike(found: Crawled) -> str:
    return "\n".join(f"{target}: {what}" for target, what in found.differences.items())


def test_a_reader_meets_the_same_site(wordpress: Blog, pair: Pair) -> None:
    for step in (reader.comment, reader.open_with_password, reader.redirects, reader.rest, reader.remote_calls):
        step(pair)
    assert wordpress.stored("a") == wordpress.stored("b")


def test_an_author_does_the_same_work(wordpress: Blog, pair: Pair) -> None:
    author = Author(pair, wordpress.share)
    author.log_in()
    paths = {kind: author.write(kind) for kind in ("post", "page")}
    author.try_nonces()
    author.beat()
    author.draft_quickly()
    author.set_up()
    author.moderate()
    author.categorise()
    author.upload()
    for kind, path in paths.items():
        author.delete(kind, path)
    author.log_out()
    stored = wordpress.stored("a")
    assert len(stored) > 300
    assert stored == wordpress.stored("b")


def test_what_anybody_finds_is_the_same(pair: Pair) -> None:
    found = crawl(pair, ["/"], follow=some(1))
    assert not found.differences, unlike(found)
    assert len(found.statuses) > 60
    assert {"text/html", "application/json", "application/rss+xml", "text/xml", "image/png", "font/woff2"} <= set(
        found.kinds.values()
    )


def test_what_an_editor_finds_is_the_same(wordpress: Blog, pair: Pair) -> None:
    Author(pair, wordpress.share).log_in()
    found = crawl(
        pair, ["/wp-admin/"], follow=some(1, lambda target: harmless(target) and "/wp-json/" not in target)
    )
    assert not found.differences, unlike(found)
    assert len(found.of("text/html")) > 60
    assert len(found.of("application/javascript")) > 3
    assert wordpress.stored("a") == wordpress.stored("b")


def test_a_visitor_by_https_gets_links_and_cookies_for_https(wordpress: Blog, front: Front) -> None:
    app = Forwarding(front(Origin(wordpress.urls["b"]), EMPTY), Peers(["127.0.0.1"]))
    with door(app) as url, both(wordpress, url, b"X-Forwarded-Proto: https") as pair:
        assert b'href="https://shop.example/feed/"' in pair.get("/").body
        fields = {"log": "editor", "pwd": "sound-for-everyone", "testcookie": "1"}
        pair.get("/wp-login.php")
        sent = pair.post("/wp-login.php", fields)
        lines = [value for name, value in sent.headers if name == b"set-cookie"]
        assert sum(b"wordpress_sec_" in line and b"secure" in line for line in lines) == 2
        wordpress.share(pair)
        assert pair.get("/wp-admin/").status == 200


def test_nobody_makes_a_page_https_whom_the_operator_does_not_trust(
    wordpress: Blog, before_wordpress: str
) -> None:
    with visiting(
        before_wordpress, HOST, b"X-Forwarded-Proto: https", b"X-Forwarded-Host: elsewhere.example"
    ) as visitor:
        page = visitor.ask("GET", "/").body
    assert b'href="http://shop.example/feed/"' in page
    assert b"elsewhere" not in page


def test_a_site_that_knows_itself_by_another_name_redirects_to_the_public_one(
    wordpress: Blog, front: Front
) -> None:
    own = wordpress.urls["b"].removeprefix("http://")
    app = Forwarding(front(Origin(Upstream(wordpress.urls["b"], keep_host=False)), EMPTY), Peers())
    with door(app) as url, visiting(url, HOST) as behind, visiting(wordpress.urls["b"], own) as direct:
        assert behind.ask("GET", "/about-us/").body == direct.ask("GET", "/about-us/").body
        for target in ("/about-us", "/?p=16", "/admin", "/wp-admin/edit.php", "/wp-admin"):
            there, here = direct.ask("GET", target), behind.ask("GET", target)
            location = there.header(b"location") or b""
            assert location.startswith(b"http://" + own.encode() + b"/")
            assert here.header(b"location") == location.replace(b"http://" + own.encode(), b"http://shop.example")
            assert here.status == there.status


def test_a_redirect_of_nginx_leads_to_the_public_port(wordpress: Blog, before_wordpress: str) -> None:
    port = wordpress.urls["b"].rpartition(":")[2]
    with visiting(before_wordpress, HOST) as behind, visiting(wordpress.urls["b"], HOST) as direct:
        assert (
            direct.ask("GET", "/wp-admin").header(b"location") == f"http://shop.example:{port}/wp-admin/".encode()
        )
        assert behind.ask("GET", "/wp-admin").header(b"location") == b"http://shop.example/wp-admin/"


# With slots

TAILORED = {
    "slots.toml": '[hero]\nselect = "h1.alignwide"\n',
    "experiences.toml": """
        [hero-german]
        slot = "hero"
        for = '"german" in segments and query["s"] is None'
        paths = ["/"]
        show = "hero/german"

        [offer-news]
        slot = "offer"
        for = 'utm.source == "news"'
        show = "trial"

        [promo-german]
        slot = "promo"
        for = "german"
        place = "append"
        show = "promo/german"
    """,
    "blocks/hero/german.html": "Klänge für alle.",
    "blocks/promo/german.html": " <b>Versand nach {{ country }}</b>",
}
HERO = b"Mindblown: a blog about philosophy."
OFFER = b'<!--edge:slot offer--> <p class="offer">Free shipping</p> <!--/edge:slot-->'
TRIAL = b"<!--edge:slot offer--><b>30 days free for news</b><!--/edge:slot-->"
PRIVATE = (b"cache-control", b"private, no-cache, max-age=0")


@pytest.fixture
def tailoring(wordpress: Blog, front: Front) -> Iterator[Pair]:
    app = Forwarding(front(Origin(wordpress.urls["b"]), TAILORED), Peers())
    with door(app) as url, both(wordpress, url) as pair:
        yield pair


def tailored(page: bytes) -> bytes:
    """For a German reader of the news."""
    promo = PROMO.encode()
    assert page.count(promo) == 1
    page = page.replace(promo, promo.replace(b"</p>", b" <b>Versand nach DE</b></p>"))
    return page.replace(HERO, "Klänge für alle.".encode()).replace(OFFER, TRIAL)


@pytest.mark.parametrize("coding", [b"identity", b"gzip, deflate, br, zstd"])
@pytest.mark.parametrize(
    ("target", "heroes", "offers"),
    [
        ("/", 1, 0),
        ("/2026/10/hello-from-the-north/", 0, 1),
        ("/about-us/", 0, 2),
        ("/pricing/", 0, 0),
        ("/category/headphones/", 0, 0),
        ("/?s=quiet", 0, 0),  # its path is that of the home page, and so is the form of its heading
    ],
)
def test_blocks_are_in_the_first_html(
    tailoring: Pair, target: str, heroes: int, offers: int, coding: bytes
) -> None:
    query = ("&" if "?" in target else "?") + "utm_source=news"
    headers = (b"CF-IPCountry: DE", b"Accept-Encoding: " + coding)
    there, here, _ = tailoring.both("GET", target + query, *headers)
    origin, page = opened(there), opened(here)
    assert (origin.count(HERO), origin.count(OFFER)) == (heroes, offers)
    assert page == tailored(origin)
    assert added(there, here) == [PRIVATE]


def opened(reply: Reply) -> bytes:
    return gzip.decompress(reply.body) if reply.header(b"content-encoding") == b"gzip" else reply.body


def added(there: Reply, here: Reply) -> list[tuple[bytes, bytes]]:
    """The headers that Edge adds; it takes none away."""
    before, after = headers_of(there), headers_of(here)
    # What came in one piece leaves with its length.
    assert [pair for pair in before if pair not in after and pair[0] != b"transfer-encoding"] == []
    return [pair for pair in after if pair not in before and pair != (b"content-length", b"%d" % len(here.body))]


def test_another_visitor_gets_the_same_site(tailoring: Pair) -> None:
    found = crawl(tailoring, ["/"], follow=some(1, lambda target: "/wp-json/" not in target))
    assert len(found.of("text/html")) > 10
    pages = {target for target in found.of("text/html") if found.statuses[target] == 200}
    assert found.differences.keys() <= pages
    for target in found.differences:
        there, here, _ = tailoring.both("GET", target)
        assert here.body == there.body
        assert added(there, here) == [PRIVATE]


def test_an_editor_finds_what_was_written(wordpress: Blog, pair: Pair, tailoring: Pair) -> None:
    """Not what a visitor is shown: neither the API nor the form holds a block."""
    Author(pair, wordpress.share).log_in()
    number = re.search(rb"wp/v2/pages/(\d+)", pair.get("/about-us/").body)
    assert number
    page = int(number[1])
    german = b"CF-IPCountry: DE"
    tailoring.direct.cookies = tailoring.behind.cookies = dict(pair.direct.cookies)
    raw = tailoring.get(f"/wp-json/wp/v2/pages/{page}?utm_source=news", german)
    assert raw.body.count(b"<!--edge:slot offer-->") == 2
    there, here, _ = tailoring.both("GET", f"/wp-admin/post.php?post={page}&action=edit&utm_source=news", german)
    assert (there.status, here.status) == (200, 200)
    assert b"edge:slot offer" in there.body
    assert plain(here.body) == plain(there.body)


def test_a_program_with_a_password_writes_a_post(wordpress: Blog, front: Front) -> None:
    app = Forwarding(front(Origin(wordpress.urls["b"]), TAILORED), Peers(["127.0.0.1"]))
    basic = b"Authorization: Basic " + b64encode(b"editor:" + wordpress.password.encode())
    kind = b"Content-Type: application/json"
    with door(app) as url, both(wordpress, url, b"X-Forwarded-Proto: https") as pair:
        text = {
            "title": "By a program",
            "content": f"<!-- wp:html -->{OFFER.decode()}<!-- /wp:html -->",
            "status": "publish",
        }
        made = pair.ask("POST", "/wp-json/wp/v2/posts", basic, kind, body=json.dumps(text).encode())
        assert made.status == 201
        path = json.loads(made.body)["link"].removeprefix("https://shop.example")
        there, here, _ = pair.both("GET", f"{path}?utm_source=news", b"CF-IPCountry: DE")
        assert OFFER in there.body
        assert plain(here.body) == plain(tailored(there.body))
        number = json.loads(made.body)["id"]
        gone = pair.ask("DELETE", f"/wp-json/wp/v2/posts/{number}?force=true", basic)
        assert gone.status == 200
        assert pair.get("/wp-json/wp/v2/users/me").status == 401
    assert wordpress.stored("a") == wordpress.stored("b")


# With the page cache

CACHED = {**EMPTY, "edge.toml": "[page_cache]\ndefault_seconds = 600\n"}
OF_THE_CACHE = (b"cache-status", b"age", b"transfer-encoding", b"content-length")
"""What is kept is known to its end, and leaves with its length."""


def kept(reply: Reply) -> bool:
    return b"; hit" in dict(reply.headers).get(b"cache-status", b"")


def uncached(reply: Reply) -> Reply:
    return replace(reply, headers=[pair for pair in reply.headers if pair[0] not in OF_THE_CACHE])


@pytest.fixture
def caching(wordpress: Blog, front: Front) -> Iterator[Pair]:
    app = Forwarding(front(Origin(wordpress.urls["b"]), CACHED), Peers())
    with door(app, server_header=False) as url, both(wordpress, url) as pair:
        yield pair


def test_what_is_kept_is_the_same_site(caching: Pair) -> None:
    targets = [
        "/",
        "/about-us/",
        "/feed/",
        "/no/such/",
        "/?s=quiet",
        "/wp-content/uploads/2026/02/north.png",
        "/wp-json/",
    ]
    for again in (False, True):
        for target in targets:
            there, here, _ = caching.both("GET", target)
            assert not difference(uncached(there), uncached(here), plain), target
            assert kept(here) or not again or target == "/no/such/", target


def test_nobody_is_shown_what_was_made_for_an_editor(wordpress: Blog, pair: Pair, caching: Pair) -> None:
    """Nor the other way round: whoever has a cookie of WordPress neither reads nor fills the cache."""
    Author(pair, wordpress.share).log_in()
    for name in ("nobody", "editor", "nobody", "editor"):
        jar = dict(pair.direct.cookies) if name == "editor" else {}
        caching.direct.cookies, caching.behind.cookies = dict(jar), dict(jar)
        for target in ("/about-us/", "/", "/2026/10/hello-from-the-north/", "/wp-json/"):
            there, here, _ = caching.both("GET", target)
            assert not difference(uncached(there), uncached(here), plain), (name, target)
            assert not (jar and kept(here))
            if there.body[:1] == b"<":
                assert (b'id="wpadminbar"' in here.body) == (name == "editor")


def test_a_password_opens_a_kept_page_for_nobody_else(caching: Pair) -> None:
    closed = caching.both("GET", reader.SECRET)[1]
    assert b"The secret is out" not in closed.body
    referer = b"Referer: http://shop.example" + reader.SECRET.encode()
    given = encoded({"post_password": "open sesame"})
    kind = b"Content-Type: application/x-www-form-urlencoded"
    assert caching.both("POST", "/wp-login.php?action=postpass", kind, referer, body=given)[1].status == 302
    assert b"The secret is out" in caching.both("GET", reader.SECRET)[1].body
    caching.behind.cookies = {}
    assert caching.both("GET", reader.SECRET)[1].body == closed.body


def test_a_kept_page_is_made_for_whoever_looks(wordpress: Blog, front: Front) -> None:
    german = (b"CF-IPCountry: DE",)
    settings = {"edge.toml": '[page_cache]\ndefault_seconds = 600\n[geo]\ncountry = "CF-IPCountry"\n'}
    app = Forwarding(front(Origin(wordpress.urls["b"]), {**TAILORED, **settings}), Peers())
    with door(app, server_header=False) as url, both(wordpress, url) as pair:
        for number, headers in enumerate((german, (), german, ())):
            there, here, _ = pair.both("GET", "/about-us/?utm_source=news", *headers)
            page = tailored(there.body) if headers else there.body.replace(OFFER, TRIAL)
            assert here.body == page
            assert kept(here) == (number > 0)


# All of it


@pytest.mark.soak
def test_all_that_anybody_finds_is_the_same(pair: Pair) -> None:
    found = crawl(pair, ["/"], follow=everything)
    assert not found.differences, unlike(found)
    assert len(found.statuses) > 400


@pytest.mark.soak
def test_all_that_an_editor_finds_is_the_same(wordpress: Blog, pair: Pair) -> None:
    Author(pair, wordpress.share).log_in()
    found = crawl(pair, ["/wp-admin/"], follow=harmless)
    assert not found.differences, unlike(found)
    assert len(found.statuses) > 1000
    assert wordpress.stored("a") == wordpress.stored("b")
