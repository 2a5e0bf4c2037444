"""A site as caches find many: every address that is not clearly something else is a page with slots, for its
routes are lenient, and of all its answers it says that everybody may keep them.

| path | what it is |
| --- | --- |
| `/plain…` | a page without slots; gzipped, where it is asked for, below `/plain/zipped` |
| `/static…` | a stylesheet |
| `/grown…` | a page without slots, and with them once `has_grown` is set |
| `/streamed…`, `/zipped…` | a page with slots in several pieces; gzipped |
| `/missing…`, `/broken…` | 404 and 500, with slots |
| `/moved…`, `/me…` | a redirect and JSON, made with what `scope["edge"]` tells, where there is one |
| `…/brief…` | of these, what is good for three seconds only |
| everything else | a page with slots |
"""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import threading
from collections import Counter
from pathlib import Path

from edge import Profile, Visitor
from edge.types import Headers, Receive, Scope, Send
from tests.page.sites import write_site

__all__ = ["CSS", "PAGE", "PLAIN", "Shop", "profile_of", "site_folder"]

PAGE = (
    b'<!doctype html><title>account</title><main data-edge-slot="hero">Sound for everyone</main>'
    b'<p data-edge-slot="offer">Free shipping</p><footer>the end</footer>'
)
PLAIN = b"<!doctype html><title>terms</title><p>The same for everybody.</p>"
CSS = b"p { color: teal }"
JSON = b"application/json"
HTML = b"text/html; charset=utf-8"

TAG, GROWN_TAG = b'"v1"', b'"v2"'
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
    "blocks/regular.html": "<h1>Welcome back, {{ traits.name or 'friend' }} from {{ city }}</h1>",
    "blocks/neighbour.html": "Shipping to {{ city }}",
    "personas.toml": '[studio]\ncity = "city-previewed"\n',
}  # fmt: skip


def site_folder(folder: Path, *, empty: bool = False, page_cache: bool = False) -> Path:
    """A site folder whose blocks say for whom they were made; `empty`: in which no slot is named yet."""
    files = dict(_SITE)
    if empty:
        files["experiences.toml"] = ""
    if page_cache:
        files["edge.toml"] += "[page_cache]\n"
    return write_site(folder, files)


async def profile_of(visitor: Visitor) -> Profile:
    return Profile({"name": f"known-{visitor.id}"})


class Shop:
    """The app. `asked` counts requests by path, `told` answers by path and status."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.told: Counter[tuple[str, int]] = Counter()
        self.has_grown = False
        self._telling = threading.Condition()

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
        with self._telling:
            self.told[path, status] += 1
            self._telling.notify_all()
        if not path.startswith("/streamed") and status != 304:
            headers = [*headers, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if path.startswith("/streamed"):
            for start in range(0, len(body), 40):
                await send({"type": "http.response.body", "body": body[start : start + 40], "more_body": True})
            body = b""
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def wait_for(self, path: str, status: int, count: int) -> None:
        """Until so many answers with that status have been told."""
        with self._telling:
            assert self._telling.wait_for(lambda: self.told[path, status] >= count, 20)

    def _answer(self, path: str, scope: Scope) -> tuple[int, Headers, bytes]:
        headers = _headers(path, HTML)
        if path.startswith("/plain/zipped"):
            vary = [*headers, (b"vary", b"accept-encoding")]
            return _gzipped(vary, PLAIN) if b"gzip" in _value(scope, b"accept-encoding") else (200, vary, PLAIN)
        if path.startswith("/plain"):
            return 200, headers, PLAIN
        if path.startswith("/static"):
            return 200, _headers(path, b"text/css"), CSS
        if path.startswith("/grown") and self.has_grown:
            return 200, _headers(path, HTML, GROWN_TAG), PAGE
        if path.startswith("/grown"):
            return 200, headers, PLAIN
        if path.startswith("/zipped"):
            return _gzipped([*headers, (b"vary", b"accept-encoding")], PAGE)
        if path.startswith(("/missing", "/broken")):
            return 404 if path.startswith("/missing") else 500, headers, PAGE
        if path.startswith("/moved"):
            return 302, [*headers, (b"location", f"/of/{_city(scope)}".encode())], b""
        if path.startswith("/me"):
            return 200, _headers(path, JSON), json.dumps(_city(scope)).encode()
        return 200, headers, PAGE


def _headers(path: str, content_type: bytes, tag: bytes = TAG) -> Headers:
    """All that tells a cache to keep it. Squid would ask once more for what has a Surrogate-Control."""
    seconds = b"3" if "/brief" in path else b"600"
    same = path.startswith(("/plain", "/static", "/grown")) or "/brief" in path
    return [
        *([] if same else [(b"surrogate-control", b"max-age=" + seconds)]),
        (b"content-type", content_type),
        (b"etag", tag),
        (b"last-modified", b"Sat, 21 Nov 2026 12:00:00 GMT"),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"public, max-age=%b, s-maxage=%b" % (seconds, seconds)),
        (b"x-accel-expires", seconds),
    ]


def _gzipped(headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
    return 200, [*headers, (b"content-encoding", b"gzip")], gzip.compress(body, mtime=0)


def _value(scope: Scope, name: bytes) -> bytes:
    return b",".join(value for key, value in scope["headers"] if key == name)


def _city(scope: Scope) -> str:
    """What the app is told of its visitor, where Edge is mounted around it."""
    return str(scope["edge"].fact("city")) if "edge" in scope else "anywhere"


def lenient(path: str) -> str:
    """The path as a forgiving framework or file server takes it: cut at what some take for its end, and tidied."""
    path = re.split(r"[\0;?#]", path.replace("\\", "/"))[0]
    return posixpath.normpath("/" + path.lstrip("/")).lower()


def _in_part(scope: Scope, status: int, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
    """The answer as it is, or a 304 or 206 in its place where the request asks for that."""
    tag = dict(headers).get(b"etag", b"-")
    if status == 200 and tag in _value(scope, b"if-none-match"):
        return 304, [pair for pair in headers if pair[0] != b"content-type"], b""
    part = _RANGE.fullmatch(_value(scope, b"range"))
    if status == 200 and part is not None and int(part[1]) < len(body):
        start, end = int(part[1]), min(int(part[2] or len(body)), len(body) - 1)
        where = b"bytes %d-%d/%d" % (start, end, len(body))
        return 206, [*headers, (b"content-range", where)], body[start : end + 1]
    return status, headers, body
