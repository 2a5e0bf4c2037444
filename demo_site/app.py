"""Aurora Audio with Edge in front of it, open for everybody to look at as somebody else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from demo_site.origin import origin
from edge import EdgeMiddleware

__all__ = ["app", "site"]

site = EdgeMiddleware(origin, site=Path(__file__).parent / "site")
"""This line is all that your own site needs."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The site. A browser's first page opens in preview, so that the bar is there; elsewhere that takes a link
    from `edge preview`. Once left, the preview stays left."""
    invited = _invitation(Request(scope)) if scope["type"] == "http" else None
    await (invited or site)(scope, receive, send)


def _invitation(request: Request) -> RedirectResponse | None:
    opens_page = request.headers.get("Sec-Fetch-Dest") == "document" and request.method == "GET"
    was_here = request.cookies.keys() & {"demo", "edge-preview"}
    if site.setup is None or not opens_page or was_here or _is_edges(request.url.path, site.setup.prefix):
        return None
    link = site.preview_path(request.headers.get("Host", ""))
    back = quote(f"{request.url.path}?{request.url.query}".removesuffix("?"))
    answer = RedirectResponse(f"{link}&next={back}", 303, {"Cache-Control": "no-store"})
    answer.set_cookie("demo", "opened", max_age=12 * 3600, httponly=True, samesite="lax")
    return answer


def _is_edges(path: str, prefix: str) -> bool:
    """Whether the path is one of Edge's own, the gallery of widgets not counted: that is a page to open too."""
    return path.startswith(prefix) and path != f"{prefix}/widgets"
