"""The shop in Flask. Flask knows WSGI: each request has a thread, and a2wsgi stands between it and Edge."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    after_this_request,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from jinja2 import FileSystemLoader
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

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


class ThreadFeed:
    """The shop's feed for threads."""

    def __init__(self) -> None:
        self._listeners: set[queue.SimpleQueue[str | None]] = set()

    def tell(self, news: str | None) -> None:
        for listener in list(self._listeners):
            listener.put(news)

    def listen(self) -> Iterator[str]:
        listener: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._listeners.add(listener)
        try:
            yield "open"
            while (news := listener.get(timeout=PATIENCE)) is not None:
                yield news
        finally:
            self._listeners.discard(listener)


def the_shop() -> Shop:
    shop: Shop = current_app.config["SHOP"]
    return shop


def the_feed() -> ThreadFeed:
    feed: ThreadFeed = current_app.config["FEED"]
    return feed


def the_product(slug: str) -> Product:
    product = the_shop().products.get(slug)
    if product is None:
        abort(404, "We have no such product.")
    return product


@pages.get("/")
def home() -> str:
    session["visits"] = session.get("visits", 0) + 1
    return render_template("home.html", visits=session["visits"], products=the_shop().products.values())


@pages.get("/products/")
def products() -> str:
    return render_template("products.html", products=the_shop().products.values())


def product(slug: str) -> Response:
    picture = url_for("static", filename="north.svg")
    response = make_response(render_template("product.html", product=the_product(slug), picture=picture))
    response.cache_control.public, response.cache_control.max_age = True, 60
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.get("/speakers")
def moved() -> ResponseReturnValue:
    return redirect("/products/", 301)


@pages.route("/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("contact.html", faults={})
    name, email = request.form.get("name", ""), request.form.get("email", "")
    if faults := faults_in(name, email):
        return render_template("contact.html", name=name, email=email, faults=faults), 422
    flash(f"Thank you, {name}.")
    call_when_sent(deliver(the_shop(), the_feed(), name))
    return redirect(url_for("pages.contact"), 303)


def call_when_sent(work: Callable[[], None]) -> None:
    @after_this_request
    def add(response: Response) -> Response:
        response.call_on_close(work)
        return response


def deliver(shop: Shop, feed: ThreadFeed, name: str) -> Callable[[], None]:
    letter = shop.van.take()

    def work() -> None:
        if letter.wait(PATIENCE):
            feed.tell(f"letter from {name}")

    return work


@pages.get("/account")
def account() -> str:
    return render_template("account.html", user=session.get("user"))


@pages.post("/login")
def login() -> ResponseReturnValue:
    session["user"] = user = request.form["user"]
    response = redirect(url_for("pages.account"), 303)
    response.set_cookie("theme", "dark", samesite="Lax")
    response.set_cookie("last", user.lower(), httponly=True)
    return response


@pages.post("/logout")
def logout() -> ResponseReturnValue:
    session.clear()
    response = redirect("/", 303)
    response.delete_cookie("last")
    return response


@pages.route("/upload", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("upload.html")
    file = request.files["file"]
    kept = the_shop().keep(file.filename or "", file.read())
    return {"name": kept.name, "size": len(kept.data), "title": request.form["title"]}, 201


@pages.get("/uploads/<name>")
def uploaded(name: str) -> ResponseReturnValue:
    return the_shop().uploads[name].data, {"Content-Disposition": f'attachment; filename="{name}"'}


@pages.get("/live")
def live() -> ResponseReturnValue:
    return stream_with_context(live_pieces()), {"Content-Type": "text/html; charset=utf-8"}


@pages.get("/catalogue")
def catalogue() -> str:
    return render_template("catalogue.html", lines=LINES)


@pages.get("/feed")
def feed() -> Response:
    events = (f"event: news\ndata: {json.dumps(news)}\n\n" for news in the_feed().listen())
    return Response(events, mimetype="text/event-stream", headers={"Cache-Control": "no-store"})


@pages.get("/guide/", defaults={"name": "index.html"})
@pages.get("/guide/<path:name>")
def guide(name: str) -> ResponseReturnValue:
    return send_from_directory(GUIDE, f"{name}index.html" if name.endswith("/") else name)


@pages.get("/visit")
def visit() -> ResponseReturnValue:
    return jsonify(sorted(request.environ["asgi.scope"]["edge"].segments))


@pages.get("/broken")
def broken() -> str:
    raise RuntimeError("the shop is on fire")


@api.get("/products")
def api_products() -> ResponseReturnValue:
    return jsonify([described(one) for one in the_shop().products.values()])


@api.get("/products/<slug>")
def api_product(slug: str) -> ResponseReturnValue:
    return jsonify(described(the_product(slug)))


@api.post("/news")
def tell_news() -> ResponseReturnValue:
    the_feed().tell(request.get_json()["text"])
    return "", 204


@api.delete("/news")
def end_news() -> ResponseReturnValue:
    the_feed().tell(None)
    return "", 204


@api.post("/van")
def let_the_van_leave() -> ResponseReturnValue:
    the_shop().van.leave()
    return "", 204


def error_page(error: Exception) -> ResponseReturnValue:
    status, says = 500, "We fell over."
    if isinstance(error, HTTPException):
        status, says = error.code or 500, error.description or ""
    if request.path.startswith("/api/"):
        return {"error": says}, status
    return render_template("error.html", status=status, says=says), status


def trade() -> Flask:
    """An application of its own."""
    app = Flask("trade", static_folder=None)

    @app.get("/")
    def home() -> str:
        links = f'<a href="{url_for("terms")}">Terms</a>'
        return f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{links}'

    @app.get("/terms")
    def terms() -> str:
        return "<p>30 days net.</p>"

    return app


def build(shop: Shop) -> Flask:
    app = Flask(__name__, static_folder=STATIC)
    app.secret_key = SECRET
    app.config.update(SHOP=shop, FEED=ThreadFeed())
    app.jinja_loader = FileSystemLoader([Path(__file__).with_name("templates"), TEMPLATES])
    app.jinja_env.globals["csrf_field"] = str
    for blueprint in (pages, api):
        app.register_blueprint(blueprint)
    app.add_url_rule("/products/<slug>", "product", product)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(500, error_page)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/trade": trade()})  # type: ignore[method-assign]
    return app
