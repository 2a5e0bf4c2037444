"""Edge's own paths: entering, changing and leaving a preview."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

import pytest

from edge import EdgeMiddleware
from tests.page.raw import Answer, Pairs, ask, html
from tests.page.sites import GERMAN, NOW, PAGE, Front

PERSONAS = {
    "personas.toml": """
        [hans]
        about = "From Germany"
        country = "DE"
        [jane]
        about = "By mail"
        utm = { source = "news" }
    """
}
SAME = (b"sec-fetch-site", b"same-origin")


def link(edge: EdgeMiddleware, persona: str = "", host: str = "shop.example") -> str:
    return edge.preview_path(host, persona)


def cookie(answer: Answer) -> tuple[bytes, bytes]:
    value = answer.header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def press(edge: EdgeMiddleware, form: bytes, headers: Pairs) -> Answer:
    return ask(edge, "/_edge/preview", headers, "POST", [form[:5], form[5:]])


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(html(PAGE, headers=[(b"etag", b'"x"')]), PERSONAS)


def test_a_link_opens_the_site_as_a_persona(edge: EdgeMiddleware) -> None:
    entered = ask(edge, link(edge, "hans") + "&next=/%3Fa%3D1")
    assert (entered.status, entered.header(b"location")) == (303, b"/?a=1")
    assert entered.header(b"cache-control") == b"private, no-store, max-age=0"
    page = ask(edge, "/", [cookie(entered)])
    assert "Klänge für alle".encode() in page.body
    assert b"<edge-bar" in page.body
    assert page.header(b"cache-control") == b"private, no-cache, max-age=0, no-store"
    assert page.header(b"etag") is None
    assert page.header(b"set-cookie") is None


@pytest.mark.parametrize(("path", "body"), [("/_edge/livez", b"alive\n"), ("/_edge/readyz", b"ready\n")])
def test_who_asks_whether_edge_is_well_is_told_so(front: Front, path: str, body: bytes) -> None:
    for environ in ({"EDGE_SECRET_KEYS": "known-to-tests-only"}, {"EDGE_OFF": "1"}):
        answer = ask(front(html(b"the site's"), environ=environ), path)
        assert (answer.status, answer.body, answer.header(b"cache-control")) == (200, body, b"no-store, max-age=0")


def test_turned_off_edge_answers_nothing_else(front: Front) -> None:
    edge = front(html(b"the site's"), {"edge.toml": 'prefix = "/_aurora"'}, environ={"EDGE_OFF": "1"})
    assert ask(edge, "/_aurora/readyz").body == b"ready\n"
    for path in ("/_edge/readyz", "/_aurora/bar.css", "/readyz", "/_aurora/preview"):
        assert ask(edge, path).body == b"the site's"


def test_a_preview_counts_nothing(edge: EdgeMiddleware) -> None:
    ask(edge, "/", [cookie(ask(edge, link(edge, "hans")))])
    assert not edge.counts


def test_as_oneself_the_page_is_ones_own(edge: EdgeMiddleware) -> None:
    sent = cookie(ask(edge, link(edge)))
    assert "Klänge" in ask(edge, "/", [sent, GERMAN]).body.decode()
    assert "Klänge" not in ask(edge, "/", [sent]).body.decode()


def test_a_streamed_page_and_a_page_without_slots_have_the_bar_too(front: Front) -> None:
    for chunks in ((PAGE[:40], PAGE[40:]), (b"<p>no slots</p>",)):
        edge = front(html(*chunks), PERSONAS)
        page = ask(edge, "/", [cookie(ask(edge, link(edge, "hans")))])
        assert page.body.count(b"<edge-bar") == 1
        assert page.header(b"cache-control") == b"private, no-cache, max-age=0, no-store"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "a",
        "/\n/x",
        "/\t/x",
    ],
)
def test_a_link_leads_to_this_site_only(edge: EdgeMiddleware, path: str) -> None:
    assert ask(edge, f"{link(edge)}&next={quote(path)}").header(b"location") == b"/"


def test_a_link_for_another_host_or_a_forged_one_opens_nothing(edge: EdgeMiddleware) -> None:
    for bad in (link(edge, host="other.example"), "/_edge/preview", "/_edge/preview?token=x"):
        answer = ask(edge, bad)
        assert (answer.status, answer.header(b"set-cookie")) == (403, None)
    assert b"edge preview" in ask(edge, "/_edge/preview").body


def test_a_link_grows_old(front: Front) -> None:
    now = NOW
    edge = front(html(PAGE), PERSONAS, clock=lambda: now)
    old = link(edge)
    sent = cookie(ask(edge, old))
    now += 13 * 3600
    assert ask(edge, old).status == 403
    assert b"edge-bar" not in ask(edge, "/", [sent]).body


def test_a_button_of_the_bar_changes_the_persona(edge: EdgeMiddleware) -> None:
    sent = cookie(ask(edge, link(edge, "hans")))
    changed = press(edge, b"persona=jane&next=%2F%3Fa%3D1", [sent, SAME])
    assert (changed.status, changed.header(b"location")) == (303, b"/?a=1")
    page = ask(edge, "/", [cookie(changed)]).body
    assert b"30 days free for news" in page
    assert "Klänge".encode() not in page


def test_the_bar_comes_back_to_the_page_it_stood_on(edge: EdgeMiddleware) -> None:
    sent = cookie(ask(edge, link(edge)))
    page = ask(edge, "/caf\u00e9?a=1&b=2", [sent]).body.decode()
    assert 'name="next" value="/caf%C3%A9?a=1&amp;b=2"' in page
    assert unescape("/caf%C3%A9?a=1&amp;b=2") == "/caf%C3%A9?a=1&b=2"


def test_a_preview_can_be_left(edge: EdgeMiddleware) -> None:
    sent = cookie(ask(edge, link(edge, "hans")))
    left = press(edge, b"leave=1&next=/", [sent, SAME])
    assert b"Max-Age=0" in (left.header(b"set-cookie") or b"")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"sec-fetch-site", b"cross-site")],
        [(b"sec-fetch-site", b"same-site")],
        [(b"origin", b"https://evil.example")],
        [(b"origin", b"null")],
    ],
)
def test_no_page_of_another_site_can_press_a_button(edge: EdgeMiddleware, headers: Pairs) -> None:
    sent = cookie(ask(edge, link(edge, "hans")))
    answer = press(edge, b"persona=jane", [sent, *headers])
    assert (answer.status, answer.header(b"set-cookie")) == (403, None)


def test_buttons_need_a_preview(edge: EdgeMiddleware) -> None:
    assert press(edge, b"persona=jane", [SAME]).status == 403


@pytest.mark.parametrize("form", [b"persona=nobody", b"", b"\xff\xfe", b"persona=" + b"x" * 20_000])
def test_an_odd_form_changes_nothing(edge: EdgeMiddleware, form: bytes) -> None:
    sent = cookie(ask(edge, link(edge, "hans")))
    answer = press(edge, form, [sent, SAME])
    assert (answer.status, answer.header(b"set-cookie")) == (303, None)


def test_a_new_persona_does_not_make_the_preview_last_longer(front: Front) -> None:
    now = NOW
    edge = front(html(PAGE), PERSONAS, clock=lambda: now)
    sent = cookie(ask(edge, link(edge, "hans")))
    now = NOW + 11 * 3600
    changed = cookie(press(edge, b"persona=jane", [sent, SAME]))
    now = NOW + 13 * 3600
    assert b"edge-bar" not in ask(edge, "/", [changed]).body


def test_the_bars_stylesheet(edge: EdgeMiddleware) -> None:
    answer = ask(edge, "/_edge/bar.css")
    assert answer.status == 200
    assert answer.header(b"content-type") == b"text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["/_edge", "/_edge/", "/_edge/other", "/_edge/preview/x"])
def test_edges_other_paths_are_not_the_sites(edge: EdgeMiddleware, path: str) -> None:
    assert ask(edge, path).status == 404


@pytest.mark.parametrize("path", ["/_edgewise", "/x/_edge/preview", "/_EDGE/preview"])
def test_the_sites_paths_are_not_edges(edge: EdgeMiddleware, path: str) -> None:
    assert ask(edge, path).body == PAGE


def test_the_prefix_is_where_edge_toml_says(front: Front) -> None:
    edge = front(html(PAGE), {**PERSONAS, "edge.toml": 'prefix = "/-/p"'})
    assert link(edge).startswith("/-/p/preview?")
    assert ask(edge, link(edge)).status == 303
    assert ask(edge, "/_edge/preview").body == PAGE
