"""Something of Edge's own that is the same for everybody."""

from __future__ import annotations

import gzip
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from edge.types import Receive, Scope, Send

__all__ = ["Resource"]

_FOREVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=60, stale-while-revalidate=86400"
_NOW = "no-cache"

_WORTH = 1024
"""Bytes below which compressing gains nothing."""


class Resource:
    """A file, with a validator, gzipped for whoever takes that.

    Below an address that has its hash it is kept for ever. Below one that has another hash, that of a page which
    was made before or elsewhere, it is given too, and kept by nobody: better than nothing. Below a plain one it is
    asked for again after a minute, behind a visitor's back."""

    def __init__(self, body: bytes, kind: str) -> None:
        self.hash = sha256(body).hexdigest()[:12]
        self._body = body
        self._kind = kind
        self._gzipped = gzip.compress(body, 9, mtime=0) if len(body) > _WORTH else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(dict(scope), receive)
        await self._answer(request)(request.scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Only to be read.\n", 405, {"allow": "GET, HEAD"})
        zipped = bool(self._gzipped) and _takes_gzip(request.headers.get("accept-encoding", ""))
        tag = f'"{self.hash}{"-gzip" if zipped else ""}"'
        headers = {"cache-control": self._kept(request.url.path), "etag": tag, "vary": "accept-encoding"}
        headers["x-content-type-options"] = "nosniff"
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(self._gzipped if zipped else self._body, headers=headers, media_type=self._kind)

    def _kept(self, path: str) -> str:
        parts = path.rpartition("/")[2].split(".")
        if len(parts) != 3:
            return _A_WHILE
        return _FOREVER if parts[1] == self.hash else _NOW


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is named, and not with a weight of 0 (RFC 9110 section 12.5.3)."""
    for one in accepted.lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or not weight
    return False
