"""The bar of a previewed page in a real browser, at the foot of the demo's pages and of others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo_site.app import app
from edge import EdgeMiddleware
from tests.browser.audit import violations
from tests.browser.mixed import POLICY, Mixed
from tests.browser.seeing import SCREENS, Scheme, become, picture, visit
from tests.conftest import Serve
from tests.demo_site.personas import DEFAULTS, SIGHTS
from tests.page.raw import html
from tests.page.sites import write_site

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
        for button in ("Yourself", "First visit", "Headphone fan"):
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
        for persona in ("first-visit", "business-buyer"):
            become(page, url, persona)
            page.locator("edge-bar section > details > summary").click()
            panel = page.locator("edge-bar .why")
            assert (box := panel.bounding_box()) is not None
            assert box["y"] >= SCREENS["desktop"][1] * 0.55
            panel.get_by_text("Why, and why not others").first.click()
            assert (box := panel.bounding_box()) is not None
            assert box["y"] >= SCREENS["desktop"][1] * 0.5


BOXES = """[...document.body.querySelectorAll('*:not(edge-bar, script)')].map(e => {
  const { x, y, width, height } = e.getBoundingClientRect(); return [e.localName, x, y, width, height]; })"""


def test_the_bar_takes_no_part_in_the_layout(browser: Browser, url: str) -> None:
    boxes = []
    with visit(browser, user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36") as page:
        become(page, url, "")
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.reload()  # now the typeface is there from the first line on
        for leave in (False, True):
            if leave:
                press(page, "Leave preview")
            boxes.append(page.evaluate(BOXES))
    assert boxes[0] == boxes[1]


def test_without_the_preview_nothing_of_edge_but_a_block_is_in_the_page(browser: Browser, url: str) -> None:
    with visit(browser, extra_http_headers={"Cookie": "demo=opened"}) as page:
        answer = page.goto(url, wait_until="load")
        assert answer is not None
        page_of = answer.text().replace('<link rel="stylesheet" href="/_edge/widgets.css">', "", 1)
        assert not re.search(r"_edge|edge-bar", page_of)


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


@pytest.fixture
def mixed(tmp_path: Path) -> Mixed:
    return Mixed(tmp_path)


def turn_on(page: Page) -> None:
    """Opens the bar where that takes a word, and draws the outlines."""
    if page.get_by_text("Change", exact=True).is_visible():
        page.get_by_text("Change", exact=True).click()
    page.get_by_role("button", name="Outline slots").click()


# The outlines as they are drawn: the label, and the box in whole pixels.
DRAWN = """() => {
  const layer = document.querySelector('edge-bar').shadowRoot.querySelector('.layer');
  if (layer.hidden) return [];
  return [...layer.querySelectorAll('.box')].filter(box => !box.hidden).map(box => {
    const { x, y, width, height } = box.getBoundingClientRect();
    return [box.nextElementSibling.textContent, ...[x, y, width, height].map(Math.round)];
  });
}"""


def drawn(page: Page) -> dict[str, list[int]]:
    """All outlines within sight, by their labels, once they have been drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = page.evaluate(DRAWN)
    assert len({label for label, *_ in found}) == len(found)
    return {label: box for label, *box in found}


def box_of(page: Page, *selectors: str) -> list[int]:
    """What these elements cover together."""
    boxes = [page.locator(selector).first.bounding_box() for selector in selectors]
    left = min(box["x"] for box in boxes if box)
    top = min(box["y"] for box in boxes if box)
    right = max(box["x"] + box["width"] for box in boxes if box)
    bottom = max(box["y"] + box["height"] for box in boxes if box)
    return [round(left), round(top), round(right - left), round(bottom - top)]


