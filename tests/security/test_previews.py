"""A preview is for whom it was given: for a while, on one host, in no cache, and no page of another site can
change or end it for them."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest

from edge import EdgeMiddleware
from edge.types import ASGIApp, Message, Receive, Scope, Send
from edge.visitors.tokens import SKEW
from tests.page.raw import Answer, Pairs, ask, exchange, html, replying, scope_of, start
from tests.page.sites import GERMAN, NOW, PAGE, Front
from tests.security.payloads import PAYLOADS
from tests.security.shape import shape

PERSONAS = {"personas.toml": '[hans]\ncountry = "DE"\n[jane]\nutm = { source = "news" }'}
COOKIED = {"experiences.toml": '[h]\nslot = "hero"\nfor = "new"\nshow = "hallo"'}
PUBLIC = [(b"cache-control", b"public, max-age=600, s-maxage=600"), (b"expires", b"Sat, 21 Nov 2027 00:00:00 GMT")]
CACHED = [*PUBLIC, (b"etag", b'"1"'), (b"last-modified", b"Sat, 21 Nov 2026 00:00:00 GMT")]
HTML = (b"content-type", b"text/html; charset=utf-8")
HOURS = 3600
LIFE = 12 * HOURS


def enter(edge: EdgeMiddleware, persona: str = "hans") -> Answer:
    return ask(edge, edge.preview_path("shop.example", persona))


def cookie(answer: Answer) -> tuple[bytes, bytes]:
    value = answer.header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def press(edge: EdgeMiddleware, headers: Pairs, form: bytes = b"persona=jane") -> Answer:
    return ask(edge, "/_edge/preview", headers, "POST", [form])


def shows_a_preview(answer: Answer) -> bool:
    return b"<edge-bar" in answer.body


# Its time.


@pytest.mark.parametrize(
    ("age", "holds"), [(-SKEW - 1, False), (-SKEW, True), (0, True), (LIFE + SKEW, True), (LIFE + SKEW + 1, False)]
)
def test_link_and_cookie_end_after_twelve_hours(front: Front, age: int, holds: bool) -> None:
    now = NOW
    edge = front(html(PAGE), PERSONAS, clock=lambda: now)
    link, sent = edge.preview_path("shop.example", "hans"), cookie(enter(edge))
    now = NOW + age
    assert (ask(edge, link).status == 303) is holds
    assert shows_a_preview(ask(edge, "/", [sent])) is holds


def test_using_it_makes_it_last_no_longer(front: Front) -> None:
    """Neither pages nor buttons, nor the link once more: it says when it was made."""
    now = NOW
    edge = front(html(PAGE), PERSONAS, clock=lambda: now)
    link = edge.preview_path("shop.example", "hans")
    sent = cookie(ask(edge, link))
    for hour in range(1, 12):
        now = NOW + hour * HOURS
        ask(edge, "/", [sent])
        sent = cookie(press(edge, [sent, (b"sec-fetch-site", b"same-origin")]))
        assert ask(edge, link).status == 303
    now = NOW + LIFE + SKEW + 1
    assert not shows_a_preview(ask(edge, "/", [sent]))
    assert press(edge, [sent, (b"sec-fetch-site", b"same-origin")]).status == 403


def test_a_key_that_is_taken_away_ends_it(front: Front) -> None:
    before = front(
        html(PAGE), PERSONAS, environ={"EDGE_SECRET_KEYS": "first-key-of-the-tests second-key-of-the-tests"}
    )
    link, sent = before.preview_path("shop.example", "hans"), cookie(enter(before))
    for keys, holds in (
        ("second-key-of-the-tests third-key-of-the-tests", True),
        ("third-key-of-the-tests", False),
    ):
        after = front(html(PAGE), PERSONAS, environ={"EDGE_SECRET_KEYS": keys})
        assert (ask(after, link).status == 303) is holds
        assert shows_a_preview(ask(after, "/", [sent])) is holds


# Its host.

OTHER_HOSTS = (
    b"",
    b"www.shop.example",
    b"shop.example:8443",
    b"shop.example.evil.example",
    b"evil.example",
    b"shop.example@evil.example",
    b"evil.example/shop.example",
    b"evil.example\\shop.example",
    b"evil.example#shop.example",
    b"shop.example, evil.example",
    b"shop.example evil.example",
    b"shop.example\x00",
    b"sh\xc3\xb6p.example",
    b"[shop.example]",
)


async def _asked(edge: EdgeMiddleware, path: str, headers: Pairs, scheme: str = "https") -> Answer:
    """One request with no other headers, not even a Host."""
    answer = Answer()
    scope = scope_of(path, scheme=scheme)
    scope["headers"] = list(headers)
    await exchange(edge, scope, answer)
    return answer


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_it_holds_on_one_host(front: Front, host: bytes) -> None:
    edge = front(html(PAGE), PERSONAS)
    link, sent = edge.preview_path("shop.example", "hans"), cookie(enter(edge))
    there = [(b"host", host)]
    assert asyncio.run(_asked(edge, link, there)).status == 403
    assert not shows_a_preview(asyncio.run(_asked(edge, "/", [*there, sent])))


@pytest.mark.parametrize(
    "name", [b"x-forwarded-host", b"forwarded", b"x-host", b"x-original-host", b"x-forwarded-server"]
)
def test_no_other_header_says_the_host(front: Front, name: bytes) -> None:
    edge = front(html(PAGE), PERSONAS)
    link, sent = edge.preview_path("shop.example", "hans"), cookie(enter(edge))
    value = b"host=shop.example" if name == b"forwarded" else b"shop.example"
    there = [(b"host", b"evil.example"), (name, value)]
    assert asyncio.run(_asked(edge, link, there)).status == 403
    assert not shows_a_preview(asyncio.run(_asked(edge, "/", [*there, sent])))


# Not from a page of another site.

SITES = (None, b"same-origin", b"same-site", b"cross-site", b"none", b"SAME-ORIGIN", b"", b"same-origin, none")
ORIGINS = (
    None,
    b"https://shop.example",
    b"https://shop.example:443",
    b"https://shop.example:8443",
    b"https://evil.example",
    b"https://shop.example.evil.example",
    b"https://evil.example/https://shop.example",
    b"https://evil.example?://shop.example",
    b"https://shop.example@evil.example",
    b"null",
    b"",
    b"://shop.example/",
    b"https://shop.example https://evil.example",
)
REFERERS = (None, b"https://shop.example/", b"https://evil.example/")
OURS = frozenset((b"https://shop.example", b"https://shop.example:443"))


def test_only_a_page_of_the_same_origin_presses_a_button(front: Front) -> None:
    """The browser's Sec-Fetch-Site decides; without it the Origin; the Referer never."""
    edge = front(html(PAGE), PERSONAS)
    sent = cookie(enter(edge))
    for site, origin, referer in itertools.product(SITES, ORIGINS, REFERERS):
        pairs = [(b"sec-fetch-site", site), (b"origin", origin), (b"referer", referer)]
        headers = [sent, *((name, value) for name, value in pairs if value is not None)]
        allowed = site in (b"same-origin", b"none") or (site is None and origin in OURS)
        for form in (b"persona=jane", b"leave=1"):
            answer = press(edge, headers, form)
            assert (answer.status == 303) is allowed, headers
            assert (answer.header(b"set-cookie") is not None) is allowed, headers


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "PREVIEW"])
def test_no_other_method_starts_changes_or_ends_it(front: Front, method: str) -> None:
    edge = front(html(PAGE), PERSONAS)
    sent = cookie(enter(edge))
    override = [(b"x-http-method-override", b"POST"), (b"x-method-override", b"POST"), (b"x-http-method", b"GET")]
    link = edge.preview_path("shop.example", "hans") + "&_method=POST&persona=jane&leave=1"
    answer = ask(edge, link, [sent, (b"sec-fetch-site", b"same-origin"), *override], method)
    assert (answer.status, answer.header(b"set-cookie")) == (404, None)


