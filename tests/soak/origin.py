"""A site of many habits: it answers in every way that an ASGI app can, and fails in most. It knows nothing of
Edge, but for /me, which says what Edge knows of who asks.

What a request wants is in its query, so that whoever asks knows what should come: `nonce` marks the page, `cut` is
the seed by which a body is cut, `fail` is when to raise, `hang` when to say nothing more.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.soak.pages import BIG, COUNT, MISSING, page

__all__ = ["OriginError", "build", "content", "pieces", "write_static"]

_HTML = "text/html; charset=utf-8"
_HANGS = 20.0  # seconds, where the client does not leave before


class OriginError(Exception):
    """The site fails, as it was asked to."""


class Messages(Response):
    """A response in these pieces, cut where they end, with what is to go wrong between them."""

    def __init__(
        self, pieces: list[bytes], headers: Mapping[str, str], fail: str | None = None, hang: str | None = None
    ) -> None:
        super().__init__(b"", headers=headers)
        if "content-length" not in headers:
            del self.headers["content-length"]
        self._pieces = pieces
        self._fail = fail
        self._hang = hang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for at, piece in enumerate(self._pieces):
            if at == len(self._pieces) // 2:
                await self._stumble(receive)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body"})
        if self._fail == "after":
            raise OriginError("after the response")

    async def _stumble(self, receive: Receive) -> None:
        if self._fail == "between":
            raise OriginError("between two messages")
        if self._hang == "between":
            await _wait_for_leaving(receive)
            raise OriginError("the client has left")


async def _wait_for_leaving(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_HANGS):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


class File(Response):
    """A response that the server is to read from a file, where it can."""

    def __init__(self, path: Path) -> None:
        super().__init__(b"", media_type="text/html")
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del self.headers["content-length"]
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if "http.response.pathsend" in scope.get("extensions", {}):
            await send({"type": "http.response.pathsend", "path": str(self._path)})
        else:
            await send({"type": "http.response.body", "body": self._path.read_bytes()})


def content(number: int, nonce: str = "", codec: str = "utf-8") -> bytes:
    """The bytes of a page, as a codec writes them."""
    data = page(number).marked(nonce).bytes
    return data if codec == "utf-8" else data.decode().encode(codec)


def pieces(data: bytes, seed: str) -> list[bytes]:
    """`data` cut at random: in two, in many, or one byte at a time where it is short."""
    random = Random(f"cut {seed}")
    if len(data) <= 3000 and random.random() < 0.3:
        return [data[at : at + 1] for at in range(len(data))]
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((1, 3, 20))))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def _asked(request: Request) -> tuple[int, str, str]:
    query = request.query_params
    return int(request.path_params["number"]), query.get("nonce", ""), query.get("cut", "")


async def whole(request: Request) -> Response:
    number, nonce, _ = _asked(request)
    if request.query_params.get("fail") == "before":
        raise OriginError("before the response")
    if request.query_params.get("hang") == "before":
        await _wait_for_leaving(request.receive)
        raise OriginError("the client has left")
    headers = {"etag": f'"{number}-{nonce}"'} if number % 2 else {}
    if headers and request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(content(number, nonce), headers={"cache-control": "public, max-age=60", **headers})


async def stream(request: Request) -> Response:
    number, nonce, cut = _asked(request)
    query = request.query_params
    data = content(number, nonce)
    return Messages(pieces(data, cut), {"content-type": _HTML}, query.get("fail"), query.get("hang"))


async def parts(request: Request) -> Response:
    """In pieces, with the length said before; with `lie`, another length."""
    number, nonce, cut = _asked(request)
    data = content(number, nonce)
    length = len(data) + int(request.query_params.get("lie", "0"))
    return Messages(pieces(data, cut), {"content-type": _HTML, "content-length": str(length)})


async def gzipped(request: Request) -> Response:
    number, nonce, cut = _asked(request)
    data = gzip.compress(content(number, nonce), 1, mtime=0)
    if "damaged" in request.query_params:
        data = data[: len(data) // 2] + bytes(64) + data[len(data) // 2 :]
    if cut:
        return Messages(pieces(data, cut), {"content-type": _HTML, "content-encoding": "gzip"})
    return Response(data, media_type="text/html", headers={"content-encoding": "gzip"})


async def coded(request: Request) -> Response:
    number, nonce, _ = _asked(request)
    codec = request.path_params["codec"]
    return Response(content(number, nonce, codec), headers={"content-type": f"text/html; charset={codec}"})


async def download(request: Request) -> Response:
    number, nonce, _ = _asked(request)
    return HTMLResponse(
        content(number, nonce), headers={"content-disposition": 'attachment; filename="page.html"'}
    )


async def error(request: Request) -> Response:
    return HTMLResponse(content(MISSING), status_code=int(request.path_params["status"]))


async def missing(request: Request, exc: Exception) -> Response:
    return HTMLResponse(content(MISSING), status_code=404)


async def redirect(request: Request) -> Response:
    return RedirectResponse("/whole/1")


async def events(request: Request) -> Response:
    async def made() -> AsyncIterator[bytes]:
        for number in range(8):
            yield b'data: %d <p data-edge-slot="hero"></p>\n\n' % number
            await asyncio.sleep(0.05)

    return StreamingResponse(made(), media_type="text/event-stream")


async def slowly(request: Request) -> Response:
    """A page that takes its time, as one from a slow database."""
    number, nonce, cut = _asked(request)

    async def made() -> AsyncIterator[bytes]:
        for piece in _some(pieces(content(number, nonce), cut)):
            yield piece
            await asyncio.sleep(0.04)

    return StreamingResponse(made(), media_type="text/html")


def _some(pieces: list[bytes]) -> Iterator[bytes]:
    """The pieces, joined to at most twenty."""
    step = len(pieces) // 20 + 1
    for at in range(0, len(pieces), step):
        yield b"".join(pieces[at : at + step])


async def upload(request: Request) -> Response:
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
    return JSONResponse({"size": size, "sha256": digest.hexdigest()})


async def me(request: Request) -> Response:
    visit = request.scope.get("edge")
    if visit is None:
        return JSONResponse({})
    known = {"id": visit.visitor.id, "country": visit.fact("country"), "campaign": visit.fact("utm.campaign")}
    return JSONResponse({**known, "reader": visit.segment("reader")})


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        pass


async def file(request: Request, folder: Path) -> Response:
    return File(folder / f"{request.path_params['number']}.html")


def write_static(folder: Path) -> None:
    """The files that the site serves as they are: some of its pages, the big one, and something else."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in (*range(0, COUNT, 4), BIG):
        (folder / f"{number}.html").write_bytes(content(number))
    (folder / "noise.bin").write_bytes(Random("noise").randbytes(300_000))


def build(folder: Path, lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """The site, with its files in `folder`."""
    routes = [
        Route("/whole/{number:int}", whole),
        Route("/bare/{number:int}", stream),
        Route("/stream/{number:int}", stream),
        Route("/slowly/{number:int}", slowly),
        Route("/parts/{number:int}", parts),
        Route("/gzip/{number:int}", gzipped),
        Route("/coded/{codec}/{number:int}", coded),
        Route("/download/{number:int}", download),
        Route("/file/{number:int}", partial(file, folder=folder)),
        Route("/error/{status:int}", error),
        Route("/redirect", redirect),
        Route("/events", events),
        Route("/upload", upload, methods=["POST"]),
        Route("/me", me),
        WebSocketRoute("/echo", echo),
        Mount("/static", StaticFiles(directory=folder)),
    ]
    return Starlette(routes=routes, exception_handlers={404: missing}, lifespan=lifespan)
