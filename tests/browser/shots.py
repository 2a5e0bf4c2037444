"""`python -m tests.browser.shots [FOLDER]`: the README's pictures, taken from the running demo. Look at each."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from demo_site.app import app, site
from tests.parts import part
from tests.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOTS = Path(__file__).resolve().parents[2] / "demo_site" / "shots"
SCREEN = (1280, 800)
WIDTH = 960
"""Pixels across a picture: twice what the README's table shows on most screens."""

NEWSLETTER = "/?utm_source=newsletter&utm_campaign=quiet-autumn"


def take(browser: Browser, url: str, path: str, file: Path, headers: dict[str, str]) -> None:
    """The top of the page at `path`, as a WebP file."""
    width, height = SCREEN
    page = browser.new_page(viewport={"width": width, "height": height}, extra_http_headers=headers)
    page.goto(url + path, wait_until="networkidle")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.resize((WIDTH, height * WIDTH // width), Image.Resampling.LANCZOS).save(file, quality=84, method=6)
    page.close()


def main(folder: Path = SHOTS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    plain = {"Cookie": "demo=opened"}  # not opened in preview: no bar
    with serving(app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=part("chromium"), args=["--no-sandbox"])
        take(browser, url, "/", folder / "default.webp", plain)
        take(browser, url, NEWSLETTER, folder / "headphone-fan.webp", {**plain, "CF-IPCountry": "DE"})
        preview = site.preview_path(url.partition("://")[2], "studio-professional")
        take(browser, url, preview, folder / "bar.webp", {})
        browser.close()
    for file in sorted(folder.glob("*.webp")):
        print(f"{file}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
