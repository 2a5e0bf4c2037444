"""All widgets in a real browser, on a page of a site with a strict policy and a style of its own."""

from __future__ import annotations

import re
from html import escape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from edge import EdgeMiddleware
from tests.browser.audit import shifts, violations
from tests.browser.seeing import Scheme, visit
from tests.conftest import Serve
from tests.widgets.parts import WIDGETS, toml

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ICON = '<link rel="icon" href="/_edge/widgets/portrait.svg">'
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"

# What sites say of plain elements: none of it may spoil a widget.
SITE_CSS = """
:root { color-scheme: light dark }
body { margin: 0 auto; padding: 0 1rem; max-width: 70rem; background: #fbfaf7; color: #222 }
body { font: 17px/1.6 Georgia, serif }
@media (prefers-color-scheme: dark) { body { background: #121318; color: #eee } a { color: #9cf } }
h1, h2, h3 { margin: 2em 0 1em; font-family: sans-serif; line-height: 1.6 }
p { margin: 0 0 1.5em } ul, ol { margin: 1em 0; padding-left: 3em; list-style: square } li { margin: .5em 0 }
a { color: #06c } a:hover { color: #c06 }
blockquote { margin: 1em 3em; border-left: 5px solid gray; padding: 1em; font-style: italic }
table { width: auto; margin: 2em; border-collapse: separate }
th, td { border: 1px solid gray; padding: 2em; text-align: center }
figure { margin: 1em 40px } img { display: block; max-width: 100%; height: auto; border: 0 }
"""


def page(request: Request) -> Response:
    slots = "".join(f'<div data-edge-slot="{widget.name}">{widget.default}</div>\n' for widget in WIDGETS.values())
    direction = "rtl" if "rtl" in request.query_params else "ltr"
    html = f"""<!doctype html><html lang="en" dir="{direction}"><head><title>All</title>{ICON}
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/site.css"><link rel="stylesheet" href="/_edge/widgets.css"></head>
<body><main>{slots}</main></body></html>"""
    return Response(html, media_type="text/html", headers={"content-security-policy": POLICY})


ACCENTS = (
    "#000",
    "#fff",
    "#777",
    "#767676",
    "#888",
    "red",
    "lime",
    "blue",
    "#2447c8",
    "#f0a17f",
    "oklch(70% .2 150)",
)


def accents(request: Request) -> Response:
    button = '<a class="edge-widget-button" href="/"><span>Go</span></a>'
    shown = "".join(f'<div class="a{n}"><p class="edge-widget">{button}</p></div>' for n in range(len(ACCENTS)))
    html = f"""<!doctype html><title>Accents</title>{ICON}<link rel="stylesheet" href="/site.css">
<link rel="stylesheet" href="/_edge/widgets.css">
<div class="none"><p class="edge-widget">{button}</p></div>{shown}"""
    return Response(html, media_type="text/html")


def style(request: Request) -> Response:
    rules = "".join(f".a{n} {{ --edge-accent: {colour} }}\n" for n, colour in enumerate(ACCENTS))
    return Response(SITE_CSS + rules, media_type="text/css")


@pytest.fixture
def url(tmp_path: Path, serve: Serve) -> str:
    experiences = []
    for widget in WIDGETS.values():
        inputs = "".join(f"{name} = {toml(value)}\n" for name, value in widget.sample.data.items())
        head = f'[{widget.name}]\nslot = "{widget.name}"\nshow = "widget:{widget.name}"\npaths = ["/shown"]\n'
        experiences.append(f"{head}[{widget.name}.inputs]\n{inputs}")
    (tmp_path / "experiences.toml").write_text("\n".join(experiences), encoding="utf-8")
    routes = [Route("/", page), Route("/shown", page), Route("/accents", accents), Route("/site.css", style)]
    app = Starlette(routes=routes)
    return serve(
        EdgeMiddleware(app, site=tmp_path, environ={"EDGE_SECRET_KEYS": "a-key-for-the-tests-of-widgets"})
    )


WAYS = list(product(("phone", "desktop"), ("light", "dark"), ("ltr", "rtl")))
FEW = [one for one in WAYS if one in {WAYS[0], WAYS[3], WAYS[5], WAYS[6]}]
REST = [pytest.param(*one, marks=pytest.mark.soak) for one in WAYS if one not in FEW]


@pytest.mark.parametrize(("screen", "scheme", "direction"), [*FEW, *REST])
def test_each_can_be_used_by_everybody_and_stays_where_it_is(
    browser: Browser, url: str, screen: str, scheme: Scheme, direction: str
) -> None:
    with visit(browser, screen, scheme) as page:
        page.goto(f"{url}/shown?{direction}", wait_until="networkidle")
        sample = WIDGETS["call-to-action"].sample.data["title"]
        assert page.locator(".edge-call-to-action-title").inner_text() == sample
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shifts(page) == []
        assert violations(page) == []


