"""The shop in Quart."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

from jinja2 import FileSystemLoader
from quart import (
    Blueprint,
    Quart,
    Response,
    ResponseReturnValue,
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
    websocket,
)
from werkzeug.exceptions import HTTPException

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

pages = Blueprint("pages", __name__)
api = Blueprint("api", __name__, url_prefix="/api")
trade = Blueprint("trade", __name__, url_prefix="/trade")


def the_shop() -> Shop:
    shop: Shop = current_app.config["SHOP"]
    assert shop.open
    return shop


def the_product(slug: str) -> Product:
    product = the_shop().products.get(slug)
    if product is None:
        abort(404, "We have no such product.")
    return product


@pages.get("/")
async def home() -> str:
    session["visits"] = session.get("visits", 0) + 1
    return await render_template("home.html", visits=session["visits"], products=the_shop().products.values())


@pages.get("/products/")
async def products() -> str:
    return await render_template("products.html", products=the_shop().products.values())


async def product(slug: str) -> Response:
    one = the_product(slug)
    page = await render_template("product.html", product=one, picture=url_for("static", filename="north.svg"))
    response = await make_response(page)
    assert isinstance(response, Response)
    response.cache_control.public, response.cache_control.max_age = True, 60
    await response.add_etag()
    return await response.make_conditional(request)


@pages.get("/speakers")
async def moved() -> ResponseReturnValue:
    return redirect("/products/", 301)


@pages.route("/contact", methods=["GET", "POST"])
async def contact() -> ResponseReturnValue:
    if request.method == "GET":
        return await render_template("contact.html", faults={})
    form = await request.form
    name, email = form.get("name", ""), form.get("email", "")
    if faults := faults_in(name, email):
        return await render_template("contact.html", name=name, email=email, faults=faults), 422
    await flash(f"Thank you, {name}.")
    current_app.add_background_task(deliver, the_shop(), the_shop().van.take(), name)
    return redirect(url_for("pages.contact"), 303)


async def deliver(shop: Shop, letter: threading.Event, name: str) -> None:
    if await asyncio.to_thread(letter.wait, PATIENCE):
        shop.feed.tell(f"letter from {name}")


@pages.get("/account")
async def account() -> str:
    return await render_template("account.html", user=session.get("user"))


@pages.post("/login")
async def login() -> ResponseReturnValue:
    session["user"] = user = (await request.form)["user"]
    response = redirect(url_for("pages.account"), 303)
    response.set_cookie("theme", "dark", samesite="Lax")
    response.set_cookie("last", user.lower(), httponly=True)
    return response


@pages.post("/logout")
async def logout() -> ResponseReturnValue:
    session.clear()
    response = redirect("/", 303)
    response.delete_cookie("last")
    return response


@pages.route("/upload", methods=["GET", "POST"])
async def upload() -> ResponseReturnValue:
    if request.method == "GET":
        return await render_template("upload.html")
    file = (await request.files)["file"]
    kept = the_shop().keep(file.filename or "", file.read())
    return {"name": kept.name, "size": len(kept.data), "title": (await request.form)["title"]}, 201


@pages.get("/uploads/<name>")
async def uploaded(name: str) -> ResponseReturnValue:
    return the_shop().uploads[name].data, {"Content-Disposition": f'attachment; filename="{name}"'}


@pages.get("/live")
async def live() -> ResponseReturnValue:
    async def pieces() -> AsyncGenerator[str, None]:
        for piece in live_pieces():
            yield piece

    return Response(pieces(), content_type="text/html; charset=utf-8")


@pages.get("/catalogue")
async def catalogue() -> str:
    return await render_template("catalogue.html", lines=LINES)


@pages.get("/feed")
async def feed() -> ResponseReturnValue:
    listened = the_shop().feed.listen()

    async def events() -> AsyncGenerator[bytes, None]:
        async for news in listened:
            yield f"event: news\ndata: {json.dumps(news)}\n\n".encode()

    response = await make_response(events(), {"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    assert isinstance(response, Response)
    response.timeout = None
    return response


@pages.websocket("/echo")
async def echo() -> None:
    await websocket.accept(subprotocol="echo")
    while True:
        await websocket.send(await websocket.receive())


@pages.get("/guide/", defaults={"name": "index.html"})
@pages.get("/guide/<path:name>")
async def guide(name: str) -> ResponseReturnValue:
    return await send_from_directory(GUIDE, f"{name}index.html" if name.endswith("/") else name)


@pages.get("/visit")
def visit() -> ResponseReturnValue:
    """In the threads for handlers that are no coroutines."""
    return jsonify(sorted(request.scope["edge"].segments))  # type: ignore[typeddict-item]


@pages.get("/broken")
async def broken() -> str:
    raise RuntimeError("the shop is on fire")


@api.get("/products")
async def api_products() -> ResponseReturnValue:
    return jsonify([described(one) for one in the_shop().products.values()])


@api.get("/products/<slug>")
async def api_product(slug: str) -> ResponseReturnValue:
    return jsonify(described(the_product(slug)))


@api.post("/news")
async def tell_news() -> ResponseReturnValue:
    the_shop().feed.tell((await request.get_json())["text"])
    return "", 204


@api.delete("/news")
async def end_news() -> ResponseReturnValue:
    the_shop().feed.tell(None)
    return "", 204


@api.post("/van")
async def let_the_van_leave() -> ResponseReturnValue:
    the_shop().van.leave()
    return "", 204


@trade.get("/")
async def trade_home() -> str:
    links = f'<a href="{url_for(".terms")}">Terms</a>'
    return f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{links}'


@trade.get("/terms")
async def terms() -> str:
    return "<p>30 days net.</p>"


async def error_page(error: Exception) -> ResponseReturnValue:
    status, says = 500, "We fell over."
    if isinstance(error, HTTPException):
        status, says = error.code or 500, error.description or ""
    if request.path.startswith("/api/"):
        return {"error": says}, status
    return await render_template("error.html", status=status, says=says), status


def build(shop: Shop) -> Quart:
    app = Quart(__name__, static_folder=str(STATIC))
    app.secret_key = SECRET
    app.config["SHOP"] = shop
    app.jinja_loader = FileSystemLoader([Path(__file__).with_name("templates"), TEMPLATES])
    app.jinja_env.globals["csrf_field"] = str

    @app.while_serving
    async def lifespan() -> AsyncGenerator[None, None]:
        with shop.opened():
            yield

    for blueprint in (pages, api, trade):
        app.register_blueprint(blueprint)
    app.add_url_rule("/products/<slug>", "product", product)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(500, error_page)
    return app
