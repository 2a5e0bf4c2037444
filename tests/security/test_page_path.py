"""Attacks on the way of a page: caches that are to keep it for others, other spellings of Edge's own paths,
visitors that share a process, validators, and what answers tell that they need not."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections.abc import Iterable, Mapping

import pytest

from edge import Profile, Visitor
from edge.types import ASGIApp, Headers, Receive, Scope, Send
from tests.conftest import Serve
from tests.hosts.wire import request as written
from tests.hosts.wire import wired
from tests.page.raw import Answer, Pairs, ask, exchange, html, scope_of
from tests.page.sites import GERMAN, PAGE, Front

SHARED: Headers = [
    (b"cache-control", b"public, s-maxage=600, max-age=600, stale-while-revalidate=600, immutable"),
    (b"cdn-cache-control", b"max-age=600"),
    (b"surrogate-control", b"max-age=600"),
    (b"cloudflare-cdn-cache-control", b"max-age=600"),
    (b"x-accel-expires", b"600"),
    (b"expires", b"Sat, 21 Nov 2037 00:00:00 GMT"),
    (b"etag", b'"1"'),
    (b"last-modified", b"Sat, 21 Nov 2026 00:00:00 GMT"),
]
KEEPERS = frozenset(name for name, _ in SHARED[1:6])
PRO = {
    "facts.toml": '[traits.name]\nkind = "text"',
    "experiences.toml": '[h]\nslot = "hero"\nfor = \'traits.name != "nobody"\'\nshow = "name"',
    "blocks/name.html": "<h1>For {{ traits.name }}</h1>",
}

# Caches.

WAYS: Mapping[str, tuple[str, str, Pairs]] = {
    "plain": ("GET", "/", []),
    "HEAD": ("HEAD", "/", []),
    "as an image": ("GET", "/", [(b"sec-fetch-dest", b"image")]),
    "as two things": ("GET", "/", [(b"sec-fetch-dest", b"document"), (b"sec-fetch-dest", b"image")]),
    "as nonsense": ("GET", "/", [(b"sec-fetch-dest", b"\xff")]),
    "by fetch": ("GET", "/", [(b"sec-fetch-dest", b"empty"), (b"sec-fetch-mode", b"no-cors")]),
    "a part": ("GET", "/", [(b"range", b"bytes=0-9"), (b"accept", b"*/*")]),
    "a part of a page": ("GET", "/", [(b"range", b"bytes=0-9"), (b"sec-fetch-dest", b"document")]),
    "if changed": ("GET", "/", [(b"if-none-match", b'"0"'), (b"if-modified-since", b"x")]),
    "if changed, as ours": ("GET", "/", [(b"if-none-match", b'W/"1;0123456789abcdef"')]),
    "override": ("GET", "/", [(b"x-http-method-override", b"POST"), (b"x-method", b"HEAD")]),
    "other host": ("GET", "/", [(b"x-forwarded-host", b"evil.example"), (b"x-host", b"evil.example")]),
    "other path": ("GET", "/", [(b"x-original-url", b"/none/x"), (b"x-rewrite-url", b"/none/x")]),
    "two hosts": ("GET", "/", [(b"host", b"evil.example")]),
    "no coding": ("GET", "/", [(b"accept-encoding", b"identity;q=0")]),
    "brotli": ("GET", "/", [(b"accept-encoding", b"br")]),
    "a style sheet's name": ("GET", "/account/x.css", []),
    "a path parameter": ("GET", "/account;x.css", []),
    "an encoded name": ("GET", "/account/%2e%2e/x.js", []),
    "a way up": ("GET", "/none/../account", []),
    "a question mark": ("GET", "/account?x.css", []),
    "a prefix": ("GET", "/_edgex", []),
    "cookies": ("GET", "/", [(b"cookie", b"a=b; __Host-edge=x; __Host-edge-preview=x")]),
    "a shared cache asks": ("GET", "/", [(b"cache-control", b"only-if-cached"), (b"via", b"1.1 cache")]),
    "a prefetch": ("GET", "/", [(b"sec-purpose", b"prefetch;prerender"), (b"purpose", b"prefetch")]),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pieces", [1, 2])
@pytest.mark.parametrize("who", [[], [GERMAN]])
def test_no_shared_cache_keeps_a_page_that_depends_on_its_visitor(
    front: Front, way: str, pieces: int, who: Pairs
) -> None:
    """Neither the tailored page nor the default, however it is asked for: one is another visitor's, and the other
    would hide the tailored one from all."""
    method, path, headers = WAYS[way]
    chunks = (PAGE,) if pieces == 1 else (PAGE[:60], PAGE[60:])
    edge = front(
        html(*chunks, headers=SHARED),
        {"edge.toml": "[geo]\ncountry = 'CF-IPCountry'\n[pages]\nno_slots = ['/none']"},
    )
    answer = ask(edge, path, [*headers, *who], method)
    directives = (answer.header(b"cache-control") or b"").split(b", ")
    assert b"private" in directives
    assert not any(
        one.startswith((b"public", b"s-maxage", b"max-age", b"stale", b"immutable"))
        for one in set(directives) - {b"max-age=0"}
    )
    assert KEEPERS.isdisjoint(name for name, _ in answer.headers)
    assert b"cookie" not in (answer.header(b"vary") or b"").lower()


@pytest.mark.parametrize("way", WAYS)
def test_a_cookie_leaves_only_with_what_nobody_shares(front: Front, way: str) -> None:
    method, path, headers = WAYS[way]
    for chunks in ((PAGE,), (PAGE[:60], PAGE[60:]), (b"<p>no slots",), (b"<p>no", b" slots")):
        edge = front(
            html(*chunks, headers=SHARED), {"experiences.toml": '[h]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}
        )
        answer = ask(edge, path, headers, method)
        if answer.header(b"set-cookie") is not None:
            assert b"private" in (answer.header(b"cache-control") or b"").split(b", ")


def test_what_is_no_page_keeps_its_headers(front: Front) -> None:
    """Or the tests above would hold of a product that makes everything private."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/css"), *SHARED]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"p {}"})

    for method, path, headers in WAYS.values():
        assert ask(front(app), path, headers, method).header(b"cache-control") == SHARED[0][1]


