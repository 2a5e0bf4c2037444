"""Every page, made once for each language when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from demo_site.catalogue import FAMILIES, LANGUAGES, PRODUCTS, beside, compared, family, price
from demo_site.drawing import draw_curve
from demo_site.structured import BASE, crumbs, organisation, product_data

__all__ = ["PAGES", "STORIES", "Page", "localise", "render", "sitemap"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})
STORIES = ("quiet-car", "live-room", "four-screws")
_BY_SLUG = {product.slug: product for product in PRODUCTS}


@dataclass(frozen=True, slots=True)
class Page:
    """One page in any language: its path in English, its template, and what that is about. Those that are not
    `listed` stand in no sitemap."""

    path: str
    template: str
    about: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True


def localise(path: str, language: str) -> str:
    """Where a page of the English site is in `language`: "/th" and "/th/pricing" for Thai."""
    return path if language == "en" else f"/{language}{path.rstrip('/')}"


def _pages() -> Iterator[Page]:
    yield Page("/", "home.html")
    for name in FAMILIES:
        yield Page(f"/{name}", "family.html", {"family": name})
    for product in PRODUCTS:
        yield Page(product.path, "product.html", {"product": product})
    for name in ("pricing", "stories", "about", "contact", "sign-up"):
        yield Page(f"/{name}", f"{name}.html")
    for story in STORIES:
        yield Page(f"/stories/{story}", f"story-{story}.html", {"story": story})
    for name in ("contact", "sign-up"):
        yield Page(f"/{name}/thanks", "thanks.html", {"form": name}, listed=False)
    yield Page("/404", "404.html", listed=False)


PAGES: Mapping[str, Page] = {page.path: page for page in _pages()}
"""By path in English."""


def _say(language: str) -> Callable[[str, str], Markup]:
    """What the templates write every text with, in both languages side by side: one word for both goes stale."""
    place = LANGUAGES.index(language)
    return lambda *texts: Markup(texts[place])  # noqa: S704 (it is the templates' own text)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(
    BASE=BASE,
    families=FAMILIES,
    languages=LANGUAGES,
    stories=STORIES,
    item=_BY_SLUG,
    beside=beside,
    compared=compared,
    members=family,
    curve=draw_curve,
    crumbs=crumbs,
    organisation=organisation,
    product_data=product_data,
)


def render(
    page: Page, language: str, answer: Mapping[str, str] = _NOTHING, errors: Mapping[str, str] = _NOTHING
) -> bytes:
    """The page's HTML. `answer` and `errors` are those of its form, where one was sent."""
    return (
        _TEMPLATES.get_template(page.template)
        .render(
            page.about,
            lang=language,
            path=page.path,
            listed=page.listed,
            say=_say(language),
            url=lambda path, to=language: localise(path, to),
            price=lambda prices: price(prices, language),
            answer=answer,
            errors=errors,
        )
        .encode()
    )


def sitemap() -> bytes:
    """sitemap.xml: every page in every language, with its translations."""
    return _TEMPLATES.get_template("sitemap.xml").render(pages=PAGES.values(), url=localise).encode()