@pytest.mark.parametrize("rtl", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_slots_of_every_kind_are_outlined(browser: Browser, serve: Serve, tmp_path: Path, rtl: bool) -> None:
    mixed = Mixed(tmp_path, rtl=rtl)
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        assert drawn(page) == {}
        turn_on(page)
        page.mouse.move(2, 2)
        boxes = drawn(page)
        extra = boxes.pop("extra removed")
        before, after = "main > .block:has(+ .note)", ".tail + .block"
        assert boxes == {
            "hero a-hero": box_of(page, ".hero"),
            "outer default": box_of(page, ".outer"),
            "inner an-inner": box_of(page, ".inner"),
            "promo default": box_of(page, ".promo", ".promo + .promo"),
            "picture a-picture": box_of(page, "img.seen"),
            "note added before": box_of(page, before),
            "note a-note": box_of(page, ".note"),
            "tail a-tail": box_of(page, ".tail"),
            "tail added after": box_of(page, after),
            "swap a-swap": box_of(page, ".tail + .block + .block"),
        }
        assert extra[1] in (box_of(page, before)[1], box_of(page, "img.seen")[1] + 80)
        assert page.get_by_role("status").inner_text() == "9 slots are outlined."
        page.get_by_role("button", name="Outline slots", pressed=True).click()
        page.mouse.move(2, 2)
        assert drawn(page) == {}


def until(page: Page, condition: str) -> None:
    """Returns once that is so. Playwright's own way evaluates text in the page, which policies forbid."""
    look = f"const look = () => {condition} ? done() : requestAnimationFrame(look)"
    page.evaluate(f"new Promise(done => {{ {look}; look(); }})")


def line(page: Page, slot: str) -> Any:
    return page.locator(f'edge-bar [data-slot="{slot}"]')


def test_the_line_and_the_place_of_a_slot_light_up_together(browser: Browser, serve: Serve, mixed: Mixed) -> None:
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        page.locator("edge-bar section > details > summary").click()
        line(page, "promo").hover()
        assert list(drawn(page)) == ["promo default"]
        line(page, "inner").get_by_role("button").focus()
        assert list(drawn(page)) == ["inner an-inner"]
        turn_on(page)
        page.locator(".inner").hover()
        assert page.locator("edge-bar dl > .at").get_attribute("data-slot") == "inner"
        page.locator(".outer p").first.hover()
        assert page.locator("edge-bar dl > .at").get_attribute("data-slot") == "outer"
        page.locator(".promo").last.hover()
        assert page.locator("edge-bar dl > .at").get_attribute("data-slot") == "promo"
        page.locator("footer a").focus()
        assert page.locator("edge-bar dl > .at").count() == 0


def test_a_label_opens_the_line_and_the_line_brings_its_place_into_sight(
    browser: Browser, serve: Serve, mixed: Mixed
) -> None:
    with visit(browser, reduced_motion="reduce") as page:
        page.goto(mixed.link(serve(mixed.edge)))
        turn_on(page)
        page.locator("edge-bar .label", has_text="swap").click()
        until(page, f"({ACTIVE}).textContent === 'swap'")
        page.locator("footer a").scroll_into_view_if_needed()
        assert page.evaluate("scrollY") > 1000
        page.keyboard.press("Enter")
        assert page.get_by_role("status").inner_text() == "swap is in sight."
        assert "swap a-swap" in drawn(page)
        page.locator(".inner").evaluate("inner => { inner.hidden = true; }")
        line(page, "inner").get_by_role("button").click()
        assert page.get_by_role("status").inner_text() == "inner cannot be seen on this page."
        assert line(page, "inner").get_by_text("cannot be seen on this page").count() == 1
        assert line(page, "head").get_by_role("button").count() == 0


def test_outlines_stay_from_page_to_page(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "business-buyer")
        turn_on(page)
        page.goto(url + "/pricing")
        assert page.get_by_role("button", name="Outline slots", pressed=True).is_visible()
        assert "offer offer-business" in drawn(page)
        press(page, "Night owl")
        page.get_by_role("button", name="Outline slots", pressed=True).click()
        page.reload()
        page.mouse.move(2, 2)
        assert drawn(page) == {}


def test_the_bar_says_why_and_why_not_the_next(browser: Browser, serve: Serve, mixed: Mixed) -> None:
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        page.locator("edge-bar section > details > summary").click()
        line(page, "hero").get_by_text("Why, and why not others").click()
        first, second = line(page, "hero").locator("li").all()
        assert first.inner_text().split("\n\n") == [
            "a-hero is shown",
            'country == "DE" is true (country is DE)',
        ]
        assert second.inner_text().startswith(
            "another-hero was not asked, and would match too\n\nnow.hour >= 0 is true"
        )
        line(page, "outer").get_by_text("Why").click()
        assert 'country == "FR" is false (country is DE)' in line(page, "outer").inner_text()


# Before and after.


def compare(page: Page) -> None:
    button = page.get_by_role("button", name="Before and after")
    if not button.is_visible():
        page.get_by_text("Change", exact=True).click()
    button.click()
    until(page, f"({ACTIVE}).type === 'range'")


def divider(page: Page) -> int:
    """Where the divider stands, in per cent of the window: there the line is, and there the frame ends."""
    box = page.locator("edge-bar .divider").bounding_box()
    assert box is not None
    clip = page.locator("edge-bar iframe").evaluate("frame => getComputedStyle(frame).clipPath")
    width = page.evaluate("document.querySelector('edge-bar').shadowRoot.querySelector('dialog').clientWidth")
    middle = box["x"] + box["width"] / 2
    (left,) = re.findall(r"100% - ([\d.]+)px", clip) or ["0"]
    assert abs(float(left) - middle) < 0.1
    return round(middle / float(width) * 100)


def test_before_and_after_stand_side_by_side(browser: Browser, serve: Serve, mixed: Mixed) -> None:
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)), wait_until="networkidle")
        mixed.asked.clear()
        compare(page)
        frame = page.frame_locator("edge-bar iframe")
        assert frame.locator("h1").inner_text() == "Hello"
        assert frame.locator(".extra").inner_text() == "Extra"
        assert frame.locator("edge-bar").count() == 0
        assert page.locator("h1").first.inner_text() == "Hello, you"
        # What its script set on the page's root, the other has too; the script itself did not run once more, and
        # nothing was loaded that counts visitors.
        assert frame.locator("html.js").count() == 1
        assert page.evaluate("window.runs") == 1
        frame.locator("img").evaluate("image => image.decode()")
        assert mixed.asked.count(("/", "defaults")) == 1
        assert [path for path, _ in mixed.asked if "pixel" in path or path.endswith(".js")] == []
        assert set(mixed.edge.counts) <= {("passed", "destination")}


