"""Aurora Audio: a site of headphones and computers in two languages. It knows nothing of Edge; any CMS could have
made it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from demo_site.catalogue import LANGUAGES, PRODUCTS
from demo_site.drawing import SCENES, draw_product, draw_scene
from demo_site.forms import FORMS, MOST, find_errors, read_form
from demo_site.rendering import PAGES, localise, render, sitemap
from demo_site.structured import BASE

__all__ = ["origin"]

_FOLDER = Path(__file__).parent
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
# No script, no inline style, nothing from elsewhere: whatever Edge puts into these pages must live with it.
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HTML = {**_ALWAYS, "Content-Security-Policy": _POLICY}


class _Kept:
    """An answer whose body is made once, with a validator, as a cache in front would like it."""

    def __init__(self, body: bytes, media_type: str, headers: Mapping[str, str], seconds: int) -> None:
        self._body, self._media_type = body, media_type
        self._tag = f'"{sha256(body).hexdigest()[:16]}"'
        self._headers = {**headers, "ETag": self._tag, "Cache-Control": f"public, max-age={seconds}"}

    def answer(self, request: Request) -> Response:
        if self._tag in request.headers.get("If-None-Match", ""):
            return Response(None, 304, self._headers)
        return Response(self._body, 200, self._headers, self._media_type)


class _Files(StaticFiles):
    """Style and typeface, which browsers may keep for an hour."""

    def file_response(self, *found: Any, **more: Any) -> Response:
        answer = super().file_response(*found, **more)
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer


def _picture(svg: str) -> _Kept:
    return _Kept(svg.encode(), "image/svg+xml", _ALWAYS, 86_400)


_ROBOTS = f"User-agent: *\nAllow: /\n\nSitemap: {BASE}/sitemap.xml\n"
_KEPT: Mapping[str, _Kept] = {
    **{
        localise(path, language): _Kept(render(page, language), "text/html", _HTML, 300)
        for path, page in PAGES.items()
        if path != "/404"
        for language in LANGUAGES
    },
    **{f"/img/{one.slug}.svg": _picture(draw_product(one.line, one.drawing)) for one in PRODUCTS},
    **{f"/img/{name}.svg": _picture(draw_scene(name)) for name in SCENES},
    "/sitemap.xml": _Kept(sitemap(), "application/xml", _ALWAYS, 3600),
    "/robots.txt": _Kept(_ROBOTS.encode(), "text/plain", _ALWAYS, 3600),
}
_MISSING = {language: render(PAGES["/404"], language) for language in LANGUAGES}


async def _page(request: Request) -> Response:
    path = request.url.path
    kept = _KEPT.get(path)
    if kept is not None:
        return kept.answer(request)
    if path.rstrip("/") in _KEPT:
        return RedirectResponse(path.rstrip("/"), 308)
    language = "th" if path.startswith("/th/") else "en"
    return Response(_MISSING[language], 404, {**_HTML, "Cache-Control": "no-store"}, "text/html")


async def _form(request: Request) -> Response:
    """An answer to a form: what is wrong is said beside it, and a good one leads to a page that says thanks."""
    language = "th" if request.url.path.startswith("/th/") else "en"
    path = request.url.path.removeprefix("/th")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST:
            return Response("This is more than the form can take.\n", 413, _ALWAYS, "text/plain")
    try:
        answer = read_form(bytes(body))
    except ValueError:  # more fields than any form of ours has
        return Response("This is not what the form asks for.\n", 400, _ALWAYS, "text/plain")
    errors = find_errors(FORMS[path], answer)
    if not errors:
        return RedirectResponse(localise(f"{path}/thanks", language), 303)
    html = render(PAGES[path], language, answer, errors)
    return Response(html, 422, {**_HTML, "Cache-Control": "no-store"}, "text/html")


origin = Starlette(
    routes=[
        *(Route(localise(path, one), _form, methods=["POST"]) for path in FORMS for one in LANGUAGES),
        Mount("/static", _Files(directory=_FOLDER / "static")),
        Route("/{path:path}", _page),
    ],
    middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
)
