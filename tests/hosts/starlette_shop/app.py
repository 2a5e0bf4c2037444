"""The shop in Starlette."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.websockets import WebSocket

from tests.hosts.shop import (
    GUIDE,
    LINES,
    PATIENCE,
    SECRET,
    STATIC,
    TEMPLATES,
    Product,
    Shop,
    described,
    faults_in,
    live_pieces,
)

__all__ = ["build"]


def flash(request: Request, message: str) -> None:
    request.session.setdefault("messages", []).append(message)


def for_templates(request: Request) -> dict[str, Any]:
    return {"flashed": lambda: request.session.pop("messages", []), "csrf_field": str}


templates = Jinja2Templates([Path(__file__).with_name("templates"), TEMPLATES], context_processors=[for_templates])


def shop_of(request: Request) -> Shop:
    shop = request.state.shop
    assert isinstance(shop, Shop)
    assert shop.open
    return shop


async def home(request: Request) -> Response:
    request.session["visits"] = visits = request.session.get("visits", 0) + 1
    context = {"visits": visits, "products": shop_of(request).products.values()}
    return templates.TemplateResponse(request, "home.html", context)


def product_of(request: Request) -> Product:
    try:
        return shop_of(request).products[request.path_params["slug"]]
    except KeyError:
        raise HTTPException(404, "We have no such product.") from None


async def products(request: Request) -> Response:
    return templates.TemplateResponse(request, "products.html", {"products": shop_of(request).products.values()})


async def product(request: Request) -> Response:
    context = {"product": product_of(request), "picture": request.url_for("static", path="/north.svg")}
    headers = {"cache-control": "public, max-age=60", "etag": f'"{request.path_params["slug"]}-1"'}
    return templates.TemplateResponse(request, "product.html", context, headers=headers)


async def contact(request: Request) -> Response:
    if request.method != "POST":
        return templates.TemplateResponse(request, "contact.html", {"faults": {}})
    async with request.form() as form:
        name, email = str(form.get("name", "")), str(form.get("email", ""))
    if faults := faults_in(name, email):
        context = {"name": name, "email": email, "faults": faults}
        return templates.TemplateResponse(request, "contact.html", context, status_code=422)
    flash(request, f"Thank you, {name}.")
    task = BackgroundTask(deliver, shop_of(request), shop_of(request).van.take(), name)
    return RedirectResponse(request.url_for("contact"), status_code=303, background=task)


async def deliver(shop: Shop, letter: threading.Event, name: str) -> None:
    if await run_in_threadpool(letter.wait, PATIENCE):
        shop.feed.tell(f"letter from {name}")


async def account(request: Request) -> Response:
    return templates.TemplateResponse(request, "account.html", {"user": request.session.get("user")})


async def login(request: Request) -> Response:
    async with request.form() as form:
        request.session["user"] = user = str(form["user"])
    response = RedirectResponse("/account", status_code=303)
    response.set_cookie("theme", "dark", max_age=3600, samesite="lax")
    response.set_cookie("last", user.lower(), httponly=True)
    return response


async def logout(request: Request) -> Response:
    request.session.clear()
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie("last")
    return response


async def upload(request: Request) -> Response:
    if request.method != "POST":
        return templates.TemplateResponse(request, "upload.html")
    async with request.form() as form:
        file = form["file"]
        assert not isinstance(file, str)
        kept = shop_of(request).keep(file.filename or "", await file.read())
    return JSONResponse({"name": kept.name, "size": len(kept.data), "title": form["title"]}, status_code=201)


async def uploaded(request: Request) -> Response:
    kept = shop_of(request).uploads[request.path_params["name"]]
    headers = {"content-disposition": f'attachment; filename="{kept.name}"'}
    return Response(kept.data, headers=headers, media_type="text/html")


async def live(request: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        for piece in live_pieces():
            yield piece

    return StreamingResponse(pieces(), media_type="text/html")


async def feed(request: Request) -> Response:
    async def events() -> AsyncIterator[str]:
        async for news in shop_of(request).feed.listen():
            yield f"event: news\ndata: {json.dumps(news)}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"cache-control": "no-store"})


async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="echo")
    async for text in websocket.iter_text():
        await websocket.send_text(text)


async def api_products(request: Request) -> Response:
    return JSONResponse([described(one) for one in shop_of(request).products.values()])


async def api_product(request: Request) -> Response:
    return JSONResponse(described(product_of(request)))


async def api_news(request: Request) -> Response:
    told = shop_of(request).feed
    told.tell((await request.json())["text"] if request.method == "POST" else None)
    return Response(status_code=204)


async def api_van(request: Request) -> Response:
    shop_of(request).van.leave()
    return Response(status_code=204)


async def catalogue(request: Request) -> Response:
    return templates.TemplateResponse(request, "catalogue.html", {"lines": LINES})


async def visit(request: Request) -> Response:
    return JSONResponse(sorted(request.scope["edge"].segments))


async def broken(request: Request) -> Response:
    raise RuntimeError("the shop is on fire")


async def error_page(request: Request, error: Exception) -> Response:
    status, says = (
        (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "We fell over.")
    )
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": says}, status_code=status)
    # The session's middleware is not there where everything has failed.
    if "session" not in request.scope:
        request.scope["session"] = {}
    return templates.TemplateResponse(request, "error.html", {"status": status, "says": says}, status_code=status)


def trade(request: Request) -> Response:
    """In the threads for handlers that are no coroutines."""
    base = request.scope["root_path"]
    link = f'<a href="{base}/terms">Terms</a> <a href="{request.url_for("trade:home")}">Home</a>'
    return HTMLResponse(f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{link}')


def terms(request: Request) -> Response:
    return HTMLResponse("<p>30 days net.</p>")


def moved(request: Request) -> Response:
    return RedirectResponse("/products/", status_code=301)


def build(shop: Shop) -> Starlette:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Shop]]:
        with shop.opened():
            yield {"shop": shop}

    return Starlette(
        routes=[
            Route("/", home),
            Route("/products/", products),
            Route("/products/{slug}", product, name="product"),
            Route("/speakers", moved),
            Route("/contact", contact, methods=["GET", "POST"], name="contact"),
            Route("/account", account),
            Route("/login", login, methods=["POST"]),
            Route("/logout", logout, methods=["POST"]),
            Route("/upload", upload, methods=["GET", "POST"]),
            Route("/uploads/{name}", uploaded),
            Route("/live", live),
            Route("/feed", feed),
            WebSocketRoute("/echo", echo),
            Route("/api/products", api_products),
            Route("/api/products/{slug}", api_product),
            Route("/api/news", api_news, methods=["POST", "DELETE"]),
            Route("/api/van", api_van, methods=["POST"]),
            Route("/catalogue", catalogue),
            Route("/visit", visit),
            Route("/broken", broken),
            Mount("/trade", routes=[Route("/", trade, name="home"), Route("/terms", terms)], name="trade"),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            Mount("/guide", StaticFiles(directory=GUIDE, html=True), name="guide"),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=200),
            Middleware(SessionMiddleware, secret_key=SECRET, same_site="strict"),
        ],
        exception_handlers=dict.fromkeys((HTTPException, Exception), error_page),
        lifespan=lifespan,
    )
