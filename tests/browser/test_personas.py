"""Each page of the demo as each persona, on a phone and at a desk, by day and by night, in a real browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from demo_site.app import app
from demo_site.catalogue import FAMILIES, LANGUAGES, PRODUCTS
from demo_site.rendering import STORIES, localise
from tests.browser.audit import bring_axe, shifts, violations
from tests.browser.seeing import SCREENS, Scheme, become, visit
from tests.conftest import Serve
from tests.demo_site.personas import ADDRESSES, PERSONAS, expected
from tests.demo_site.visiting import page_of, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


LOOKS: tuple[tuple[str, Scheme], ...] = (
    ("phone", "light"),
    ("phone", "dark"),
    ("desktop", "light"),
    ("desktop", "dark"),
)
KINDS: tuple[tuple[str, ...], ...] = (
    ("/",),
    ("/",),  # in the other language
    tuple(f"/{family}" for family in FAMILIES),
    tuple(one.path for one in PRODUCTS[1::3]),
    ("/pricing",),
    ("/stories", "/about", *(f"/stories/{story}" for story in STORIES)),
    ("/contact", "/sign-up"),
)
"""Pages by the slots that they have; each persona visits another of a kind."""


class Stop(NamedTuple):
    persona: str
    look: tuple[str, Scheme]
    kind: tuple[str, ...]
    language: str
    address: str


def deal() -> Iterator[Stop]:
    """What the short form visits: each persona every kind of page, in one look and language or another."""
    for (place, persona), (turn, kind) in product(enumerate(PERSONAS), enumerate(KINDS)):
        language = LANGUAGES[(turn + place // len(LOOKS)) % 2]
        address = localise(kind[place % len(kind)], language)
        yield Stop(persona, LOOKS[(turn + place) % len(LOOKS)], kind, language, address)


DEALT = tuple(deal())
COMBINATIONS = tuple((persona, *look) for persona, look in product(PERSONAS, LOOKS))


@pytest.mark.parametrize(("one", "other"), list(combinations(("persona", "look", "kind", "language"), 2)))
def test_the_short_form_has_every_pair(one: str, other: str) -> None:
    met = {(getattr(stop, one), getattr(stop, other)) for stop in DEALT}
    ones, others = ({getattr(stop, name) for stop in DEALT} for name in (one, other))
    assert met == set(product(ones, others))


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_sees_its_blocks(browser: Browser, url: str, persona: str) -> None:
    look_around(browser, url, persona, [(*stop.look, stop.address) for stop in DEALT if stop.persona == persona])


@pytest.mark.soak
@pytest.mark.parametrize(("persona", "screen", "scheme"), COMBINATIONS)
def test_each_persona_sees_its_blocks_on_every_page(
    browser: Browser, url: str, persona: str, screen: str, scheme: Scheme
) -> None:
    look_around(browser, url, persona, [(screen, scheme, address) for address in ADDRESSES])


def look_around(browser: Browser, url: str, persona: str, stops: Iterable[tuple[str, Scheme, str]]) -> None:
    """Visit these pages as the persona, each as if the browser had never been here."""
    with visit(browser) as page:
        bring_axe(page)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        for screen, scheme, address in stops:
            width, height = SCREENS[screen]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            html = become(page, url, persona, address)
            assert faults(page, persona, address, html) == {}, (screen, scheme, address)


def faults(page: Page, persona: str, address: str, html: str) -> dict[str, Any]:
    """What is wrong: blocks that are not in the first HTML or not on the page, defaults that still are, a page
    wider than the screen, what moved, what axe-core finds."""
    there, gone = expected(persona, address)
    first, shown = words(page_of(html)), " ".join(page.locator("body").inner_text().split())
    page.evaluate(SHOW_PICTURES)
    found = {
        "not in the HTML": [text for text in there if text not in first],
        "in the HTML": [text for text in gone if text in first],
        "not on the page": [text for text in there if text not in shown],
        "too wide": page.evaluate("document.documentElement.scrollWidth > innerWidth"),
        "moved": shifts(page),
        "axe-core": violations(page),
    }
    return {what: texts for what, texts in found.items() if texts}


SHOW_PICTURES = """() => Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode();
}))"""
