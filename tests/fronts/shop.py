"""A site as caches find many: every address that is not clearly something else is a page with slots, for its
routes are lenient, and of all its answers it says that everybody may keep them.

| path | what it is |
| --- | --- |
| `/plain…` | a page without slots |
| `/static…` | a stylesheet |
| `/grown…` | a page without slots, and with them once `has_grown` is set |
| `/streamed…`, `/zipped…` | a page with slots in several pieces; gzipped |
| `/missing…`, `/broken…` | 404 and 500, with slots |
| `/moved…`, `/me…` | a redirect and JSON, made with what `scope["edge"]` tells, where there is one |
| everything else | a page with slots |
"""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from collections import Counter
from pathlib import Path

from edge import Profile, Visitor
from edge.types import Headers, Receive, Scope, Send
from tests.page.sites import write_site

__all__ = ["PAGE", "PLAIN", "Shop", "profile_of", "site_folder"]

PAGE = (
    b'<!doctype html><title>account</title><main data-edge-slot="hero">Sound for everyone</main>'
    b'<p data-edge-slot="offer">Free shipping</p><footer>the end</footer>'
)
PLAIN = b"<!doctype html><title>terms</title><p>The same for everybody.</p>"
CSS = b"p { color: teal }"
JSON = b"application/json"
HTML = b"text/html; charset=utf-8"

TAG = b'"v1"'
_RANGE = re.compile(rb"bytes=(\d+)-(\d*)")

_SITE = {
    "edge.toml": 'error_pages = true\n[geo]\ncity = "X-City"\ncountry = "X-Country"\n',
    "facts.toml": '[traits.name]\nkind = "text"\n',
    "experiences.toml": """
        [newcomers]
        slot = "hero"
        for = "new"
        show = "newcomer"

        [regulars]
        slot = "hero"
        for = "not new"
        show = "regular"

        [neighbours]
        slot = "offer"
        show = "neighbour"
    """,
    "blocks/newcomer.html": "<h1>Welcome from {{ city }}</h1>",
    "blocks/regular.html": "<h1>Welcome back, {{ traits.name }} from {{ city }}</h1>",
    "blocks/neighbour.html": "Shipping to {{ city }}",
    "personas.toml": '[studio]\ncity = "city-previewed"\n',
}  # fmt: skip


def site_folder(folder: Path) -> Path:
    """A site folder whose blocks say for whom they were made."""
    return write_site(folder, _SITE)


async def profile_of(visitor: Visitor) -> Profile:
    return Profile({"name": f"known-{visitor.id}"})


class Shop:
    """The app. `asked` counts requests by path."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.has_grown = False
        self.fresh_seconds = 600

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        path = lenient(scope["path"])
        self.asked[path] += 1
        status, headers, body = self._answer(path, scope)
        status, headers, body = _in_part(scope, status, headers, body)
        if not path.startswith("/streamed"):
            headers = [*headers, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if path.startswith("/streamed"):
            for start in range(0, len(body), 40):
                await send({"type": "http.response.body", "body": body[start : start + 40], "more_body": True})
            body = b""
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answer(self, path: str, scope: Scope) -> tuple[int, Headers, bytes]:
        headers = self._headers(HTML)
        if path.startswith("/plain"):
            return 200, headers, PLAIN
        if path.startswith("/static"):
            return 200, self._headers(b"text/css"), CSS
        if path.startswith("/grown"):
            return 200, headers, PAGE if self.has_grown else PLAIN
        if path.startswith("/zipped"):
            zipped = [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
            return 200, headers + zipped, gzip.compress(PAGE, mtime=0)
        if path.startswith(("/missing", "/broken")):
            return 404 if path.startswith("/missing") else 500, headers, PAGE
        if path.startswith("/moved"):
            return 302, [*headers, (b"location", f"/of/{_city(scope)}".encode())], b""
        if path.startswith("/me"):
            return 200, self._headers(JSON), json.dumps(_city(scope)).encode()
        return 200, headers, PAGE

    def _headers(self, content_type: bytes) -> Headers:
        """All that tells a cache to keep it."""
        seconds = b"%d" % self.fresh_seconds
        return [
            (b"content-type", content_type),
            (b"etag", TAG),
            (b"last-modified", b"Sat, 21 Nov 2026 12:00:00 GMT"),
            (b"accept-ranges", b"bytes"),
            (b"cache-control", b"public, max-age=%b, s-maxage=%b" % (seconds, seconds)),
            (b"surrogate-control", b"max-age=" + seconds),
            (b"x-accel-expires", seconds),
        ]


def _city(scope: Scope) -> str:
    """What the app is told of its visitor, where Edge is mounted around it."""
    return str(scope["edge"].fact("city")) if "edge" in scope else "anywhere"


def lenient(path: str) -> str:
    """The path as a forgiving framework or file server takes it: cut at what some take for its end, and tidied."""
    path = re.split(r"[\0;?#]", path.replace("\\", "/"))[0]
    return posixpath.normpath("/" + path.lstrip("/")).lower()


def _in_part(scope: Scope, status: int, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
    """The answer as it is, or a 304 or 206 in its place where the request asks for that."""
    asked = dict(scope["headers"])
    if status == 200 and TAG in asked.get(b"if-none-match", b""):
        return 304, [pair for pair in headers if pair[0] != b"content-type"], b""
    part = _RANGE.fullmatch(asked.get(b"range", b""))
    if status == 200 and part is not None and int(part[1]) < len(body):
        start, end = int(part[1]), min(int(part[2] or len(body)), len(body) - 1)
        where = b"bytes %d-%d/%d" % (start, end, len(body))
        return 206, [*headers, (b"content-range", where)], body[start : end + 1]
    return status, headers, body
