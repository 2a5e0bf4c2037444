"""Site folders for the tests of the page path, and Edge in front of an app with one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from edge import EdgeMiddleware
from edge.types import ASGIApp

__all__ = ["GERMAN", "KEY", "NOW", "PAGE", "SITE", "Front", "front", "write_site"]

KEY = "a-key-that-only-the-tests-know"
NOW = 1_795_300_000.0  # 2026-11-21, about 21:26 UTC

PAGE = (
    b'<!doctype html><title>t</title><main data-edge-slot="hero"><h1>Sound for everyone</h1></main>'
    b"<!--edge:slot offer-->Free shipping<!--/edge:slot--><footer>end</footer>"
)

SITE: Mapping[str, str] = {
    "segments.toml": """
        [german]
        when = 'country == "DE"'
    """,
    "edge.toml": """
        [geo]
        country = "CF-IPCountry"
    """,
    "experiences.toml": """
        [hero-german]
        slot = "hero"
        for = "german"
        show = "hallo"

        [offer-news]
        slot = "offer"
        for = 'utm.source == "news"'
        show = "trial"
    """,
    "blocks/hallo.html": "<h1>Klänge für alle</h1>",
    "blocks/trial.html": "<b>30 days free for {{ utm.source }}</b>",
}

GERMAN = (b"cf-ipcountry", b"DE")
Front = Callable[..., EdgeMiddleware]


def write_site(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def front(tmp_path: Path) -> Front:
    """`front(app, files, …)` puts Edge in front of the app; `files` are added to those of SITE, or take their
    place; None takes one away."""

    def build(app: ASGIApp, files: Mapping[str, str | None] | None = None, **more: Any) -> EdgeMiddleware:
        merged = {**SITE, **(files or {})}
        site = write_site(tmp_path / "site", {name: text for name, text in merged.items() if text is not None})
        more.setdefault("environ", {"EDGE_SECRET_KEYS": KEY})
        more.setdefault("clock", lambda: NOW)
        return EdgeMiddleware(app, site, **more)

    return build
