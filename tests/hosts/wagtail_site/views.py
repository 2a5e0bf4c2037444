"""What the site has besides its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from wagtail.models import Page

__all__ = ["contact", "live", "report", "search"]


def contact(request: HttpRequest) -> HttpResponse:
    """A form: it takes a session, a CSRF token and, when it was sent, a message that the next page shows."""
    if request.method == "POST":
        messages.success(request, f"Thank you, {request.POST['name']}")
        return redirect("contact")
    request.session["visits"] = request.session.get("visits", 0) + 1
    return render(request, "wagtail_site/contact.html", {"visits": request.session["visits"]})


def search(request: HttpRequest) -> HttpResponse:
    """A page without slots."""
    words = request.GET.get("query", "")
    found = Page.objects.live().search(words) if words else []
    return render(request, "wagtail_site/search.html", {"words": words, "found": found})


async def live(request: HttpRequest) -> StreamingHttpResponse:
    """A page in pieces, cut in the middle of tags, comments and characters."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Live</title>'
        '<main data-edge-slot="hero"><h1>Live from Tromsø</h1></main>'
        "<!--edge:slot offer--><p>Free shipping</p><!--/edge:slot--><footer>Takk for nå</footer></html>"
    ).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(page), 7):
            yield page[start : start + 7]

    return StreamingHttpResponse(pieces())


async def report(request: HttpRequest) -> StreamingHttpResponse:
    """A download in pieces, whose cells hold what would be a slot in a page."""

    async def lines() -> AsyncIterator[bytes]:
        for number in range(100):
            yield b'%d;<p data-edge-slot="hero">x</p>\n' % number

    return StreamingHttpResponse(lines(), content_type="text/csv")
