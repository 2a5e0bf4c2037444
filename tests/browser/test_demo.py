"""The demo in a real browser: each persona, on a phone and at a desk, by day and by night."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from demo_site.app import app, site
from demo_site.catalogue import LANGUAGES
from demo_site.origin import origin
from demo_site.rendering import PAGES, localise
from edge import EdgeMiddleware
from tests.browser.audit import WATCH_SHIFTS, shifts, violations
from tests.conftest import Serve
from tests.demo_site.personas import ADDRESSES, DEFAULTS, PERSONAS, SIGHTS, expected
from tests.demo_site.visiting import page_of, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCREENS = {"phone": (360, 740), "tablet": (768, 1024), "desktop": (1280, 800), "wide": (1600, 900)}
FOLDER = Path(__file__).resolve().parents[2] / "demo_site" / "site"
FAN = SIGHTS["headphone-fan"]["en"]


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


@contextmanager
def visit(browser: Browser, screen: str = "desktop", scheme: Scheme = "light", **more: Any) -> Iterator[Page]:
    """A page of a fresh browser. Anything that it complains about while it is open fails the test."""
    width, height = SCREENS[screen]
    options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, **more}
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []

    def note_failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what was still loading when the test went on to the next page
            complaints.append(f"failed: {request.url}: {request.failure}")

    def note_refused(answer: Response) -> None:
        if answer.status >= 400:
            complaints.append(f"{answer.status}: {answer.url}")

    page.on("console", lambda message: complaints.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("requestfailed", note_failed)
    page.on("response", note_refused)
    # A report of the Content-Security-Policy reaches the console too, but with a wording that changes.
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
    )
    page.add_init_script(WATCH_SHIFTS)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def become(page: Page, url: str, persona: str, path: str = "/") -> str:
    """Open `path` as `persona`; gives the first HTML."""
    host = url.partition("://")[2]
    answer = page.goto(f"{url}{site.preview_path(host, persona)}&next={path}", wait_until="load")
    assert answer is not None
    assert answer.url == url + path
    return answer.text()


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like where EDGE_SHOTS says so."""
    folder = os.environ.get("EDGE_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def see(page: Page, persona: str, address: str, html: str) -> None:
    """The right blocks are in the first HTML and on the page, nothing moved, and axe-core finds nothing."""
    there, gone = expected(persona, address)
    first = words(page_of(html))
    assert [text for text in there if text not in first] == []
    assert [text for text in gone if text in first] == []
    shown = " ".join(page.locator("body").inner_text().split())
    assert [text for text in there if text not in shown] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shifts(page) == []
    assert violations(page) == []


# Each persona once at home and once elsewhere; each screen, scheme, language and kind of page several times.
SLICE = (
    ("first-visit", "phone", "light", "/"),
    ("headphone-fan", "desktop", "dark", "/"),
    ("studio-professional", "desktop", "light", "/"),
    ("business-buyer", "phone", "dark", "/"),
    ("returning-customer", "desktop", "light", "/"),
    ("thai-visitor", "phone", "light", "/"),
    ("night-owl", "phone", "dark", "/th"),
    ("bot", "desktop", "dark", "/th"),
    ("first-visit", "desktop", "dark", "/th/headphones"),
    ("headphone-fan", "phone", "light", "/headphones/air"),
    ("studio-professional", "phone", "dark", "/pricing"),
    ("business-buyer", "desktop", "light", "/computers/rack"),
    ("returning-customer", "phone", "light", "/th/stories/live-room"),
    ("thai-visitor", "desktop", "light", "/about"),
    ("night-owl", "desktop", "dark", "/stories"),
    ("bot", "phone", "light", "/th/contact"),
    ("thai-visitor", "phone", "dark", "/th/sign-up"),
)


@pytest.mark.parametrize(("persona", "screen", "scheme", "address"), SLICE)
def test_each_persona_sees_its_blocks(
    browser: Browser, url: str, persona: str, screen: str, scheme: Scheme, address: str
) -> None:
    with visit(browser, screen, scheme) as page:
        html = become(page, url, persona, address)
        see(page, persona, address, html)
        for image in page.locator("img").all():
            image.scroll_into_view_if_needed()
            image.evaluate("image => image.decode()")


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_sees_its_blocks_on_every_page(
    browser: Browser, url: str, persona: str, screen: str, scheme: Scheme
) -> None:
    for address in ADDRESSES:
        with visit(browser, screen, scheme) as page:
            see(page, persona, address, become(page, url, persona, address))


KINDS = tuple(
    localise(page.path, LANGUAGES[index % 2])
    for index, page in enumerate({page.template: page for page in PAGES.values() if page.listed}.values())
)
"""An address for each template, in one language or the other."""


def test_no_page_is_wider_than_the_screen(browser: Browser, serve: Serve) -> None:
    url = serve(origin)
    with visit(browser) as page:
        for address in KINDS:
            page.goto(url + address, wait_until="load")
            for width, height in SCREENS.values():
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_the_bar_stands_out_from_what_is_behind_it(browser: Browser, url: str, scheme: Scheme) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1. Every text of the page and the bar stands on a plain colour."""
    with visit(browser, "desktop", scheme) as page:
        become(page, url, "night-owl", "/pricing")
        page.locator("edge-bar summary").click()
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
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert focused(page) == "Headphone fan"
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


def test_at_a_desk_the_open_bar_leaves_the_main_button_in_sight(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        page.set_viewport_size({"width": 1280, "height": 900})
        for persona in PERSONAS:
            become(page, url, persona)
            page.locator("edge-bar summary").click()
            panel = page.locator("edge-bar .why").bounding_box()
            button = page.locator(".poster a.button").first.bounding_box()
            assert panel is not None
            assert button is not None
            assert button["y"] + button["height"] <= panel["y"]


def test_where_nothing_is_the_footer_stands_at_the_bottom(browser: Browser, url: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 1500}) as context:
        page = context.new_page()
        page.goto(url + "/nothing")
        text, foot = page.locator("main p").last.bounding_box(), page.locator("footer").bounding_box()
        assert text is not None
        assert foot is not None
        assert foot["y"] + foot["height"] == 1500
        assert foot["y"] - text["y"] - text["height"] > 40


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


def test_the_site_works_with_the_keyboard_alone(browser: Browser, serve: Serve) -> None:
    with visit(browser) as page:
        page.goto(serve(origin) + "/sign-up")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("id") == "name"
        for keys in ("Tab", "a@example.com", "Tab", "ArrowDown", "Tab", "Space", "Tab"):
            (page.keyboard.type if "@" in keys else page.keyboard.press)(keys)
        assert page.locator(":focus").evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Heard."


def test_without_javascript_the_menu_opens_and_what_is_wrong_with_a_form_is_said(
    browser: Browser, serve: Serve
) -> None:
    url = serve(origin)
    with browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(url + "/th")
        menu = page.locator("#menu")
        assert not menu.is_visible()
        page.locator(".top-end button").click()
        assert menu.is_visible()
        menu.get_by_role("link", name="ติดต่อ").click()
        page.get_by_role("button", name="ส่งข้อความ").click()
        assert page.url == url + "/th/contact"
        assert page.get_by_role("alert").is_visible()
        assert page.locator(".error").count() == 4


def test_the_typeface_is_there_for_both_scripts(browser: Browser, serve: Serve) -> None:
    with visit(browser) as page:
        page.goto(serve(origin) + "/th", wait_until="networkidle")
        states = "[...document.fonts].filter(face => face.family === 'Anuphan').map(face => face.status)"
        assert page.evaluate(states) == ["loaded", "loaded"]


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