def test_the_divider_goes_where_it_is_dragged(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "headphone-fan")
        compare(page)
        assert divider(page) == 50
        page.mouse.move(640, 400)
        page.mouse.down()
        page.mouse.move(400, 420)
        page.mouse.move(320, 420)
        assert divider(page) == 25
        page.mouse.up()
        page.mouse.move(900, 420)
        assert divider(page) == 25
        page.mouse.click(960, 300)
        assert divider(page) == 75
        assert page.get_by_role("slider").get_attribute("aria-valuetext") == (
            "75 per cent by default, 25 per cent as Headphone fan"
        )


def test_before_and_after_work_with_the_keyboard_alone(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "headphone-fan")
        page.get_by_role("button", name="Before and after").focus()
        page.keyboard.press("Enter")
        slider = page.get_by_role("slider", name="Divider")
        until(page, f"({ACTIVE}).type === 'range'")
        for key, where in (
            ("ArrowRight", 52),
            ("ArrowLeft", 50),
            ("Shift+ArrowLeft", 40),
            ("Home", 4),
            ("End", 96),
        ):
            page.keyboard.press(key)
            assert slider.input_value() == str(where)
            assert divider(page) == where
        page.keyboard.press("PageDown")
        until(page, "scrollY > 300")
        for _ in range(15):  # the page below cannot be reached
            page.keyboard.press("Tab")
            assert page.evaluate("['EDGE-BAR', 'BODY'].includes(document.activeElement.tagName)")
        page.keyboard.press("Escape")
        until(page, f"({ACTIVE}).textContent === 'Before and after'")
        assert page.locator("edge-bar iframe").count() == 0
        assert page.get_by_role("region", name="Edge preview").is_visible()


def test_both_pages_scroll_in_step(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "first-visit")
        compare(page)
        frame = page.frame_locator("edge-bar iframe")
        for text in ("Measured by machine", "From a silent laptop"):
            here = page.locator("main").get_by_text(text).last
            here.evaluate(
                "e => scrollTo({ top: e.getBoundingClientRect().top + scrollY - 300, behavior: 'instant' })"
            )
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            mine = here.evaluate("e => e.getBoundingClientRect().top")
            other = frame.locator("main").get_by_text(text).last.evaluate("e => e.getBoundingClientRect().top")
            assert abs(mine - other) < 2
        page.evaluate("scrollTo({ top: 1e6, behavior: 'instant' })")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ends = [one.locator("footer").evaluate("e => e.getBoundingClientRect().bottom") for one in (page, frame)]
        assert abs(ends[0] - ends[1]) < 2


def test_whoever_becomes_somebody_else_goes_on_comparing(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "headphone-fan")
        compare(page)
        page.keyboard.press("Home")
        page.reload()
        until(page, f"({ACTIVE}).type === 'range'")
        assert divider(page) == 4
        press(page, "Business buyer")
        until(page, f"({ACTIVE}).type === 'range'")
        assert divider(page) == 50
        assert page.locator("edge-bar .half.after").inner_text() == "As Business buyer"
        page.get_by_role("button", name="Close", exact=True).click()
        page.reload()
        assert page.get_by_role("slider").count() == 0


