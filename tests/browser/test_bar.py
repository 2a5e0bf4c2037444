"""The bar of a previewed page in a real browser, at the foot of the demo's pages and of others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo_site.app import app
from edge import EdgeMiddleware
from tests.browser.seeing import SCREENS, Scheme, become, picture, visit
from tests.conftest import Serve
from tests.demo_site.personas import DEFAULTS, PERSONAS, SIGHTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).resolve().parents[2] / "demo_site" / "site"
FAN = SIGHTS["headphone-fan"]["en"]


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_the_bar_stands_out_from_what_is_behind_it(browser: Browser, url: str, scheme: Scheme) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1. Every text of the page and the bar stands on a plain colour."""
    with visit(browser, "desktop", scheme) as page:
        become(page, url, "night-owl", "/pricing")
        page.locator("edge-bar section > details > summary").click()
        assert page.evaluate(CONTRASTS) == []


CONTRASTS = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement ?? e.getRootNode().host) {
    const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } };
  const found = [];
  const look = root => { for (const e of root.querySelectorAll('*')) {
    if (e.shadowRoot) look(e.shadowRoot);
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) found.push(e.textContent.trim() + ' ' + ((a + .05) / (b + .05)).toFixed(2));
  } };
  look(document.body);
  return found;
}"""


def test_the_first_page_of_the_demo_has_the_bar(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        page.goto(url + "/pricing")
        assert page.url == url + "/pricing"
        assert page.get_by_role("region", name="Edge preview").is_visible()
        assert page.get_by_text("Viewing as yourself").is_visible()


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def test_the_bar_turns_you_into_somebody_else_and_back(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        page.goto(url + "/?a=1")
        press(page, "Headphone fan")
        assert page.url == url + "/?a=1"
        assert page.locator("h1").inner_text() == FAN["hero"]
        assert page.get_by_role("button", name="Headphone fan", pressed=True).is_visible()
        with page.expect_navigation():
            page.get_by_role("link", name="Compare all twelve").click()
        assert FAN["offer"] in page.locator(".offer").inner_text()
        press(page, "Bot")
        assert page.locator(".offer").inner_text() == DEFAULTS["en"]["offer"]
        press(page, "Leave preview")
        assert page.locator("edge-bar").count() == 0


def test_the_bar_works_with_the_keyboard_alone(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        page.goto(url)
        page.locator("footer a").last.focus()
        page.keyboard.press("Tab")
        assert focused(page) == "SUMMARY"
        page.keyboard.press("Enter")
        assert page.get_by_text("default: no match").first.is_visible()
        for button in ("First visit", "Headphone fan"):
            page.keyboard.press("Tab")
            assert focused(page) == button
        outline = page.evaluate(ACTIVE + ", getComputedStyle(active).outlineStyle")
        assert outline == "solid"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == FAN["hero"]


ACTIVE = "active = document.activeElement.shadowRoot?.activeElement ?? document.activeElement"


def focused(page: Page) -> str:
    """The button in focus by its text, anything else by its tag."""
    return str(page.evaluate(ACTIVE + ", active.tagName === 'BUTTON' ? active.textContent : active.tagName"))


def test_on_a_phone_the_bar_is_low_until_it_is_opened(browser: Browser, url: str) -> None:
    with visit(browser, "phone") as page:
        become(page, url, "studio-professional")
        button = page.get_by_role("button", name="Night owl")
        bar = page.get_by_role("region", name="Edge preview")
        assert not button.is_visible()
        assert (box := bar.bounding_box()) is not None
        assert box["height"] < 60
        page.get_by_text("Change").click()
        assert button.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, "bar-phone-open")


def test_at_a_desk_the_open_bar_leaves_half_of_the_window_to_the_page(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        for persona in PERSONAS:
            become(page, url, persona)
            page.locator("edge-bar section > details > summary").click()
            panel = page.locator("edge-bar .why")
            assert (box := panel.bounding_box()) is not None
            assert box["y"] >= SCREENS["desktop"][1] * 0.55
            panel.get_by_text("Why, and why not the rest").first.click()
            assert (box := panel.bounding_box()) is not None
            assert box["y"] >= SCREENS["desktop"][1] * 0.5


def test_the_bar_takes_no_part_in_the_layout(browser: Browser, url: str) -> None:
    heights = set()
    with visit(browser, user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36") as page:
        become(page, url, "")
        for leave in (False, True):
            if leave:
                press(page, "Leave preview")
            heights.add(page.evaluate("document.documentElement.scrollHeight"))
    assert len(heights) == 1


def test_without_the_preview_nothing_of_edge_is_in_the_page(browser: Browser, url: str) -> None:
    with visit(browser, extra_http_headers={"Cookie": "demo=opened"}) as page:
        answer = page.goto(url, wait_until="load")
        assert answer is not None
        assert not re.search(r"_edge|edge-bar", answer.text())


def test_what_nobody_can_see_is_hidden_from_a_screen_reader_too(browser: Browser, url: str) -> None:
    with visit(browser, "phone") as page:
        become(page, url, "night-owl")
        tree = page.get_by_role("region", name="Edge preview").aria_snapshot()
        assert "Viewing as Night owl" in tree
        assert "Leave preview" not in tree


async def hostile(scope: Any, receive: Any, send: Any) -> None:
    """A page whose style reaches for everything."""
    body = b"""<!doctype html><html lang=en dir=rtl><title>x</title><link rel=icon href=data:,>
    <style>* { all: unset !important; font-size: 40px !important }
    [hidden], edge-bar { display: none !important; position: static !important }</style><p data-edge-slot=hero>x"""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": body})


def test_the_style_of_the_page_does_not_reach_the_bar(browser: Browser, serve: Serve) -> None:
    edge = EdgeMiddleware(hostile, FOLDER, environ={"EDGE_SECRET_KEYS": "k" * 32})
    url = serve(edge)
    with visit(browser) as page:
        page.goto(url + edge.preview_path(url.partition("://")[2], "night-owl"))
        bar = page.get_by_role("region", name="Edge preview")
        assert bar.is_visible()
        assert (box := bar.bounding_box()) is not None
        assert box["y"] + box["height"] == SCREENS["desktop"][1]
        assert bar.evaluate("bar => getComputedStyle(bar).fontSize") == "14px"
