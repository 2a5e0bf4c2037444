"""The demo with Edge in front, by plain HTTP: each persona's blocks are in the first HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from demo_site.app import app, site
from demo_site.origin import origin
from edge import EdgeMiddleware
from tests.conftest import Serve
from tests.demo_site.personas import SIGHTS, Sight
from tests.demo_site.visiting import as_persona, bar_of, page_of, words

DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PHONE = DESKTOP.replace("X11; Linux x86_64", "Linux; Android 10; K").replace("Safari/", "Mobile Safari/")
FOLDER = Path(__file__).resolve().parents[2] / "demo_site" / "site"
NIGHT = datetime(2026, 11, 19, 23, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def url(serve: Serve) -> str:
    return serve(app)


@pytest.fixture
def plain(serve: Serve) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serve(origin)) as client:
        yield client


@pytest.mark.parametrize(("persona", "sight"), SIGHTS.items(), ids=lambda one: one if isinstance(one, str) else "")
def test_each_persona_finds_its_blocks_in_the_first_html(url: str, persona: str, sight: Sight) -> None:
    with as_persona(url, persona) as client:
        page = client.get("/", headers={"User-Agent": DESKTOP}).text
    headline = re.search(r"<h1>(.*?)</h1>", page)
    assert headline is not None
    assert headline[1] == sight.headline
    assert sight.offer in words(page_of(page))
    assert f'<img id="hero-picture" src="{sight.picture}" alt="' in page
    assert ("Still up?" in page) is sight.note


@pytest.mark.parametrize(("persona", "sight"), SIGHTS.items(), ids=lambda one: one if isinstance(one, str) else "")
def test_the_bar_says_what_decided_each_slot(url: str, persona: str, sight: Sight) -> None:
    with as_persona(url, persona) as client:
        bar = bar_of(client.get("/", headers={"User-Agent": DESKTOP}).text)
    assert dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", bar)) == sight.verdicts


def test_the_bar_says_for_which_segment_a_block_is(url: str) -> None:
    with as_persona(url, "headphone-fan") as client:
        bar = bar_of(client.get("/", headers={"User-Agent": DESKTOP}).text)
    audiences = re.findall(r'<dd class="for">for the segment <b>(.*?)</b></dd>', bar)
    assert audiences == ["headphone-fan-in-germany", "headphone-fan", "headphone-fan"]


def test_the_studio_is_greeted_by_its_name(url: str) -> None:
    with as_persona(url, "studio-professional") as client:
        assert '<p class="eyebrow">For Northlight Studios</p>' in client.get("/").text


def test_the_campaign_travels_in_the_link(url: str) -> None:
    with as_persona(url, "headphone-fan") as client:
        assert 'href="/headphones?from=quiet-autumn"' in client.get("/").text


def test_nothing_outside_the_slots_changes(url: str, plain: httpx.Client) -> None:
    with as_persona(url, "headphone-fan") as client:
        tailored = page_of(client.get("/").text)
    untouched = plain.get("/").text
    opening, closing = '<section class="wide" aria-labelledby="made">', "</html>"
    assert opening in untouched
    assert _between(tailored, opening, closing) == _between(untouched, opening, closing)


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def test_a_plain_visitor_gets_the_pages_as_they_are(url: str, plain: httpx.Client) -> None:
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}) as client:
        for path in ("/", "/headphones", "/pricing", "/nothing"):
            assert client.get(path).content == plain.get(path).content


def test_a_visitor_from_the_newsletter_needs_no_persona(url: str) -> None:
    link = "/?utm_source=newsletter&utm_campaign=quiet-autumn"
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}) as client:
        abroad = client.get(link).text
        at_home = client.get(link, headers={"CF-IPCountry": "DE"}).text
    assert "The train is gone" in abroad
    assert "with the code QUIET." in words(abroad)
    assert "free returns within Germany" in at_home


def test_the_night_is_the_one_of_the_shop(serve: Serve) -> None:
    """Half past eleven in London is half past twelve in Oslo."""
    keys = {"EDGE_SECRET_KEYS": "k" * 32}
    shop = EdgeMiddleware(origin, FOLDER, environ=keys, clock=lambda: NIGHT)
    with httpx.Client(base_url=serve(shop)) as client:
        assert "Still up?" in client.get("/", headers={"User-Agent": PHONE}).text
        assert "Still up?" not in client.get("/", headers={"User-Agent": DESKTOP}).text


def test_a_page_with_slots_leaves_as_private_and_is_not_sent_twice(url: str) -> None:
    with httpx.Client(base_url=url, headers={"User-Agent": DESKTOP}) as client:
        page = client.get("/")
        assert page.headers["cache-control"] == "private, no-cache, max-age=0"
        assert page.headers["etag"].startswith("W/")
        again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_search_engine_gets_the_defaults(url: str, plain: httpx.Client) -> None:
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    with httpx.Client(base_url=url, headers={"User-Agent": agent}) as client:
        page = client.get("/?utm_source=newsletter&utm_campaign=quiet-autumn")
    assert page.content == plain.get("/").content
    assert "set-cookie" not in page.headers


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