@pytest.mark.parametrize("query", ["persona=jane", "leave=1", "persona=jane&leave=1&next=/"])
def test_an_address_alone_changes_nothing(front: Front, query: str) -> None:
    """A button's fields in the address: what an image or a link of another site could ask for."""
    edge = front(html(PAGE), PERSONAS)
    sent = cookie(enter(edge))
    assert ask(edge, f"/_edge/preview?{query}", [sent]).header(b"set-cookie") is None
    there = [sent, (b"sec-fetch-site", b"same-origin")]
    assert ask(edge, f"/_edge/preview?{query}", there, "POST", [b""]).header(b"set-cookie") is None


def test_a_link_starts_nothing_but_a_preview(front: Front) -> None:
    """It has to work from a letter or a CMS, so from anywhere: but only for whoever has one, and only that."""
    edge = front(html(PAGE), PERSONAS)
    for site in SITES:
        headers = [] if site is None else [(b"sec-fetch-site", site)]
        answer = ask(edge, edge.preview_path("shop.example", "hans"), headers)
        assert (answer.status, answer.header(b"location"), answer.body) == (303, b"/", b"")
    for token in ("", "x", "a.b.c", "%00", "x" * 10_000):
        answer = ask(edge, f"/_edge/preview?token={token}")
        assert (answer.status, answer.header(b"set-cookie")) == (403, None)


