"""The style of all widgets, and the path at which it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from edge.gallery.resource import Resource
from edge.site.widgets import pictures
from edge.types import ASGIApp

__all__ = ["style_endpoints", "style_path"]


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