def test_head_says_what_a_streamed_get_says(front: Front) -> None:
    edge = front(html(PAGE[:60], PAGE[60:], headers=SHARED))
    got, said = ask(edge, "/", [GERMAN]), ask(edge, "/", [GERMAN], "HEAD")
    assert said.headers == got.headers


# Other spellings of Edge's own paths.

SPELLINGS = (
    "/_edge/preview",
    "/_edge//preview",
    "//_edge/preview",
    "/./_edge/preview",
    "/x/../_edge/preview",
    "/_edge/../_edge/preview",
    "/_edge/./preview",
    "/%5Fedge/preview",
    "/_edge%2Fpreview",
    "/_edge/%70review",
    "/%2F_edge/preview",
    "/_edge;x/preview",
    "/_edge/preview;x",
    "/_edge/preview/",
    "/_edge/preview%00",
    "/_edge/preview%20",
    "/_edge/preview.css",
    "/_EDGE/preview",
    "/_edge/PREVIEW",
    "/_edge\\preview",
    "/_edge%5Cpreview",
    "/_edge%3Fx",
    "/_edge?x",
    "/_edge/bar.css",
    "/_edge/bar.css/../preview",
    "/_edge/%E2%80%AE",
    "/_\u0435dge/preview".encode().decode("latin-1"),
)


@pytest.mark.parametrize("spelling", [one for one in SPELLINGS if one.isascii() and " " not in one])
def test_on_a_real_server_every_spelling_is_edges_own_or_the_sites(
    front: Front, serve: Serve, spelling: str
) -> None:
    """Never half of each: what Edge answers is one of three texts, and nothing that was asked is in it."""
    edge = front(html(PAGE), {"personas.toml": '[hans]\ncountry = "DE"'})
    with wired(serve(edge)) as wire:
        for method in ("GET", "POST", "HEAD"):
            wire.send(
                written(
                    spelling + ("&" if "?" in spelling else "?") + "token=SAID",
                    b"Content-Length: 0",
                    method=method,
                )
            )
            reply = wire.reply(method)
            assert reply.header(b"set-cookie") is None
            if method != "HEAD" and reply.status == 200:
                assert reply.body in (PAGE, ask(edge, "/_edge/bar.css").body)
            elif reply.status != 200:
                assert reply.status in (403, 404, 405)
                assert b"SAID" not in reply.body