BOXES = """() => [...document.querySelectorAll('main *')].map(e => {
  const r = e.getBoundingClientRect();
  return [e.className || e.tagName, ...[r.x, r.y, r.width, r.height].map(n => Math.round(n * 10) / 10)].join(' ');
})"""
WORDS = """const words = [], walk = document.createTreeWalker(document.querySelector('main'), 4 /* texts */);
  while (walk.nextNode()) if (walk.currentNode.data.trim()) words.push(walk.currentNode);"""
TEXTS = f"() => {{ {WORDS} return words.map(one => one.data); }}"
RETOLD = f"texts => {{ {WORDS} words.forEach((one, n) => {{ one.data = texts[n]; }}); }}"


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_default_with_the_same_words_has_the_same_boxes(browser: Browser, url: str, screen: str) -> None:
    with visit(browser, screen, "light") as page:
        page.goto(f"{url}/shown", wait_until="load")
        boxes, texts = page.evaluate(BOXES), page.evaluate(TEXTS)
        page.goto(f"{url}/", wait_until="load")
        assert page.evaluate(TEXTS) != texts
        page.evaluate(RETOLD, texts)
        assert page.evaluate(BOXES) == boxes


# Not by `wait_for_function`: where it has to ask again, it does so by what the policy forbids.
STYLED = """Promise.all([...document.querySelectorAll("link[rel=stylesheet]")].map(
    one => one.sheet || new Promise(done => one.addEventListener("load", done))))"""


def test_no_picture_moves_anything_when_it_comes(browser: Browser, url: str) -> None:
    with visit(browser, "phone", "light") as page:
        held: list[Any] = []
        page.route("**/*.svg", lambda route: held.append(route))
        page.goto(f"{url}/shown", wait_until="domcontentloaded")
        page.evaluate(STYLED)
        before = page.evaluate(BOXES)
        for route in held:
            route.continue_()
        page.wait_for_load_state("load")
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
        assert page.evaluate(BOXES) == before


CONTRASTS = """() => { const at = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = colour => { at.fillStyle = colour; at.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...at.getImageData(0, 0, 1, 1).data].map(c => c / 255)
      .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b + .05; };
  return [...document.querySelectorAll('.edge-widget-button')].map(button => {
    const a = light(getComputedStyle(button).backgroundColor);
    const b = light(getComputedStyle(button.firstChild).color);
    return Math.max(a, b) / Math.min(a, b); }); }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_on_a_button_stands_out_from_any_accent(browser: Browser, url: str, scheme: Scheme) -> None:
    with visit(browser, "desktop", scheme) as page:
        page.goto(f"{url}/accents", wait_until="load")
        found = page.evaluate(CONTRASTS)
        assert len(found) == len(ACCENTS) + 1
        assert [(round(one, 2), n) for n, one in enumerate(found) if one < 4.5] == []


def test_nothing_is_wider_than_a_small_screen(browser: Browser, url: str) -> None:
    with visit(browser, "phone", "light") as page:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"{url}/shown", wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_without_style_it_reads_from_top_to_bottom(browser: Browser, url: str) -> None:
    with visit(browser, "desktop", "light") as page:
        page.route("**/widgets.css", lambda route: route.fulfill(body="", content_type="text/css"))
        page.goto(f"{url}/shown", wait_until="load")
        for widget in WIDGETS.values():
            shown = page.locator(f".edge-{widget.name}")
            words = [value for value in widget.sample.data.values() if isinstance(value, str)]
            text = escape(shown.inner_text(), quote=False)
            assert [one for one in words if escape(one, quote=False) not in text] == []


def test_the_gallery_can_be_used_by_everybody_too(browser: Browser, tmp_path: Path, serve: Serve) -> None:
    edge = EdgeMiddleware(
        Starlette(), site=tmp_path, environ={"EDGE_SECRET_KEYS": "a-key-for-the-tests-of-widgets"}
    )
    url = serve(edge)
    host = url.partition("://")[2]
    looks: tuple[tuple[str, Scheme, str, str], ...] = (
        ("phone", "light", "", "rgb(250, 249, 246)"),
        ("desktop", "dark", "", "rgb(16, 17, 22)"),
        ("desktop", "light", "%3Fscheme%3Ddark", "rgb(16, 17, 22)"),
    )
    for screen, scheme, query, paper in looks:
        with visit(browser, screen, scheme) as page:
            page.goto(f"{url}{edge.preview_path(host)}&next=/_edge/widgets{query}", wait_until="load")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator("article.widget").count() == len(WIDGETS)
            assert (
                page.locator("code", has_text=re.compile("^until$")).count() == 2
            )  # an input, and in what one is for
            assert violations(page) == []
