"""The shop in Litestar."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Request, Response, WebSocket, asgi, delete, get, post, websocket
from litestar.background_tasks import BackgroundTask
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie, ResponseHeader, State, UploadFile
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotFoundException, WebSocketDisconnect
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.params import FromPath, JSONBody, MultipartBody, URLEncodedBody
from litestar.plugins.flash import FlashConfig, FlashPlugin, flash
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, ServerSentEvent, Stream, Template
from litestar.response.sse import ServerSentEventMessage
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig
from litestar.types import Receive, Scope, Send
from markupsafe import Markup

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

Asked = Request[Any, Any, State]
TheShop = NamedDependency[Shop]
TheProduct = NamedDependency[Product]


@dataclass
class Letter:
    name: str = ""
    email: str = ""


@dataclass
class News:
    text: str


@dataclass
class Picture:
    title: str
    file: UploadFile


async def find_shop(state: State) -> Shop:
    shop: Shop = state.shop
    assert shop.open
    return shop


async def find_product(shop: TheShop, slug: FromPath[str]) -> Product:
    if slug not in shop.products:
        raise NotFoundException("We have no such product.")
    return shop.products[slug]


@get("/")
async def home(request: Asked, shop: TheShop) -> Template:
    visits = request.session.get("visits", 0) + 1
    request.session["visits"] = visits
    return Template("home.html", context={"visits": visits, "products": list(shop.products.values())})


@get("/products/", name="products")
async def products(shop: TheShop) -> Template:
    return Template("products.html", context={"products": list(shop.products.values())})


@get(
    "/products/{slug:str}",
    name="product",
    response_headers=[ResponseHeader("cache-control", value="public, max-age=60")],
)
async def product(request: Asked, one: TheProduct) -> Template:
    picture = request.app.route_reverse("static", file_path="/north.svg")
    return Template(
        "product.html", context={"product": one, "picture": picture}, headers={"etag": f'"{one.slug}-1"'}
    )


@get("/speakers")
async def moved() -> Redirect:
    return Redirect("/products/", status_code=301)


@get("/contact")
async def contact() -> Template:
    return Template("contact.html", context={"faults": {}})


@post("/contact")
async def write(request: Asked, data: URLEncodedBody[Letter], shop: TheShop) -> Template | Redirect:
    if faults := faults_in(data.name, data.email):
        context = {"name": data.name, "email": data.email, "faults": faults}
        return Template("contact.html", context=context, status_code=422)
    flash(request, f"Thank you, {data.name}.", "message")
    return Redirect(
        "/contact", status_code=303, background=BackgroundTask(deliver, shop, shop.van.take(), data.name)
    )


async def deliver(shop: Shop, letter: threading.Event, name: str) -> None:
    if await asyncio.to_thread(letter.wait, PATIENCE):
        shop.feed.tell(f"letter from {name}")


@get("/account")
async def account(request: Asked) -> Template:
    return Template("account.html", context={"user": request.session.get("user")})


@post("/login")
async def login(request: Asked, data: URLEncodedBody[dict[str, str]]) -> Redirect:
    request.session["user"] = user = data["user"]
    cookies = [Cookie("theme", "dark", max_age=3600), Cookie("last", user.lower(), httponly=True)]
    return Redirect("/account", status_code=303, cookies=cookies)


@post("/logout")
async def logout(request: Asked) -> Redirect:
    request.clear_session()
    response: Redirect = Redirect("/", status_code=303)
    response.delete_cookie("last")
    return response


@get("/upload")
async def upload_form() -> Template:
    return Template("upload.html")


@post("/upload")
async def upload(data: MultipartBody[Picture], shop: TheShop) -> dict[str, str | int]:
    kept = shop.keep(data.file.filename, await data.file.read())
    return {"name": kept.name, "size": len(kept.data), "title": data.title}


@get("/uploads/{name:str}", media_type=MediaType.HTML)
async def uploaded(name: FromPath[str], shop: TheShop) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(shop.uploads[name].data, headers=headers)


@get("/live")
async def live() -> Stream:
    return Stream(live_pieces(), media_type=MediaType.HTML)


@get("/catalogue")
async def catalogue() -> Template:
    return Template("catalogue.html", context={"lines": LINES})


@get("/feed")
async def feed(shop: TheShop) -> ServerSentEvent:
    async def events() -> AsyncIterator[ServerSentEventMessage]:
        async for news in shop.feed.listen():
            yield ServerSentEventMessage(data=news, event="news")

    return ServerSentEvent(events())


@websocket("/echo")
async def echo(socket: WebSocket[Any, Any, State]) -> None:
    await socket.accept(subprotocols="echo")
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


@get("/api/products")
async def api_products(shop: TheShop) -> list[dict[str, str | int]]:
    return [described(one) for one in shop.products.values()]


@get("/api/products/{slug:str}")
async def api_product(one: TheProduct) -> dict[str, str | int]:
    return described(one)


@post("/api/news", status_code=204)
async def tell_news(data: JSONBody[News], shop: TheShop) -> None:
    shop.feed.tell(data.text)


@delete("/api/news")
async def end_news(shop: TheShop) -> None:
    shop.feed.tell(None)


@post("/api/van", status_code=204)
async def let_the_van_leave(shop: TheShop) -> None:
    shop.van.leave()


@get("/visit", sync_to_thread=True)
def visit(request: Asked) -> list[str]:
    return sorted(request.scope["edge"].segments)  # type: ignore[typeddict-item]


@get("/broken")
async def broken() -> str:
    raise RuntimeError("the shop is on fire")


def error_page(request: Asked, error: Exception) -> Response[Any]:
    status, says = 500, "We fell over."
    if isinstance(error, HTTPException):
        status, says = error.status_code, error.detail
    if request.url.path.startswith("/api/"):
        return Response({"error": says}, status_code=status)
    return Template("error.html", context={"status": status, "says": says}, status_code=status)


@get("/", media_type=MediaType.HTML)
async def trade_home() -> str:
    links = '<a href="/trade/terms">Terms</a>'
    return f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{links}'


@get("/terms", media_type=MediaType.HTML)
async def terms() -> str:
    return "<p>30 days net.</p>"


trade_app = Litestar([trade_home, terms], openapi_config=None, logging_config=None)


@asgi("/trade", is_mount=True, copy_scope=True)
async def trade(scope: Scope, receive: Receive, send: Send) -> None:
    await trade_app(scope, receive, send)


def csrf_field(context: Mapping[str, Any], /) -> Markup:
    return Markup(context["csrf_input"])


def build(shop: Shop) -> Litestar:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        with shop.opened():
            app.state.shop = shop
            yield

    engine = JinjaTemplateEngine([Path(__file__).with_name("templates"), TEMPLATES])
    engine.register_template_callable("csrf_field", csrf_field)
    pages = [home, products, product, moved, contact, write, account, login, logout, upload_form, upload, uploaded]
    rest = [live, catalogue, feed, echo, visit, broken, trade]
    api = [api_products, api_product, tell_news, end_news, let_the_van_leave]
    templates = TemplateConfig(instance=engine)
    return Litestar(
        [
            *pages,
            *rest,
            *api,
            create_static_files_router("/static", [STATIC]),
            create_static_files_router("/guide", [GUIDE], html_mode=True, name="guide"),
        ],
        dependencies={"shop": Provide(find_shop), "one": Provide(find_product)},
        lifespan=[lifespan],
        template_config=templates,
        middleware=[ServerSideSessionConfig().middleware],
        plugins=[FlashPlugin(FlashConfig(templates))],
        csrf_config=CSRFConfig(secret=SECRET, exclude="/api/"),
        logging_config=None,
        compression_config=CompressionConfig("gzip", minimum_size=200),
        exception_handlers={HTTPException: error_page, 500: error_page},
    )