@pytest.mark.parametrize(
    ("root", "path", "own"),
    [
        ("", "/_edge/bar.css", True),
        ("/shop", "/shop/_edge/bar.css", True),
        ("/shop", "/_edge/bar.css", True),  # servers that leave the mount out of the path
        ("/shop", "/shop/shop/_edge/bar.css", False),
        ("/shop", "/shopping/_edge/bar.css", False),
        ("/shop", "/x/_edge/bar.css", False),
        ("/_edge", "/_edge/_edge/bar.css", True),
        ("/", "//_edge/bar.css", True),
        ("/shop/", "/shop/_edge/bar.css", False),
    ],
)
def test_a_mount_makes_no_other_path_edges_own(front: Front, root: str, path: str, own: bool) -> None:
    answer = ask(front(html(PAGE)), path, root_path=root)
    assert (answer.header(b"content-type") == b"text/css; charset=utf-8") is own


# Visitors in one process.


def _visitors() -> list[tuple[str, Pairs]]:
    """Requests that differ in what a block may show."""
    names = ("a", "b", "1", "1.0", "True", "None", "A", "a ", "\u00e9", "e\u0301", "<b>", "", "0")
    languages = (b"de", b"en", b"DE", b"*")
    return [
        (f"/{path}?utm_source={source}", [(b"cf-ipcountry", country), (b"accept-language", language)])
        for path, source, country, language in itertools.islice(
            itertools.product(("", "x"), names, (b"DE", b"FR", b""), languages), 400
        )
    ]


CACHED = {
    "experiences.toml": '[h]\nslot = "hero"\nfor = "german"\nshow = "hallo"\n[o]\nslot = "offer"\nshow = "all"',
    "blocks/all.html": "{{ path }}|{{ utm.source or '-' }}|{{ country or '-' }}|{{ language or '-' }}",
}


def test_nobody_gets_what_was_kept_for_another(front: Front) -> None:
    """Plans, renditions and verified cookies are kept: who has served everybody answers as one that is new."""
    asked = _visitors() * 2
    random.Random(1).shuffle(asked)
    edge = front(html(PAGE, headers=TAGGED), CACHED)
    for path, headers in asked:
        answer = ask(edge, path, headers)
        fresh = ask(front(html(PAGE, headers=TAGGED), CACHED), path, headers) if path < "/?" else None
        shown = re.search(rb"<!--edge:slot offer-->(.*)<!--/edge:slot-->", answer.body)
        assert shown is not None
        assert fresh is None or fresh.body == answer.body
        country = dict(headers)[b"cf-ipcountry"] or b"-"
        assert shown[1].split(b"|")[2] == country
        assert ("Klänge".encode() in answer.body) is (country == b"DE")


def test_nor_when_all_ask_at_once(front: Front) -> None:
    """A slow source of profiles, pages that come in pieces: a hundred visitors interleaved, each gets theirs."""

    async def profiles(visitor: Visitor) -> Profile:
        for _ in range(hash(visitor.id) % 7):
            await asyncio.sleep(0)
        return Profile({"name": visitor.id})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        for at in range(0, len(PAGE), 20):
            await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": PAGE[at : at + 20], "more_body": True})
        await send({"type": "http.response.body"})

    edge = front(app, {**PRO, "edge.toml": "budget_ms = 10000"}, profiles=profiles)
    cookies = [(ask(edge).header(b"set-cookie") or b"").partition(b";")[0] for _ in range(100)]

    async def run() -> list[Answer]:
        answers = [Answer() for _ in cookies]
        scopes = [scope_of("/", [(b"cookie", cookie)]) for cookie in cookies]
        await asyncio.gather(
            *(exchange(edge, scope, answer) for scope, answer in zip(scopes, answers, strict=True))
        )
        return answers

    for cookie, answer in zip(cookies, asyncio.run(run()), strict=True):
        own = cookie.partition(b"=")[2].partition(b".")[0]
        assert b"<h1>For " + own + b"</h1>" in answer.body
        others = (other.partition(b"=")[2].partition(b".")[0] for other in cookies)
        assert sum(other in answer.body for other in others) == 1


