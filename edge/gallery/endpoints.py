"""The paths behind Edge's prefix at which the widgets' style and gallery are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from edge.gallery.page import Gallery
from edge.gallery.resource import Resource
from edge.site import Site
from edge.site.widgets import pictures
from edge.types import ASGIApp, Scope
from edge.visitors import Previews, header_values, needs_secure

__all__ = ["style_endpoints", "style_path", "widget_endpoints"]


def widget_endpoints(site: Site, previews: Previews, clock: Callable[[], float]) -> Mapping[str, ASGIApp]:
    """By path: what widgets need to be seen, and the gallery for whoever is in preview."""

    def may_look(scope: Scope) -> bool:
        headers = scope["headers"]
        host = b"".join(header_values(headers, b"host")[:1]).decode("latin-1")
        secure = needs_secure(scope.get("scheme", "http"), host)
        return previews.read_cookie(header_values(headers, b"cookie"), host, secure, clock()) is not None

    gallery = Gallery(site, style_path(site.settings.prefix, site.style), may_look)
    return {"/widgets": gallery, **style_endpoints(site.style)}


def style_endpoints(style: str) -> Mapping[str, ASGIApp]:
    """By path: the style of all widgets, and the pictures in their samples."""
    return {"/widgets.css": _style(style), **_files()}


def style_path(prefix: str, style: str) -> str:
    """The address of the style as it is now: another style has another."""
    return f"{prefix}/widgets.{_style(style).hash}.css"


@lru_cache(maxsize=4)
def _style(text: str) -> Resource:
    return Resource(text.encode(), "text/css")


@cache
def _files() -> Mapping[str, ASGIApp]:
    return {f"/widgets/{path.name}": Resource(path.read_bytes(), "image/svg+xml") for path in pictures()}