def test_the_grip_of_the_divider_stays_in_the_window(browser: Browser, url: str) -> None:
    with visit(browser, "phone") as page:
        become(page, url, "headphone-fan")
        compare(page)
        for key in ("Home", "End"):
            page.keyboard.press(key)
            assert (box := page.locator("edge-bar .grip").bounding_box()) is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= SCREENS["phone"][0]


# The row of personas, and what lasts over a change.


IN_SIGHT = """() => {
  const people = document.querySelector('edge-bar').shadowRoot.querySelector('.people');
  const [row, one] = [people, people.querySelector('[aria-pressed=true]')].map(e => e.getBoundingClientRect());
  const style = getComputedStyle(people);
  const [begin, end] = ['--begin', '--end'].map(name => parseFloat(style.getPropertyValue(name)));
  return one.left >= row.left + begin && one.right <= row.right - end;
}"""


def test_whoever_is_pressed_stays_in_sight(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "headphone-fan")
        for name in ("Night owl", "Bot", "Business buyer", "Yourself"):
            press(page, name)
            assert page.evaluate(IN_SIGHT), name
        compare(page)
        press(page, "Night owl")
        until(page, f"({ACTIVE}).type === 'range'")
        assert page.evaluate(IN_SIGHT)
        page.get_by_role("button", name="Close", exact=True).click()
        until(page, "document.querySelector('edge-bar').shadowRoot.querySelector('dialog') === null")
        assert page.evaluate(IN_SIGHT)


def test_the_row_shows_where_it_goes_on_and_opens_whole(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "")
        people, every = page.locator("edge-bar .people"), page.get_by_role("button", name="All 9")
        assert people.get_attribute("class") == "people"
        people.evaluate("people => { people.scrollLeft = 60; }")
        page.evaluate("document.body.style.height = '9000px'")  # as when pictures come
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        until(
            page,
            "document.querySelector('edge-bar').shadowRoot.querySelector('.people').matches('.begun:not(.ended)')",
        )
        people.evaluate("people => { people.scrollLeft = 1e4; }")
        until(
            page, "document.querySelector('edge-bar').shadowRoot.querySelector('.people').matches('.begun.ended')"
        )
        every.click()
        assert focused(page) == "Yourself"
        assert not every.is_visible()
        assert people.evaluate("people => people.scrollWidth <= people.clientWidth")
        assert page.locator("edge-bar .why").is_visible()


def test_with_another_persona_one_is_where_one_was(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "headphone-fan")
        page.locator("edge-bar section > details > summary").click()
        page.evaluate("scrollTo({ top: 700, behavior: 'instant' })")
        press(page, "Night owl")
        assert page.evaluate("scrollY") == 700
        assert page.locator("edge-bar .why").is_visible()
        page.goto(url + "/pricing")
        assert page.evaluate("scrollY") == 0
        assert not page.locator("edge-bar .why").is_visible()


def test_the_opened_bar_shows_that_it_goes_on(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "business-buyer")
        page.locator("edge-bar section > details > summary").click()
        panel = page.locator("edge-bar .why")
        panel.get_by_text("Why, and why not others").first.click()
        until(page, "document.querySelector('edge-bar').shadowRoot.querySelector('.why').matches('.more')")
        panel.evaluate("panel => { panel.scrollTop = 1e4; }")
        until(page, "document.querySelector('edge-bar').shadowRoot.querySelector('.why').matches(':not(.more)')")


COVERED = """() => {
  const labels = [...document.querySelector('edge-bar').shadowRoot.querySelectorAll('.label')]
    .filter(label => !label.hidden).map(label => [label.textContent, label.getBoundingClientRect()]);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility() || parent.matches('.skip')) continue;
    const range = document.createRange();
    range.selectNode(node);
    for (const a of range.getClientRects()) for (const [name, b] of labels) {
      const apart = a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;
      if (!apart) found.push([name, node.data]);
    }
  }
  return [labels.length, found];
}"""


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_labels_cover_no_text(browser: Browser, url: str, screen: str) -> None:
    with visit(browser, screen) as page:
        for persona, path in (("business-buyer", "/"), ("night-owl", "/"), ("studio-professional", "/pricing")):
            become(page, url, persona, path)
            if page.get_by_role("button", name="Outline slots", pressed=True, include_hidden=True).count() == 0:
                turn_on(page)
            for top in (0, 500, 1200):
                page.evaluate(f"scrollTo({{ top: {top}, behavior: 'instant' }})")
                drawn(page)
                labels, found = page.evaluate(COVERED)
                assert found == []
                assert labels or top