def test_a_link_may_be_used_again_and_by_two_people(front: Front) -> None:
    """It is for a team. What ends it is its time, or its key."""
    edge = front(html(PAGE), PERSONAS)
    link = edge.preview_path("shop.example", "hans")
    first, second = ask(edge, link), ask(edge, link)
    assert first.status == second.status == 303
    assert cookie(first) == cookie(second)


def test_whoever_has_left_is_out_until_the_link_is_opened_again(front: Front) -> None:
    edge = front(html(PAGE), PERSONAS)
    sent = cookie(enter(edge))
    left = press(edge, [sent, (b"sec-fetch-site", b"same-origin")], b"leave=1")
    assert cookie(left) == (b"cookie", b"__Host-edge-preview=")
    assert not shows_a_preview(ask(edge, "/", [cookie(left)]))


# Its cookie.


@pytest.mark.parametrize(
    ("scheme", "host", "name", "flags"),
    [
        ("https", "shop.example", b"__Host-edge-preview", [b"Path=/", b"Secure", b"HttpOnly", b"SameSite=Lax"]),
        ("http", "shop.example", b"__Host-edge-preview", [b"Path=/", b"Secure", b"HttpOnly", b"SameSite=Lax"]),
        ("https", "localhost", b"__Host-edge-preview", [b"Path=/", b"Secure", b"HttpOnly", b"SameSite=Lax"]),
        ("http", "localhost:8000", b"edge-preview", [b"Path=/", b"HttpOnly", b"SameSite=Lax"]),
    ],
)
def test_the_flags_of_its_cookie(front: Front, scheme: str, host: str, name: bytes, flags: list[bytes]) -> None:
    edge = front(html(PAGE), PERSONAS)
    answer = asyncio.run(_asked(edge, edge.preview_path(host, "hans"), [(b"host", host.encode())], scheme))
    pair, *found = (answer.header(b"set-cookie") or b"").split(b"; ")
    assert pair.startswith(name + b"=")
    assert found == flags  # no Domain, no Max-Age: it ends with the browser's session


# In no cache, in no log of another site, in no count.


def _gzipped() -> ASGIApp:
    return html(gzip.compress(PAGE), headers=[*CACHED, (b"content-encoding", b"gzip")])


