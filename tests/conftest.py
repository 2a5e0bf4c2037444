"""What every test may use: a real server and a real browser."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from edge.types import ASGIApp
from tests.parts import need, part
from tests.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("edge", deadline=None)  # a busy machine is no fault; in CI the same examples each time
settings.load_profile("edge")

Serve = Callable[..., str]
"""`serve(app, **uvicorn_settings)` gives the URL of a server that lives as long as the test."""


_LEVELS = {name: logging.getLogger(name).level for name in (None, "edge")}


@pytest.fixture(autouse=True)
def _log_levels() -> None:
    """What is logged is up to each test, also behind one that has run a command, or an app, which sets it."""
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)


_CHROMIUM_FLAGS = [
    "--no-sandbox",  # it refuses to run as root otherwise
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # tests talk to this machine only
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _unchopped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With EDGE_DEBUG_CHOP set, every body of every test is cut: but where a mark says why not."""
    if request.node.get_closest_marker("unchopped"):
        monkeypatch.delenv("EDGE_DEBUG_CHOP", raising=False)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(app: ASGIApp, **settings: Any) -> str:
            return stack.enter_context(serving(app, **settings))

        yield start


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. For a module, not the session: Playwright's loop stays set as the thread's running loop
    for as long as it lives, and `asyncio.run` in a later test would refuse to start another."""
    program = part("chromium")
    need("libatomic1")
    from playwright.sync_api import sync_playwright  # so that tests without a browser start without it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
