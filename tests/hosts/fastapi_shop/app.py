"""The shop in FastAPI."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    Form,
    HTTPException,
    Request,
    Response,
    UploadFile,
    WebSocket,
)
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.websockets import WebSocketDisconnect

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


class News(BaseModel):
    text: str


class Described(BaseModel):
    name: str
    price: int
    html: str


def for_templates(request: Request) -> dict[str, Any]:
    return {"flashed": lambda: request.session.pop("messages", []), "csrf_field": str}


templates = Jinja2Templates([Path(__file__).with_name("templates"), TEMPLATES], context_processors=[for_templates])


def find_shop(request: Request) -> Shop:
    shop = request.app.state.shop
    assert isinstance(shop, Shop)
    assert shop.open
    return shop


TheShop = Annotated[Shop, Depends(find_shop)]


def find_product(slug: str, shop: TheShop) -> Product:
    if slug not in shop.products:
        raise HTTPException(404, "We have no such product.")
    return shop.products[slug]


TheProduct = Annotated[Product, Depends(find_product)]

pages = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@pages.get("/")
async def home(request: Request, shop: TheShop) -> Response:
    request.session["visits"] = visits = request.session.get("visits", 0) + 1
    context = {"visits": visits, "products": shop.products.values()}
    return templates.TemplateResponse(request, "home.html", context)


@pages.get("/products/")
def products(request: Request, shop: TheShop) -> Response:
    return templates.TemplateResponse(request, "products.html", {"products": shop.products.values()})


@pages.get("/products/{slug}", name="product")
def product(request: Request, one: TheProduct) -> Response:
    context = {"product": one, "picture": request.url_for("static", path="/north.svg")}
    headers = {"cache-control": "public, max-age=60", "etag": f'"{one.slug}-1"'}
    return templates.TemplateResponse(request, "product.html", context, headers=headers)


@pages.get("/speakers")
def moved() -> Response:
    return RedirectResponse("/products/", status_code=301)


@pages.get("/contact", name="contact")
async def contact(request: Request) -> Response:
    return templates.TemplateResponse(request, "contact.html", {"faults": {}})


@pages.post("/contact")
async def write(
    request: Request,
    shop: TheShop,
    tasks: BackgroundTasks,
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
) -> Response:
    if faults := faults_in(name, email):
        context = {"name": name, "email": email, "faults": faults}
        return templates.TemplateResponse(request, "contact.html", context, status_code=422)
    request.session.setdefault("messages", []).append(f"Thank you, {name}.")
    letter = shop.van.take()
    tasks.add_task(wait_for, letter)
    tasks.add_task(tell, shop, letter, name)
    return RedirectResponse(request.url_for("contact"), status_code=303)


def wait_for(letter: threading.Event) -> None:
    letter.wait(PATIENCE)


async def tell(shop: Shop, letter: threading.Event, name: str) -> None:
    if letter.is_set():
        shop.feed.tell(f"letter from {name}")


@pages.get("/account")
async def account(request: Request) -> Response:
    return templates.TemplateResponse(request, "account.html", {"user": request.session.get("user")})


@pages.post("/login")
async def login(request: Request, user: Annotated[str, Form()]) -> Response:
    request.session["user"] = user
    response = RedirectResponse("/account", status_code=303)
    response.set_cookie("theme", "dark", max_age=3600, samesite="lax")
    response.set_cookie("last", user.lower(), httponly=True)
    return response


@pages.post("/logout")
async def logout(request: Request) -> Response:
    request.session.clear()
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie("last")
    return response


@pages.get("/upload")
async def upload_form(request: Request) -> Response:
    return templates.TemplateResponse(request, "upload.html")


@pages.post("/upload", status_code=201, response_class=JSONResponse)
async def upload(shop: TheShop, file: UploadFile, title: Annotated[str, Form()]) -> dict[str, str | int]:
    kept = shop.keep(file.filename or "", await file.read())
    return {"name": kept.name, "size": len(kept.data), "title": title}


@pages.get("/uploads/{name}")
def uploaded(name: str, shop: TheShop) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return HTMLResponse(shop.uploads[name].data, headers=headers)


@pages.get("/live")
def live() -> Response:
    """The pieces come from a generator that is none of asyncio's: Starlette runs it in threads."""
    return StreamingResponse(live_pieces(), media_type="text/html")


@pages.get("/catalogue")
def catalogue(request: Request) -> Response:
    return templates.TemplateResponse(request, "catalogue.html", {"lines": LINES})


@pages.get("/broken")
def broken() -> Response:
    raise RuntimeError("the shop is on fire")


@pages.get("/feed", response_class=EventSourceResponse)
async def feed(shop: TheShop) -> AsyncIterator[ServerSentEvent]:
    async for news in shop.feed.listen():
        yield ServerSentEvent(data=news, event="news")


@pages.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="echo")
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        pass


api = APIRouter(prefix="/api")


@api.get("/products")
async def api_products(shop: TheShop) -> list[Described]:
    return [Described.model_validate(described(one)) for one in shop.products.values()]


@api.get("/products/{slug}")
async def api_product(one: TheProduct) -> Described:
    return Described.model_validate(described(one))


@api.post("/news", status_code=204)
async def tell_news(news: News, shop: TheShop) -> None:
    shop.feed.tell(news.text)


@api.delete("/news", status_code=204)
async def end_news(shop: TheShop) -> None:
    shop.feed.tell(None)


@api.post("/van", status_code=204)
async def let_the_van_leave(shop: TheShop) -> None:
    shop.van.leave()


@pages.get("/visit", response_class=JSONResponse)
def visit(request: Request) -> list[str]:
    """In the threads for handlers that are no coroutines."""
    return sorted(request.scope["edge"].segments)


def error_page(request: Request, error: Exception) -> Response:
    status, says = 500, "We fell over."
    if isinstance(error, StarletteHTTPException):
        status, says = error.status_code, error.detail
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": says}, status_code=status)
    request.scope.setdefault("session", {})  # it is not there where everything has failed
    return templates.TemplateResponse(request, "error.html", {"status": status, "says": says}, status_code=status)


def trade() -> FastAPI:
    """An application of its own, with its own documentation."""
    app = FastAPI(title="Trade")

    @app.get("/", response_class=HTMLResponse)
    def home(request: Request) -> str:
        base = request.scope["root_path"]
        links = f'<a href="{base}/terms">Terms</a> <a href="{request.url_for("home")}">Home</a>'
        return f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{links}'

    @app.get("/terms", response_class=HTMLResponse)
    def terms() -> str:
        return "<p>30 days net.</p>"

    return app


def build(shop: Shop) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with shop.opened():
            app.state.shop = shop
            yield

    app = FastAPI(title="Aurora", lifespan=lifespan)
    app.include_router(pages)
    app.include_router(api)
    app.mount("/trade", trade())
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/guide", StaticFiles(directory=GUIDE, html=True), name="guide")
    app.add_middleware(SessionMiddleware, secret_key=SECRET)
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["GET", "POST"])
    app.add_exception_handler(StarletteHTTPException, error_page)
    app.add_exception_handler(Exception, error_page)
    return app
