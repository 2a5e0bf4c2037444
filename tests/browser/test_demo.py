"""The demo in a real browser, whoever looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from demo_site.app import app
from demo_site.catalogue import LANGUAGES
from demo_site.origin import origin
from demo_site.rendering import PAGES, localise
from tests.browser.seeing import SCREENS, visit
from tests.conftest import Serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


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
            for width, height in (*SCREENS.values(), SMALLEST):
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate(FITS), (address, width)


def test_with_text_twice_as_large_no_page_is_wider_either(browser: Browser, serve: Serve) -> None:
    url = serve(origin)
    with visit(browser) as page:
        for address in KINDS:
            page.goto(url + address, wait_until="load")
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            for screen in ("phone", "desktop"):
                width, height = SCREENS[screen]
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate(FITS), (address, screen)


SMALLEST = (320, 640)  # what is left of 1280 pixels at 400 %: WCAG 2.2, 1.4.10
FITS = "document.documentElement.scrollWidth <= innerWidth"


def test_where_nothing_is_the_footer_stands_at_the_bottom(browser: Browser, url: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 1500}) as context:
        page = context.new_page()
        page.goto(url + "/nothing")
        text, foot = page.locator("main p").last.bounding_box(), page.locator("footer").bounding_box()
        assert text is not None
        assert foot is not None
        assert foot["y"] + foot["height"] == 1500
        assert foot["y"] - text["y"] - text["height"] > 40


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
