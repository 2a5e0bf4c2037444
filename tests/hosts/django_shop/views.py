"""The shop's pages: half of them from coroutines, half from Django's threads."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.static import serve

from tests.hosts.shop import GUIDE, LINES, PATIENCE, Shop, described, faults_in, live_pieces

SHOP = Shop()
ERRANDS: set[asyncio.Task[None]] = set()
"""What goes on after a response; asyncio itself keeps no hold of a task."""


def see_other(path: str) -> HttpResponse:
    return HttpResponseRedirect(path, status=303)


async def home(request: HttpRequest) -> HttpResponse:
    visits = await request.session.aget("visits", 0) + 1
    await request.session.aset("visits", visits)
    return render(request, "home.html", {"visits": visits, "products": SHOP.products.values()})


def products(request: HttpRequest) -> HttpResponse:
    return render(request, "products.html", {"products": SHOP.products.values()})


def product(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in SHOP.products:
        raise Http404("We have no such product.")
    return render(request, "product.html", {"product": SHOP.products[slug], "picture": "/static/north.svg"})


async def contact(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "contact.html", {"faults": {}})
    name, email = request.POST.get("name", ""), request.POST.get("email", "")
    if faults := faults_in(name, email):
        return render(request, "contact.html", {"name": name, "email": email, "faults": faults}, status=422)
    messages.success(request, f"Thank you, {name}.")
    errand = asyncio.create_task(deliver(SHOP.van.take(), name))
    ERRANDS.add(errand)
    errand.add_done_callback(ERRANDS.discard)
    return see_other(reverse("contact"))


async def deliver(letter: threading.Event, name: str) -> None:
    if await asyncio.to_thread(letter.wait, PATIENCE):
        SHOP.feed.tell(f"letter from {name}")


def account(request: HttpRequest) -> HttpResponse:
    return render(request, "account.html", {"user": request.session.get("user")})


def login(request: HttpRequest) -> HttpResponse:
    request.session["user"] = user = request.POST["user"]
    response = see_other("/account")
    response.set_cookie("theme", "dark", max_age=3600, samesite="lax")
    response.set_cookie("last", user.lower(), httponly=True)
    return response


async def logout(request: HttpRequest) -> HttpResponse:
    await request.session.aflush()
    response = see_other("/")
    response.delete_cookie("last")
    return response


def upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "upload.html")
    file = request.FILES["file"]
    assert hasattr(file, "temporary_file_path")
    kept = SHOP.keep(file.name, file.read())
    return JsonResponse({"name": kept.name, "size": len(kept.data), "title": request.POST["title"]}, status=201)


def uploaded(request: HttpRequest, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(SHOP.uploads[name].data, headers=headers, content_type="text/html")


async def live(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[str]:
        for piece in live_pieces():
            yield piece

    return StreamingHttpResponse(pieces(), content_type="text/html; charset=utf-8")


def sync_live(request: HttpRequest) -> StreamingHttpResponse:
    """Of an iterator that is no coroutine Django makes a list before it sends any of it."""

    def pieces() -> Iterator[bytes]:
        for piece in live_pieces():
            yield piece.encode()

    return StreamingHttpResponse(pieces())


async def feed(request: HttpRequest) -> StreamingHttpResponse:
    async def events() -> AsyncIterator[str]:
        async for news in SHOP.feed.listen():
            yield f"event: news\ndata: {json.dumps(news)}\n\n"

    headers = {"Cache-Control": "no-store"}
    return StreamingHttpResponse(events(), content_type="text/event-stream", headers=headers)


def api_products(request: HttpRequest) -> HttpResponse:
    return JsonResponse([described(one) for one in SHOP.products.values()], safe=False)


async def api_product(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in SHOP.products:
        return JsonResponse({"error": "We have no such product."}, status=404)
    return JsonResponse(described(SHOP.products[slug]))


async def api_news(request: HttpRequest) -> HttpResponse:
    SHOP.feed.tell(json.loads(request.body)["text"] if request.method == "POST" else None)
    return HttpResponse(status=204)


def api_van(request: HttpRequest) -> HttpResponse:
    SHOP.van.leave()
    return HttpResponse(status=204)


def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "catalogue.html", {"lines": LINES})


def visit(request: HttpRequest) -> HttpResponse:
    return JsonResponse(sorted(request.scope["edge"].segments), safe=False)


async def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the shop is on fire")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "error.html", {"status": 404, "says": "There is nothing here."}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "error.html", {"status": 500, "says": "We fell over."}, status=500)


def trade(request: HttpRequest) -> HttpResponse:
    link = f'<a href="/trade/terms">Terms</a> <a href="{reverse("trade:home")}">Home</a>'
    return HttpResponse(f'<section data-edge-slot="hero"><h1>Sound for everyone</h1></section>{link}')


async def terms(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>30 days net.</p>")


def moved(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/products/", status=301)


def moved_guide(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/guide/")


def guide(request: HttpRequest, path: str = "") -> HttpResponse:
    """Files, as Django's own view for files serves them, which keeps Last-Modified and answers 304."""
    if (GUIDE / path).is_dir():
        if path and not path.endswith("/"):
            return HttpResponseRedirect(f"/guide/{path}/")
        path += "index.html"
    response: HttpResponse = serve(request, path, document_root=str(GUIDE))
    return response


# What Django has besides.


def brochure(request: HttpRequest) -> FileResponse:
    """A page from a file: in pieces, with its length."""
    return FileResponse(
        (GUIDE / "index.html").open("rb"), headers={"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}
    )


def download(request: HttpRequest) -> FileResponse:
    return FileResponse((GUIDE / "rooms.html").open("rb"), as_attachment=True, filename="rooms.html")


def cached(request: HttpRequest) -> HttpResponse:
    """Made once, and then kept by Django: see `urls`."""
    return render(request, "home.html", {"visits": "none", "products": ()})


def day(request: HttpRequest) -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC)


async def dated(request: HttpRequest) -> HttpResponse:
    return render(request, "products.html", {"products": SHOP.products.values()})


def nonce(request: HttpRequest) -> HttpResponse:
    """A page that differs each time, in a header too."""
    value = base64.b64encode(os.urandom(16)).decode()
    response = render(request, "nonce.html", {"nonce": value})
    response["Content-Security-Policy"] = f"script-src 'nonce-{value}'; object-src 'none'"
    return response
