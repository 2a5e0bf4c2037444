"""The app of `edge serve`: who the client is, Edge, and the site behind."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from edge.door.options import Options
from edge.runtime import EdgeMiddleware
from edge.serve import Forwarding, Origin, Peers
from edge.types import ASGIApp

__all__ = ["build"]


def build(options: Options) -> ASGIApp:
    """Raises OriginError, SiteError or SecretError."""
    return Forwarding(EdgeMiddleware(_behind(options.origin), options.site), Peers())


def _behind(origin: str) -> ASGIApp:
    if Path(origin).is_dir():
        return Starlette(routes=[Mount("/", StaticFiles(directory=origin, html=True))])
    return Origin(origin)
