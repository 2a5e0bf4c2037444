"""Aurora Audio: a brochure site of three pages. It knows nothing of Edge; any CMS could have made it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

__all__ = ["origin"]

_FOLDER = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_HEADERS = {
    "Cache-Control": "public, max-age=300",
    # No script, no inline style, nothing from elsewhere: whatever Edge puts into these pages must live with it.
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


def _page(path: str, template: str) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a page that is made once, with a validator, as a cache in front would like it."""
    body = _TEMPLATES.get_template(template).render(path=path).encode()
    headers = {**_HEADERS, "ETag": f'"{sha256(body).hexdigest()[:16]}"'}

    async def page(request: Request) -> Response:
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="text/html")

    return page


async def _missing(request: Request, error: Exception) -> Response:
    body = _TEMPLATES.get_template("404.html").render(path=request.url.path)
    return Response(body, 404, {**_HEADERS, "Cache-Control": "no-store"}, "text/html")


origin = Starlette(
    routes=[
        Route("/", _page("/", "home.html")),
        Route("/headphones", _page("/headphones", "headphones.html")),
        Route("/pricing", _page("/pricing", "pricing.html")),
        Mount("/static", StaticFiles(directory=_FOLDER / "static")),
    ],
    exception_handlers={404: _missing},
)