PAGES: dict[str, tuple[Callable[[], ASGIApp], str]] = {
    "whole": (lambda: html(PAGE, headers=CACHED), "GET"),
    "in parts": (lambda: html(PAGE[:50], PAGE[50:], headers=CACHED), "GET"),
    "without slots": (lambda: html(b"<p>x", headers=CACHED), "GET"),
    "without slots, in parts": (lambda: html(b"<p>", b"x", headers=CACHED), "GET"),
    "gzipped": (_gzipped, "GET"),
    "HEAD": (lambda: html(b"", headers=CACHED), "HEAD"),
    "an error's page": (lambda: html(PAGE, headers=CACHED, status=404), "GET"),
    "an error's page in parts": (lambda: html(PAGE[:50], PAGE[50:], headers=CACHED, status=500), "GET"),
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("conditional", [False, True])
def test_a_previewed_page_is_kept_nowhere(front: Front, kind: str, conditional: bool) -> None:
    app, method = PAGES[kind]
    edge = front(app(), {**PERSONAS, "edge.toml": "error_pages = true"})
    headers = [cookie(enter(edge))]
    if conditional:
        headers += [(b"if-none-match", b'"1", W/"1;0123456789abcdef", *'), (b"if-modified-since", CACHED[-1][1])]
    answer = ask(edge, "/", headers, method)
    assert answer.status in (200, 404, 500)
    directives = (answer.header(b"cache-control") or b"").split(b", ")
    assert {b"private", b"no-store"} <= set(directives)
    assert not {b"public", b"max-age=600", b"s-maxage=600"} & set(directives)
    assert [answer.header(name) for name in (b"etag", b"last-modified", b"expires")] == [None] * 3


def _asking(*messages: Message) -> ASGIApp:
    """An app that makes its answer from what it is told of the visitor."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["edge"].fact("country")
        await replying(*messages)(scope, receive, send)

    return app


MADE: dict[str, tuple[Message, ...]] = {
    "a redirect": (start([*CACHED, (b"location", b"/de")], 302), {"type": "http.response.body"}),
    "JSON": (
        start([*CACHED, (b"content-type", b"application/json")]),
        {"type": "http.response.body", "body": b"{}"},
    ),
    "an error": (start([*CACHED, HTML], 500), {"type": "http.response.body", "body": b"x"}),
    "not modified": (start(CACHED, 304), {"type": "http.response.body"}),
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_the_app_makes_for_a_preview_is_kept_nowhere(front: Front, kind: str, method: str) -> None:
    """The browser's own cache would show it outside of the preview."""
    edge = front(_asking(*MADE[kind]), PERSONAS)
    answer = ask(edge, "/", [cookie(enter(edge))], method)
    directives = (answer.header(b"cache-control") or b"").split(b", ")
    assert {b"private", b"no-store"} <= set(directives)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/_edge/preview", "GET"),
        ("/_edge/preview?token=x", "GET"),
        ("/_edge/preview", "POST"),
        ("/_edge/preview", "PUT"),
        ("/_edge/other", "GET"),
        ("/_edge", "GET"),
    ],
)
def test_edges_own_refusals_are_kept_nowhere(front: Front, path: str, method: str) -> None:
    answer = ask(front(html(PAGE), PERSONAS), path, [], method, [b"persona=jane"])
    assert answer.status in (403, 404)
    assert answer.header(b"cache-control") == b"private, no-store, max-age=0"
    assert answer.header(b"content-type") == b"text/html; charset=utf-8"
    assert (answer.header(b"content-security-policy") or b"").startswith(b"default-src 'none'; ")


def test_edges_own_refusals_say_nothing_of_the_request(front: Front) -> None:
    edge = front(html(PAGE), PERSONAS)
    assert ask(edge, "/_edge/<b>x", [], "GET").body == ask(edge, "/_edge/other", [], "GET").body
    assert ask(edge, "/_edge/preview?token=<b>").body == ask(edge, "/_edge/preview").body


def test_the_token_leaves_the_address_bar_and_tells_no_other_site(front: Front) -> None:
    edge = front(html(PAGE), PERSONAS)
    entered = enter(edge)
    token = cookie(entered)[1].partition(b"=")[2]
    assert len(token) > 40
    assert entered.status == 303
    assert token not in (entered.header(b"location") or b"") + entered.body
    assert entered.header(b"referrer-policy") == b"same-origin"
    page = ask(edge, "/", [cookie(entered)])
    assert token not in page.body
    assert all(token not in value for _, value in page.headers)


