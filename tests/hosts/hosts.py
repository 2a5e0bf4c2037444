"""The hosts whose sites are apps of this process, each mounted as the README says under its name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from edge.types import ASGIApp
from tests.hosts.host import FIRE, Host
from tests.hosts.packages import need_package
from tests.hosts.shop import START, Shop
from tests.readme import last_line, under

__all__ = ["HOSTS"]

SLOTS = frozenset(
    {
        "/",
        "/contact",
        "/products/north",
        "/products/fjord",
        "/live",
        "/catalogue",
        "/trade/",
        "/guide/",
        "/guide/walls/",
    }
)
"""The pages of the shop with slots in them."""


def shop_in(module: str, *packages: str) -> Callable[..., Any]:
    def build(shop: Shop | None = None) -> Any:
        for package in packages:
            need_package(package)
        return import_module(f"tests.hosts.{module}.app").build(shop or Shop())

    return build


def as_the_readme_says(heading: str) -> Callable[[Any, Path], ASGIApp]:
    """Mounts Edge with the imports and the last line of the README's block under this heading."""

    def mount(app: Any, site: Path) -> ASGIApp:
        names: dict[str, Any] = last_line(under(heading), site).run(app=app)
        mounted: ASGIApp = names["app"]
        return mounted

    return mount


SIGNED = (rb"^(set-cookie: session=)[\w.=-]+(?=;)", rb"\1")
"""A session is signed with the time."""
TIMES = (rb"^((?:date|expires): ).*", rb"\1")
"""Werkzeug says when it sent a file, and until when it lasts."""

ALLOW = (rb"^(allow: ).*", rb"\1")
"""Werkzeug names the methods in another order in each process."""
DELETED = (rb"(?i)^(set-cookie: (?:last|session)=.*; expires=)[^;]+", rb"\1")
"""A cookie is deleted with the time."""

BOUNDARY = (rb"(boundary=|--)[0-9a-f]{26}", rb"\1")
"""Between the parts of several ranges."""

HOSTS = (
    Host(
        "Starlette",
        shop_in("starlette_shop", "starlette", "python_multipart"),
        as_the_readme_says("Starlette"),
        START,
        SLOTS,
        (SIGNED, DELETED, BOUNDARY),
        lacks=frozenset({"csrf"}),
    ),
    Host(
        "FastAPI",
        shop_in("fastapi_shop", "fastapi", "python_multipart"),
        as_the_readme_says("FastAPI"),
        (*START, "/docs", "/openapi.json", "/trade/docs"),
        SLOTS,
        (SIGNED, DELETED, BOUNDARY),
        lacks=frozenset({"csrf"}),
    ),
    Host(
        "Litestar",
        shop_in("litestar_shop", "litestar"),
        as_the_readme_says("Litestar"),
        (*START, "/schema", "/schema/openapi.json"),
        SLOTS | {"/guide", "/guide/walls"},
        (
            DELETED,
            (rb"^(set-cookie: session=)[0-9a-f]{64}(?=;)", rb"\1"),
            (rb"^(set-cookie: csrftoken=)[0-9a-f]{128}(?=;)", rb"\1"),
            (rb'(name="_csrf_token" value=")[0-9a-f]{128}"', rb'\1"'),
        ),
    ),
    Host(
        "Quart",
        shop_in("quart_shop", "quart"),
        as_the_readme_says("Quart"),
        START,
        SLOTS,
        (SIGNED, DELETED, TIMES, ALLOW),
        lacks=frozenset({"csrf"}),
        errors=FIRE | {"AssertionError: Bad range provided"},  # a range that there is not
    ),
    Host(
        "Flask",
        shop_in("flask_shop", "flask", "a2wsgi"),
        as_the_readme_says("Flask"),
        START,
        SLOTS,
        (SIGNED, DELETED, TIMES, ALLOW),
        lacks=frozenset({"csrf", "lifespan", "websocket"}),
        bare=lambda app: import_module("a2wsgi").WSGIMiddleware(app),
    ),
)
