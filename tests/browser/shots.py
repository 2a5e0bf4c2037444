"""`python -m tests.browser.shots [FOLDER]`: the README's pictures, the card that other sites show of this one, and
contact sheets of every kind of page and of every persona, taken from the running demo. Look at each."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

from demo_site.app import app, site
from demo_site.rendering import PAGES, localise
from tests.demo_site.personas import PERSONAS
from tests.parts import part
from tests.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "demo_site" / "shots"
SHEETS = ROOT / "build" / "shots"
SCREEN = (1280, 800)
WIDTH = 960
"""Pixels across a picture: twice what the README's table shows on most screens."""

BOT = {"User-Agent": "Googlebot"}  # it gets what the site sends
NEWSLETTER = "/?utm_source=newsletter&utm_campaign=quiet-autumn"
WIDTHS = (360, 768, 1280, 1600)
Scheme = Literal["light", "dark"]


@contextmanager
def opened(
    browser: Browser, address: str, size: tuple[int, int], headers: dict[str, str], scheme: Scheme = "light"
) -> Iterator[Page]:
    width, height = size
    with browser.new_context(
        viewport={"width": width, "height": height}, extra_http_headers=headers, color_scheme=scheme
    ) as context:
        context.add_cookies(
            [{"name": "demo", "value": "opened", "url": address}]
        )  # no bar, unless it is asked for
        page = context.new_page()
        page.goto(address)
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.goto(address)  # now the typeface is there from the first line on
        yield page


def take(browser: Browser, address: str, file: Path, headers: dict[str, str]) -> None:
    """The top of a page, as a WebP file."""
    width, height = SCREEN
    with opened(browser, address, SCREEN, headers) as page, Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.resize((WIDTH, height * WIDTH // width), Image.Resampling.LANCZOS).save(file, quality=84, method=6)


def take_card(browser: Browser, url: str) -> None:
    """What is shown where somebody shares a link: the poster, in few colours."""
    with opened(browser, url, (1200, 900), BOT) as page:
        box = page.locator(".poster").bounding_box()
        assert box is not None
        shot = page.screenshot(clip={"x": box["x"], "y": box["y"], "width": box["width"], "height": 588})
    with Image.open(io.BytesIO(shot)) as picture:
        few = picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=48)
        few.save(ROOT / "demo_site" / "static" / "card.png", optimize=True)


def whole(browser: Browser, address: str, width: int, scheme: Scheme, headers: dict[str, str]) -> Image.Image:
    """A page from top to bottom without the bar, a quarter of its size."""
    with opened(browser, address, (width, 900), headers, scheme) as page:
        page.evaluate(_LOAD_ALL)
        with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
            return picture.convert("RGB").resize(
                (picture.width // 4, picture.height // 4), Image.Resampling.LANCZOS
            )


_LOAD_ALL = """() => {
  document.querySelector('edge-bar')?.remove();
  return Promise.all([...document.images].map(image => {
    image.loading = 'eager';
    return image.decode();
  }));
}"""


def paste(pictures: Iterable[Image.Image], file: Path) -> None:
    """All of them side by side."""
    row = list(pictures)
    sheet = Image.new("RGB", (sum(one.width + 12 for one in row), max(one.height for one in row)), "#888")
    left = 0
    for picture in row:
        sheet.paste(picture, (left, 0))
        left += picture.width + 12
    sheet.save(file, quality=80)


def take_sheets(browser: Browser, url: str) -> None:
    """One sheet for each kind of page, with all widths, schemes and languages; one for each persona at home."""
    SHEETS.mkdir(parents=True, exist_ok=True)
    host = url.partition("://")[2]
    for page in {page.template: page for page in PAGES.values()}.values():
        file = SHEETS / f"{page.template.removesuffix('.html')}.webp"
        paste(
            (
                whole(browser, url + localise(page.path, language), width, scheme, BOT)
                for language in ("en", "th")
                for scheme in _SCHEMES
                for width in WIDTHS
            ),
            file,
        )
    for persona in PERSONAS:
        addresses = [f"{url}{site.preview_path(host, persona)}&next={path}" for path in ("/", "/th")]
        paste(
            (
                whole(browser, address, width, scheme, {})
                for address in addresses
                for scheme in _SCHEMES
                for width in (360, 1280)
            ),
            SHEETS / f"as-{persona}.webp",
        )


_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main(folder: Path = SHOTS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=part("chromium"), args=["--no-sandbox"])
        take(browser, url, folder / "default.webp", BOT)
        take(browser, url + NEWSLETTER, folder / "headphone-fan.webp", {"CF-IPCountry": "DE"})
        preview = url + site.preview_path(url.partition("://")[2], "studio-professional")
        take(browser, preview, folder / "bar.webp", {})
        take_card(browser, url)
        take_sheets(browser, url)
        browser.close()
    for file in sorted([*folder.glob("*.webp"), *SHEETS.glob("*.webp")]):
        print(f"{file}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
