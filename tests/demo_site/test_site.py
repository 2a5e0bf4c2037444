"""The demo with Edge in front, by plain HTTP: each persona's blocks are in the first HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from demo_site.app import app, site
from demo_site.catalogue import FAMILIES, LANGUAGES, PRODUCTS
from demo_site.origin import origin
from demo_site.rendering import localise
from edge import EdgeMiddleware
from edge.blocks import render
from edge.facts import Env
from edge.site import load_site
from edge.site.widgets.source import compile_widget
from tests.conftest import Serve
from tests.demo_site.pages import read_page
from tests.demo_site.personas import ADDRESSES, DEFAULTS, PERSONAS, SIGHTS, expected
from tests.demo_site.visiting import as_persona, bar_of, page_of, words

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PHONE = DESKTOP.replace("X11; Linux x86_64", "Linux; Android 10; K").replace("Safari/", "Mobile Safari/")
FOLDER = Path(__file__).resolve().parents[2] / "demo_site" / "site"
NIGHT = datetime(2026, 11, 19, 23, 30, tzinfo=UTC).timestamp()
DAY = datetime(2026, 11, 19, 12, 30, tzinfo=UTC).timestamp()
KEYS = {"EDGE_SECRET_KEYS": "k" * 32}


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


@pytest.fixture
def plain(serve: Serve) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(origin)) as client:
        yield client


def test_these_are_all_personas() -> None:
    assert tuple(load_site(FOLDER).personas) == PERSONAS
    assert len(PERSONAS) == 8


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_finds_its_blocks_in_the_first_html_of_every_page(url: str, persona: str) -> None:
    with as_persona(url, persona) as client:
        for address in ADDRESSES:
            page = page_of(client.get(address, headers={"User-Agent": DESKTOP}).text)
            seen, (there, gone) = words(page), expected(persona, address)
            assert {text: text in seen for text in there} == dict.fromkeys(there, True), address
            assert [text for text in gone if text in seen] == [], address
            assert read_page(page).faults() == [], address


@pytest.mark.parametrize("address", ["/", "/th"])
def test_no_two_personas_see_the_same_home_page(url: str, address: str) -> None:
    pages = []
    for persona in PERSONAS:
        with as_persona(url, persona) as client:
            pages.append(page_of(client.get(address, headers={"User-Agent": DESKTOP}).text))
    assert len(set(pages)) == len(PERSONAS)


def test_what_a_block_leads_to_is_there(url: str, plain: httpx.Client) -> None:
    links: set[str] = set()
    for persona in PERSONAS:
        with as_persona(url, persona) as client:
            for address in ("/", "/th", "/pricing", "/th/pricing", "/headphones/one", "/th/computers/tower"):
                links.update(read_page(page_of(client.get(address).text)).links)
    inside = {link.partition("#")[0] for link in links if re.match("/(?!_edge/)", link)}
    answers = {link: plain.get(link, follow_redirects=True).status_code for link in inside}
    assert "/th/pricing" in answers
    assert answers == dict.fromkeys(inside, 200)


STYLE = '<link rel="stylesheet" href="/_edge/widgets.css">'


@pytest.mark.parametrize("persona", [one for one in PERSONAS if one != "bot"])
def test_the_style_of_the_widgets_is_there_on_every_page_before_the_sites_own(url: str, persona: str) -> None:
    with as_persona(url, persona) as client:
        for address in ADDRESSES:
            styles = re.findall(r'<link rel="stylesheet" href="[^"]*">', page_of(client.get(address).text))
            assert styles == [STYLE, '<link rel="stylesheet" href="/static/site.css">'], address
        assert client.get("/_edge/widgets.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "persona", ["headphone-fan", "studio-professional", "business-buyer", "returning-customer"]
)
def test_three_products_are_recommended_none_of_them_on_its_own_page(url: str, persona: str) -> None:
    with as_persona(url, persona) as client:
        for address, (path, _) in ADDRESSES.items():
            if path in {product.path for product in PRODUCTS}:
                cards = read_page("".join(_cards(client.get(address).text))).links
                assert address not in cards
                assert len([link for link in cards if not link.startswith("/img/")]) == 3, address


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_card_that_edge_shows_is_the_card_that_the_site_shows(
    plain: httpx.Client, family: str, language: str
) -> None:
    loaded = load_site(FOLDER)
    shelf = loaded.widgets["products"]
    products = [product.slug for product in PRODUCTS if product.family == family]
    rows = ", ".join(f'{{"show": "{one}"}}' for one in products)
    inputs = {"title": '"All of them"', "products": f"[{rows}]", "edition": f'"{language}"', "at_most": "12"}
    shown = render(compile_widget(shelf, "all", inputs, loaded.facts), Env({}, None, {}))
    own = _cards(plain.get(localise(f"/{family}", language)).text)
    assert len(own) == len(products)
    assert _cards(shown) == own


def _cards(html: str) -> list[str]:
    """The cards, but for when their pictures are asked for."""
    found = re.findall(r'<li class="card .*?</li>', html.replace(' loading="lazy"', ""), re.DOTALL)
    return [re.sub(r"\s*\n\s*", "", one) for one in found]


def test_the_plan_that_suits_is_framed(url: str) -> None:
    for persona, framed in (("studio-professional", "plan-studio"), ("first-visit", "plan-family")):
        with as_persona(url, persona) as client:
            page = client.get("/pricing").text
        assert re.findall(r'<li class="plan marked" id="([^"]+)">', page) == [framed]


def test_the_bar_says_what_decided_each_slot(url: str) -> None:
    with as_persona(url, "night-owl") as client:
        bar = bar_of(client.get("/", headers={"User-Agent": DESKTOP}).text)
    assert dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", bar)) == {
        "style": "widgets-style",
        "offer": "no-offer-at-night",
        "hero": "hero-night",
        "picks": "picks-night",
        "story": "default: no match",
        "contact": "default: no match",
    }


def test_the_bar_offers_every_persona_and_says_for_which_segment_a_block_is(url: str) -> None:
    with as_persona(url, "business-buyer") as client:
        bar = bar_of(client.get("/", headers={"User-Agent": DESKTOP}).text)
    assert re.findall(r'name="persona" value="([^"]*)"', bar) == ["", *PERSONAS]
    audiences = re.findall(r'<dd class="for">for the segment <b>(.*?)</b></dd>', bar)
    assert audiences == [*["business-buyer"] * 2, "at-work", *["business-buyer"] * 2]


def test_the_studio_is_greeted_by_its_name(url: str) -> None:
    with as_persona(url, "studio-professional") as client:
        assert '<p class="eyebrow">For Northlight Studios</p>' in client.get("/").text


def test_the_campaign_travels_in_the_link(url: str) -> None:
    with as_persona(url, "headphone-fan") as client:
        assert 'href="/headphones/air?from=quiet-autumn"' in client.get("/").text


def test_the_offer_in_thai_leads_to_the_same_page_in_thai_and_says_its_language(url: str) -> None:
    with as_persona(url, "thai-visitor") as client:
        page = client.get("/headphones/one").text
    assert re.search(r'<aside class="offer f-plum"[^>]* lang="th"', page)
    assert 'href="/th/headphones/one"' in page


def test_nothing_outside_the_slots_changes(url: str, plain: httpx.Client) -> None:
    with as_persona(url, "headphone-fan") as client:
        tailored = page_of(client.get("/").text)
    untouched = plain.get("/").text
    opening, closing = '<section class="measure"', "</html>"
    assert opening in untouched
    assert _between(tailored, opening, closing) == _between(untouched, opening, closing)


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def test_a_bot_gets_every_page_as_it_is(url: str, plain: httpx.Client) -> None:
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    with httpx.Client(base_url=url, headers={"User-Agent": agent}) as client:
        for address in [*ADDRESSES, "/nothing", "/sitemap.xml", "/img/one.svg"]:
            page = client.get(f"{address}?utm_source=newsletter&utm_campaign=quiet-autumn")
            assert page.content == plain.get(address).content
            assert "set-cookie" not in page.headers


def test_somebody_who_has_been_here_and_bought_nothing_gets_the_pages_as_they_are_but_for_the_widgets_style(
    serve: Serve, plain: httpx.Client
) -> None:
    shop = EdgeMiddleware(origin, FOLDER, environ=KEYS, clock=lambda: DAY)
    with httpx.Client(base_url=serve(shop), headers={"User-Agent": DESKTOP}) as client:
        assert SIGHTS["first-visit"]["en"]["hero"] in words(client.get("/").text)
        for address in ADDRESSES:
            assert client.get(address).text.replace(STYLE, "") == plain.get(address).text, address


def test_a_visitor_from_the_newsletter_needs_no_persona(url: str) -> None:
    link = "/?utm_source=newsletter&utm_campaign=quiet-autumn"
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}) as client:
        abroad = client.get(link).text
        at_home = client.get(link, headers={"CF-IPCountry": "DE"}).text
    assert "A small case for a large silence." in abroad
    assert "with the code QUIET." in words(abroad)
    assert "free returns within Germany" in at_home


def test_the_night_is_the_one_of_the_shop(serve: Serve) -> None:
    """Half past eleven in London is half past twelve in Oslo."""
    shop = EdgeMiddleware(origin, FOLDER, environ=KEYS, clock=lambda: NIGHT)
    with httpx.Client(base_url=serve(shop)) as client:
        assert "Still up?" in client.get("/", headers={"User-Agent": PHONE}).text
        assert "Still up?" not in client.get("/", headers={"User-Agent": DESKTOP}).text


def test_a_page_with_slots_leaves_as_private_and_is_not_sent_twice(url: str) -> None:
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}) as client:
        client.get("/")  # from here on, no first visit
        page = client.get("/")
        assert page.headers["cache-control"] == "private, no-cache, max-age=0"
        assert page.headers["etag"].startswith("W/")
        again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_form_works_through_edge(url: str) -> None:
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}, follow_redirects=True) as client:
        wrong = client.post("/contact", data={"name": "A"})
        right = {"name": "A", "email": "a@example.com", "topic": "order", "message": "Hello"}
        thanks = client.post("/contact", data=right)
    assert wrong.status_code == 422
    assert "Please fill this in." in wrong.text
    assert thanks.url.path == "/contact/thanks"


def test_previews_do_not_count(url: str) -> None:
    before = dict(site.counts)
    with as_persona(url, "night-owl") as client:
        client.get("/")
    assert dict(site.counts) == before


BROWSER = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}


def test_the_first_page_of_a_browser_opens_with_the_bar(url: str) -> None:
    with httpx.Client(base_url=url, headers=BROWSER, follow_redirects=True) as client:
        page = client.get("/headphones?a=1&b=2")
    assert page.url.raw_path == b"/headphones?a=1&b=2"
    assert bar_of(page.text)


def test_a_preview_link_is_not_taken_for_a_first_visit(url: str) -> None:
    with httpx.Client(base_url=url, headers=BROWSER, follow_redirects=True) as client:
        page = client.get(site.preview_path(url.partition("://")[2], "night-owl"))
    assert "Viewing as <b>Night owl</b>" in bar_of(page.text)


def test_a_preview_that_was_left_stays_left(url: str) -> None:
    with httpx.Client(base_url=url, headers=BROWSER, follow_redirects=True) as client:
        client.get("/")
        answer = client.post("/_edge/preview", data={"leave": "1", "next": "/pricing"}, headers={"Origin": url})
        assert answer.url.path == "/pricing"
        assert not bar_of(answer.text)
        assert not bar_of(client.get("/").text)


def test_what_is_no_page_is_not_invited(url: str) -> None:
    with httpx.Client(base_url=url, headers={"Sec-Fetch-Dest": "style"}) as client:
        assert client.get("/static/site.css").status_code == 200


def test_the_defaults_are_what_the_origin_says(plain: httpx.Client) -> None:
    for address, language in (("/", "en"), ("/th", "th")):
        seen = words(plain.get(address).text)
        assert [
            slot for slot in ("offer", "hero", "picks", "story", "contact") if DEFAULTS[language][slot] not in seen
        ] == []