def test_a_refused_token_is_not_said_back(front: Front) -> None:
    edge = front(html(PAGE), PERSONAS)
    answer = ask(edge, "/_edge/preview?token=<b>SAID</b>&next=/SAID", [(b"cookie", b"__Host-edge-preview=SAID")])
    assert b"SAID" not in answer.body + b"".join(value for _, value in answer.headers)


def test_no_token_gets_into_a_log(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    edge = front(html(PAGE), PERSONAS)
    entered = enter(edge)
    sent = cookie(entered)
    ask(edge, "/", [sent])
    press(edge, [sent, (b"sec-fetch-site", b"same-origin")])
    ask(edge, "/_edge/preview?token=SAID")
    token = sent[1].partition(b"=")[2].decode()
    assert "SAID" not in caplog.text
    assert token not in caplog.text


def test_a_preview_counts_nothing_and_sets_no_cookie_of_the_visitors(front: Front) -> None:
    edge = front(html(PAGE), {**PERSONAS, **COOKIED})
    sent = enter(edge)
    before = dict(edge.counts)
    for headers in ([], [(b"accept-encoding", b"gzip")], [GERMAN]):
        page = ask(edge, "/", [cookie(sent), *headers])
        assert shows_a_preview(page)
        assert page.header(b"set-cookie") is None
    assert dict(edge.counts) == before


def test_a_preview_renews_no_cookie_of_the_visitors(front: Front) -> None:
    now = NOW
    edge = front(html(PAGE), {**PERSONAS, **COOKIED}, clock=lambda: now)
    mine = cookie(ask(edge))[1]
    now += 40 * 24 * HOURS
    both = (b"cookie", mine + b"; " + cookie(enter(edge))[1])
    assert ask(edge, "/", [both]).header(b"set-cookie") is None
    assert ask(edge, "/", [(b"cookie", mine)]).header(b"set-cookie") is not None


def test_a_persona_that_is_gone_is_oneself(front: Front) -> None:
    sent = cookie(enter(front(html(PAGE), PERSONAS)))
    edge = front(html(PAGE), {"personas.toml": '[jane]\ncountry = "FR"'})
    page = ask(edge, "/", [sent])
    assert shows_a_preview(page)
    assert b"<b>yourself</b>" in page.body


@pytest.mark.parametrize("persona", ["nobody", "hans\0", "HANS", "../hans", "<b>", "hans&leave=1"])
def test_a_button_names_a_persona_of_the_site_or_none(front: Front, persona: str) -> None:
    edge = front(html(PAGE), PERSONAS)
    sent = cookie(enter(edge))
    form = b"persona=" + quote(persona).encode()
    assert press(edge, [sent, (b"sec-fetch-site", b"same-origin")], form).header(b"set-cookie") is None


def test_nothing_that_is_asked_for_breaks_out_of_the_bar(front: Front) -> None:
    """It holds the page's address, to come back to; and what the site folder says."""
    files = {
        "personas.toml": "[hans]\nabout = '<b>\"about</b><script>x</script>'\n",
        "segments.toml": "[s]\nwhen = 'query.q != \"<script>x</script>\"'\n",
        "experiences.toml": "[h]\nslot = 'hero'\nfor = 'query.q != \"<b>\"'\nshow = 'hallo'\n",
    }
    edge = front(html(PAGE), files)
    sent = cookie(enter(edge))
    expected = shape(ask(edge, "/qqq?q=qqq", [sent]).body)
    assert any("edge-bar" in str(part) for part in expected)
    for payload in PAYLOADS[::4]:
        raw = payload.encode("utf-8", "replace")
        page = ask(edge, "/" + raw.decode().replace("?", ""), [sent], query_string=b"q=" + raw)
        assert shape(page.body) == expected, payload