# Validators and sizes. The page's length is said, so that it is complete wherever its body is cut.

TAGGED = [(b"etag", b'"1"'), (b"content-length", b"%d" % len(PAGE))]


def test_a_tag_of_one_visitor_is_good_for_no_other(front: Front) -> None:
    edge = front(html(PAGE, headers=TAGGED))
    tags = {who: ask(edge, "/", headers).header(b"etag") or b"" for who, headers in (("de", [GERMAN]), ("-", []))}
    assert len(set(tags.values())) == 2
    for who, headers in (("de", [GERMAN]), ("-", [])):
        for whose, tag in tags.items():
            answer = ask(edge, "/", [*headers, (b"if-none-match", tag)])
            assert answer.status == (304 if whose == who else 200)


@pytest.mark.parametrize(
    "forged",
    [b"*", b'"1"', b'W/"1"', b'"1;"', b'"1;0000000000000000"', b'W/"1;ffffffffffffffff"', b'";0000000000000000"'],
)
def test_no_tag_that_was_not_given_out_keeps_a_page_back(front: Front, forged: bytes) -> None:
    edge = front(html(PAGE, headers=TAGGED))
    ask(edge, "/", [GERMAN])
    answer = ask(edge, "/", [GERMAN, (b"if-none-match", forged)])
    assert (answer.status, "Klänge".encode() in answer.body) == (200, True)


def test_a_tag_does_not_tell_which_block_it_stands_for(front: Front) -> None:
    """It is hashed with a key of the site: who knows all blocks cannot find out which a tag is of."""
    app = html(PAGE, headers=TAGGED)
    one, other = front(app), front(app, environ={"EDGE_SECRET_KEYS": "another-key-that-only-the-tests-know"})
    assert ask(one, "/", [GERMAN]).header(b"etag") != ask(other, "/", [GERMAN]).header(b"etag")


def _lengths(values: Iterable[bytes | None]) -> set[int]:
    return {len(value or b"") for value in values}


def test_sizes_tell_nothing(front: Front) -> None:
    """Tags and cookies are of one length, whoever they are for."""
    edge = front(html(PAGE, headers=TAGGED), PRO)
    answers = [ask(edge, "/", [(b"accept-language", b"de")] * number) for number in range(5)]
    assert len(_lengths(answer.header(b"set-cookie") for answer in answers)) == 1
    assert len(_lengths(answer.header(b"etag") for answer in answers)) == 1


# What answers tell.


def test_no_id_is_in_a_page_that_no_block_shows_it_in(front: Front) -> None:
    edge = front(html(PAGE), {"experiences.toml": '[h]\nslot = "hero"\nfor = "new"\nshow = "hallo"'})
    first = ask(edge)
    pair = (first.header(b"set-cookie") or b"").partition(b";")[0]
    own = pair.partition(b"=")[2].partition(b".")[0]
    again = ask(edge, "/", [(b"cookie", pair)])
    assert own
    assert own not in first.body + again.body
    assert all(own not in value for name, value in (*first.headers, *again.headers) if name != b"set-cookie")


def test_no_header_says_that_edge_is_there(front: Front) -> None:
    """Nor which block, segment or experience was shown: what a page says of itself is the origin's to say."""
    edge = front(html(PAGE, headers=[*SHARED, TAGGED[1]]))
    allowed = {"content-type", "content-length", "cache-control", "etag"}
    assert {name.decode() for name, _ in ask(edge, "/", [GERMAN]).headers} == allowed


def test_an_app_that_fails_is_told_on_by_nobody(front: Front) -> None:
    """What the app raises is the server's to answer; Edge puts nothing of its own around it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("SAID")

    edge: ASGIApp = front(app)
    answer = Answer()
    with pytest.raises(LookupError):
        asyncio.run(exchange(edge, scope_of("/?q=SAID", [GERMAN]), answer))
    assert answer.messages == []
