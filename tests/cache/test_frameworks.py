"""The page cache before apps of frameworks, on a real server: each ends its answer in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route

from edge import EdgeMiddleware
from tests.conftest import Serve
from tests.hosts.packages import need_package
from tests.page.sites import KEY, write_site

FRESH = {"cache-control": "max-age=60"}
done: list[str] = []


def starlette() -> Any:
    async def page(request: Any) -> Any:
        return HTMLResponse("<p>page</p>", headers=FRESH, background=BackgroundTask(done.append, "starlette"))

    return Starlette(routes=[Route("/", page)])


def starlette_streaming() -> Any:
    async def pieces() -> Any:
        for piece in ("<p>", "page", "</p>"):
            await asyncio.sleep(0)
            yield piece

    async def page(request: Any) -> Any:
        done.append("streamed")
        return StreamingResponse(pieces(), headers=FRESH, media_type="text/html")

    return Starlette(routes=[Route("/", page)])


def flask() -> Any:
    need_package("flask")
    from a2wsgi import WSGIMiddleware
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def page() -> Any:
        done.append("flask")
        return "<p>page</p>", 200, FRESH

    return WSGIMiddleware(app)  # type: ignore[arg-type]


def quart() -> Any:
    need_package("quart")
    from quart import Quart

    app = Quart(__name__)

    @app.get("/")
    async def page() -> Any:
        done.append("quart")
        return "<p>page</p>", 200, FRESH

    return app


@pytest.mark.parametrize("make", [starlette, starlette_streaming, flask, quart])
def test_a_page_is_asked_for_once(make: Callable[[], Any], tmp_path: Path, serve: Serve) -> None:
    done.clear()
    site = write_site(tmp_path / "site", {"edge.toml": "[page_cache]\n"})
    environ = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(tmp_path / "data")}
    app = EdgeMiddleware(make(), site, environ=environ)
    url = serve(app)
    for _ in range(3):
        answer = httpx.get(url, trust_env=False)
        assert (answer.status_code, answer.text) == (200, "<p>page</p>")
    assert "hit" in answer.headers["cache-status"]
    assert app.counts["cache", "miss"] == 1
    assert len(done) == 1