def test_they_open_again_where_the_policy_allows_their_types_once(
    browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    mixed = Mixed(tmp_path, POLICY + "; require-trusted-types-for 'script'; trusted-types edge-bar")
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        for _ in range(2):
            compare(page)
            assert page.frame_locator("edge-bar iframe").locator("h1").inner_text() == "Hello"
            page.keyboard.press("Escape")
            until(page, f"({ACTIVE}).textContent === 'Before and after'")


def test_the_other_page_is_of_the_same_host_whatever_its_path(
    browser: Browser, serve: Serve, mixed: Mixed
) -> None:
    url = serve(mixed.edge)
    with visit(browser) as page:
        page.goto(mixed.link(url))
        page.goto(f"{url}//elsewhere.localhost/x")
        compare(page)
        assert ("//elsewhere.localhost/x", "defaults") in mixed.asked


def test_where_the_defaults_cannot_be_had_the_bar_says_so(browser: Browser, serve: Serve, mixed: Mixed) -> None:
    with visit(browser) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        page.context.clear_cookies()
        page.get_by_role("button", name="Before and after").click()
        page.get_by_text("could not be had").wait_for()
        assert page.get_by_role("button", name="Before and after", pressed=False).is_enabled()


@pytest.mark.parametrize(
    "head", ["", '<link rel="stylesheet" href="/_edge/widgets.css">'], ids=["without", "with"]
)
def test_a_widget_without_its_style_is_told_of(browser: Browser, serve: Serve, tmp_path: Path, head: str) -> None:
    files = {
        "experiences.toml": '[a]\nslot = "hero"\nshow = "widget:banner"\ninputs = { text = "Hello" }\n',
    }
    page_of = f"<!doctype html><title>x</title>{head}<body><div data-edge-slot=hero>x</div>".encode()
    edge = EdgeMiddleware(
        html(page_of), site=write_site(tmp_path / "site", files), environ={"EDGE_SECRET_KEYS": "k" * 32}
    )
    url = serve(edge)
    with visit(browser) as page:
        page.goto(url + edge.preview_path(url.partition("://")[2]))
        assert page.locator(".edge-widget").count() == 1
        page.get_by_role("button", name="Outline slots").wait_for()
        told = page.get_by_role("status").inner_text()
        assert ("without its style" in told) is not bool(head)
        page.locator("edge-bar section > details > summary").click()
        line = page.locator("edge-bar .why").get_by_text('<link rel="stylesheet" href="/_edge/widgets.css">')
        assert line.is_visible() is not bool(head)


# Wherever it stands, whoever looks.


@pytest.mark.parametrize("policy", ["default-src 'none'; style-src 'self'", None])
def test_without_its_script_the_bar_shows_no_button_that_needs_it(
    browser: Browser, serve: Serve, tmp_path: Path, policy: str | None
) -> None:
    mixed = Mixed(tmp_path, policy or POLICY)
    with browser.new_context(java_script_enabled=policy is not None) as context:
        page = context.new_page()
        page.goto(mixed.link(serve(mixed.edge)))
        page.locator("edge-bar section > details > summary").click()
        assert page.get_by_role("button", name="French").is_visible()
        assert line(page, "hero").get_by_text("Why, and why not others").is_visible()
        names = [button.inner_text() for button in page.locator("edge-bar button").all()]
        assert names == ["Yourself", "German", "French", "Leave preview"]


STATES = (
    ("desktop", "light", False),
    ("phone", "dark", True),
)


@pytest.mark.parametrize(("screen", "scheme", "rtl"), STATES)
def test_axe_finds_nothing_whatever_is_open(
    browser: Browser, serve: Serve, tmp_path: Path, screen: str, scheme: Scheme, rtl: bool
) -> None:
    mixed = Mixed(tmp_path, rtl=rtl)
    with visit(browser, screen, scheme) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        turn_on(page)
        if not page.get_by_text("Leave preview").is_visible():
            page.get_by_text("Change", exact=True).click()
        else:
            page.locator("edge-bar section > details > summary").click()
        line(page, "hero").get_by_text("Why, and why not others").click()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        compare(page)
        assert violations(page) == []


@pytest.mark.parametrize(("screen", "body"), [("phone", ""), ("desktop", "flex")])
def test_the_end_of_the_page_can_be_scrolled_out_from_under_the_bar(
    browser: Browser, serve: Serve, tmp_path: Path, screen: str, body: str
) -> None:
    mixed = Mixed(tmp_path, body=body)
    with visit(browser, screen) as page:
        page.goto(mixed.link(serve(mixed.edge)))
        for opened in (False, True):
            if opened:
                page.locator("edge-bar section > details > summary").click()
            until(page, f"({END})()")


END = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const root = document.querySelector('edge-bar').shadowRoot;
  const bar = Math.min(...['section', '.why'].map(one => root.querySelector(one).getBoundingClientRect())
    .filter(box => box.height).map(box => box.top));
  return document.querySelector('footer').getBoundingClientRect().bottom <= bar + 1;
}"""


@pytest.mark.parametrize("screen", ["phone", pytest.param("desktop", marks=pytest.mark.soak)])
def test_what_is_focused_is_never_under_the_bar(browser: Browser, url: str, screen: str) -> None:
    """WCAG 2.2, 2.4.11."""
    with visit(browser, screen) as page:
        become(page, url, "business-buyer", "/headphones")
        page.locator("edge-bar section > details > summary").click()
        page.locator("header a").first.focus()
        seen = 0
        for _ in range(60):
            page.keyboard.press("Tab")
            top = page.evaluate(UNDER)
            if top == "bar":
                break
            seen += 1
            assert top != "under"
        assert seen > 20


UNDER = """() => {
  const active = document.activeElement;
  if (active.localName === 'edge-bar') return 'bar';
  const root = document.querySelector('edge-bar').shadowRoot;
  const bar = Math.min(...['section', '.why'].map(one => root.querySelector(one).getBoundingClientRect())
    .filter(box => box.height).map(box => box.top));
  return active.getBoundingClientRect().top >= bar ? 'under' : 'seen';
}"""


def test_escape_closes_the_bar_and_a_button_keeps_the_focus_through_a_change(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "")
        summary = page.locator("edge-bar section > details > summary")
        summary.press("Enter")
        page.get_by_role("button", name="Bot").focus()
        page.keyboard.press("Escape")
        assert focused(page) == "SUMMARY"
        assert not page.locator("edge-bar .why").is_visible()
        page.get_by_role("button", name="Headphone fan").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        until(page, f"({ACTIVE}).textContent === 'Headphone fan'")
        assert "Viewing as Headphone fan" in page.get_by_role("status").inner_text()


def test_escape_in_the_page_closes_the_bar_where_the_page_does_not_take_it(browser: Browser, url: str) -> None:
    with visit(browser) as page:
        become(page, url, "")
        why = page.locator("edge-bar .why")
        page.locator("edge-bar section > details > summary").click()
        page.locator("main a").first.focus()
        page.evaluate("addEventListener('keydown', event => event.preventDefault(), {capture: true, once: true})")
        page.keyboard.press("Escape")
        assert why.is_visible()
        page.keyboard.press("Escape")
        assert not why.is_visible()
        assert focused(page) == "A"


@pytest.mark.parametrize("persona", ["", "night-owl"])
def test_nothing_in_the_open_bar_lies_over_anything(browser: Browser, url: str, persona: str) -> None:
    with visit(browser) as page:
        for width in (360, 1000, 1280, 1600):
            page.set_viewport_size({"width": width, "height": 800})
            become(page, url, persona)
            page.locator("edge-bar section > details").evaluate("details => details.open = true")
            assert page.locator("edge-bar .why").evaluate(OVERLAPPING) == [], width


OVERLAPPING = """panel => {
  const boxes = [...panel.querySelectorAll('.about p, dl > div')].map(one => [one, one.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], n) => boxes.slice(n + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
    .map(([other]) => [one.textContent, other.textContent]));
}"""


def test_what_stands_out_does_so_in_forced_colours_too(browser: Browser, serve: Serve, mixed: Mixed) -> None:
    with visit(browser, forced_colors="active") as page:
        page.goto(mixed.link(serve(mixed.edge)))
        turn_on(page)
        on, off = (
            page.get_by_role("button", name=name).evaluate("b => getComputedStyle(b).backgroundColor")
            for name in ("Outline slots", "Before and after")
        )
        assert on != off
