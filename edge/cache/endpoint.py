"""`POST {prefix}/purge`, for whoever has the token."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse

from edge.cache.purges import EVERYTHING, SETTLED, Purge, parse_purge
from edge.errors import PurgeError
from edge.types import Receive, Scope, Send

if TYPE_CHECKING:
    from edge.cache.page_cache import PageCache

__all__ = ["PurgeEndpoint"]

_LONGEST = 256 * 1024
_MOST = 1000
_UNKEPT = {"cache-control": "private, no-store"}


class PurgeEndpoint:
    """An ASGI application. Takes a form with any number of `url` and `prefix`, or `all=yes`; answers when all
    processes of the machine know."""

    def __init__(self, cache: PageCache, token: str) -> None:
        self._cache = cache
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(dict(scope), receive)
        try:
            status, text = await self._answer(request)
        except ClientDisconnect:
            return
        headers = {**_UNKEPT, "www-authenticate": "Bearer"} if status == 401 else _UNKEPT
        await PlainTextResponse(f"{text}\n", status, headers)(request.scope, receive, send)

    async def _answer(self, request: Request) -> tuple[int, str]:
        if not self._is_allowed(request):
            return 401, "This takes the token of EDGE_PURGE_TOKEN: Authorization: Bearer …"
        if request.method != "POST":
            return 405, "This takes a POST."
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST:
                return 413, "This is too much at once."
        try:
            purges = _purges_of(body)
        except (PurgeError, ValueError) as error:
            return 400, str(error)
        told = [self._cache.purge(purge) for purge in purges]
        if not all(told):
            return 503, "Purged in this process only: the data folder (EDGE_DATA) cannot be written."
        await asyncio.sleep(SETTLED)
        return 200, "Purged."

    def _is_allowed(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode("latin-1")
        return scheme.lower() == "bearer" and hmac.compare_digest(given, self._token)


def _purges_of(body: bytes) -> list[Purge]:
    """Raises PurgeError, or ValueError for too many fields."""
    form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST)
    purges = [parse_purge(url) for url in form.get("url", ())]
    purges += [parse_purge(url, prefix=True) for url in form.get("prefix", ())]
    if form.get("all") == ["yes"]:
        purges.append(EVERYTHING)
    if not purges:
        raise PurgeError("Nothing to purge: give url=…, prefix=… or all=yes.")
    return purges
