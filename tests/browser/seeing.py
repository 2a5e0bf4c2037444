"""How tests in a browser look at the demo: at which sizes, as whom, and what must not happen meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from demo_site.app import site
from tests.browser.audit import WATCH_SHIFTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

__all__ = ["SCREENS", "Scheme", "become", "picture", "visit"]

Scheme = Literal["light", "dark"]
SCREENS = {"phone": (360, 740), "tablet": (768, 1024), "desktop": (1280, 800), "wide": (1600, 900)}


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
