"""A site whose page has a slot of every kind, under a policy that allows only what is its own; it notes what it is
asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge import EdgeMiddleware
from tests.page.sites import write_site

__all__ = ["POLICY", "Mixed"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

_SITE = {
    "experiences.toml": """
        [a-hero]
        slot = "hero"
        for = 'country == "DE"'
        show = "hero"

        [another-hero]
        slot = "hero"
        for = 'now.hour >= 0'
        show = "hero"

        [an-outer]
        slot = "outer"
        for = 'country == "FR"'
        show = "hero"

        [an-inner]
        slot = "inner"
        show = "short"

        [a-promo]
        slot = "promo"
        for = 'country == "FR"'
        show = "short"

        [a-picture]
        slot = "picture"
        set = { class = "seen" }

        [no-extra]
        slot = "extra"
        place = "remove"

        [a-note]
        slot = "note"
        show = "short"
        place = "before"

        [a-tail]
        slot = "tail"
        show = "short"
        place = "after"

        [a-swap]
        slot = "swap"
        show = "short"
        place = "replace"

        [a-head]
        slot = "head"
        place = "remove"
    """,
    "slots.toml": """
        [picture]
        select = "img.pic"

        [head]
        select = "meta[name=x]"

        [note]
        times = 1
    """,
    "personas.toml": '[german]\nabout = "From Germany"\ncountry = "DE"\n\n[french]\ncountry = "FR"\n',
    "blocks/hero.html": "<h1>Hello, you</h1><p>A longer block than what stood here.</p><p>Two</p>",
    "blocks/short.html": '<p class="block">A block</p>',
}

_PAGE = """<!doctype html><html lang="en" dir="{dir}"><head><title>Mixed</title><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="x" content="x"><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/site.css"><script src="/site.js" defer></script>
<noscript><img src="/pixel-noscript.svg" alt=""></noscript></head><body class="{body}"><main>
<section data-edge-slot="hero" class="hero"><h1>Hello</h1></section>
<section data-edge-slot="outer" class="outer"><p>Outer</p>
<div data-edge-slot="inner" class="inner">Inner</div></section>
<!--edge:slot promo--><p class="promo">Free shipping</p><p class="promo">Today</p><!--/edge:slot-->
<img class="pic" src="/pic.svg" alt="A square" width="120" height="80">
<p data-edge-slot="extra" class="extra">Extra</p>
<p data-edge-slot="note" class="note">Note</p><p data-edge-slot="note" class="note second">Note</p>
<p data-edge-slot="tail" class="tail">Tail</p>
<p data-edge-slot="swap" class="swap">Swap</p>
<div class="long"><a href="#1">one</a> <a href="#2">two</a></div><p class="below">Below all of them</p>
</main><footer><a href="/?next">The last link</a></footer></body></html>"""

_FILES = {
    "/site.css": (
        b"text/css",
        b"body { margin: 8px; color: #111; background: #fff } .flex { display: flex; flex-direction: column;"
        b" min-height: 100vh; margin: 0 } .long { height: 1500px } a { color: #00b } .js .inner { color: #052 }",
    ),
    "/site.js": (
        b"text/javascript",
        b"document.documentElement.className = 'js'; window.runs = (window.runs ?? 0) + 1;"
        b"new Image().src = '/pixel-script.svg'",
    ),
}
_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><path d="M0 0h120v80H0z"/></svg>'


class Mixed:
    """The site; with `policy` as its Content-Security-Policy, written from the left or the right."""

    def __init__(self, folder: Path, policy: str = POLICY, *, rtl: bool = False, body: str = "") -> None:
        self.asked: list[tuple[str, str]] = []
        """Paths, and what the page was asked for as."""
        self._policy = policy.encode()
        self._page = _PAGE.replace("{dir}", "rtl" if rtl else "ltr").replace("{body}", body).encode()
        self.edge = EdgeMiddleware(self._answer, write_site(folder, _SITE), environ={"EDGE_SECRET_KEYS": "k" * 32})

    def link(self, url: str, persona: str = "german") -> str:
        return url + self.edge.preview_path(url.partition("://")[2], persona)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        self.asked.append((scope["path"], headers.get(b"edge-preview", b"").decode()))
        kind, body = _FILES.get(scope["path"], (b"text/html; charset=utf-8", self._page))
        if scope["path"].endswith(".svg"):
            kind, body = b"image/svg+xml", _PICTURE
        sent = [
            (b"content-type", kind),
            (b"content-security-policy", self._policy),
            (b"x-frame-options", b"DENY"),
            (b"cache-control", b"max-age=60"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": sent})
        await send({"type": "http.response.body", "body": body})
