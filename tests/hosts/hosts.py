"""The hosts whose sites are apps of this process, each mounted as the README says under its name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from edge.types import ASGIApp
from tests.hosts.host import Host
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


def shop_in(module: str, *packages: str) -> Callable[[], ASGIApp]:
    def build() -> ASGIApp:
        for package in packages:
            need_package(package)
        app: ASGIApp = import_module(f"tests.hosts.{module}.app").build(Shop())
        return app

    return build


def as_the_readme_says(heading: str) -> Callable[[ASGIApp, Path], ASGIApp]:
    """Mounts Edge with the imports and the last line of the README's block under this heading."""

    def mount(app: ASGIApp, site: Path) -> ASGIApp:
        names: dict[str, Any] = last_line(under(heading), site).run(app=app)
        mounted: ASGIApp = names["app"]
        return mounted

    return mount


SIGNED = (rb"^(session=)[\w.=-]+(?=;)", rb"\1")
"""Starlette signs a session with the time."""

BOUNDARY = (rb"(boundary=|--)[0-9a-f]{26}", rb"\1")
"""Between the parts of several ranges."""

HOSTS = (
    Host(
        "Starlette",
        shop_in("starlette_shop", "starlette", "python_multipart"),
        as_the_readme_says("Starlette"),
        START,
        SLOTS,
        (SIGNED, BOUNDARY),
    ),
)
