"""An app that talks ASGI by hand: each path is one way to answer. It stands at three doors of a server of its own
process, so what a test wants to know of it, the test asks it by HTTP."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.hosts.doors import ThreeDoors

__all__ = ["PAGE", "PASSING", "application"]

Pairs = list[tuple[bytes, bytes]]
Answer = Callable[["Talk"], Awaitable[None]]

PAGE = (
    b'<!doctype html><title>t</title><main data-edge-slot="hero"><h1>Sound for everyone</h1></main>'
    b"<!--edge:slot offer-->Free shipping<!--/edge:slot--><footer>end</footer>"
)

HTML = (b"content-type", b"text/html; charset=utf-8")
TEXT = (b"content-type", b"text/plain")
LENGTH = (b"content-length", b"%d" % len(PAGE))
ETAG = (b"etag", b'"1"')


class Talk:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.extensions = scope.get("extensions", {})

    async def start(self, *headers: tuple[bytes, bytes], status: int = 200, **more: Any) -> None:
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers), **more})

    async def body(self, data: bytes, *, more: bool = False) -> None:
        if self.scope["method"] == "HEAD" and self.scope["http_version"] == "2":
            data = b""  # granian's HTTP/2 would send it
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def whole(self, data: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> None:
        await self.start(*headers, status=status)
        await self.body(data)

    async def text(self, text: str) -> None:
        await self.whole(text.encode(), TEXT)


class Memory:
    """What happened in this process, and what is to be waited for."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._events: dict[str, asyncio.Event] = {}

    def event(self, name: str) -> asyncio.Event:
        return self._events.setdefault(name, asyncio.Event())


memory = Memory()


async def page(talk: Talk) -> None:
    await talk.whole(PAGE, HTML, LENGTH, ETAG)


async def unmeasured(talk: Talk) -> None:
    await talk.whole(PAGE, HTML)


async def pieces(talk: Talk) -> None:
    """In messages of seven bytes."""
    await talk.start(HTML)
    for start in range(0, len(PAGE), 7):
        await talk.body(PAGE[start : start + 7], more=True)
    await talk.body(b"")


async def measured_pieces(talk: Talk) -> None:
    await talk.start(HTML, LENGTH)
    await talk.body(PAGE[:50], more=True)
    await talk.body(PAGE[50:])


async def zipped(talk: Talk) -> None:
    data = gzip.compress(PAGE, mtime=0)
    await talk.whole(data, HTML, (b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(data)))


async def file(talk: Talk) -> None:
    """A page that the server is asked to read for itself, where it can."""
    await _sent(talk, "page.html", HTML)


async def picture(talk: Talk) -> None:
    await _sent(talk, "picture.svg", (b"content-type", b"image/svg+xml"))


async def _sent(talk: Talk, name: str, content_type: tuple[bytes, bytes]) -> None:
    path = Path(os.environ["TALKER_FOLDER"]) / name
    if "http.response.pathsend" not in talk.extensions:
        await talk.whole(path.read_bytes(), content_type)
        return
    await talk.start(content_type)
    await talk.send({"type": "http.response.pathsend", "path": str(path)})


async def style(talk: Talk) -> None:
    await talk.whole(b'/* <p data-edge-slot="hero"></p> */', (b"content-type", b"text/css"), ETAG)


async def moved(talk: Talk) -> None:
    await talk.whole(b"", (b"location", b"/page"), status=302)


async def missing(talk: Talk) -> None:
    await talk.whole(PAGE, HTML, status=404)


async def unchanged(talk: Talk) -> None:
    await talk.start(ETAG, status=304)
    await talk.send({"type": "http.response.body"})


async def nothing(talk: Talk) -> None:
    await talk.start(status=204)
    await talk.send({"type": "http.response.body"})


async def part(talk: Talk) -> None:
    headers = ((b"content-range", b"bytes 0-9/99"), (b"content-length", b"10"))
    await talk.whole(PAGE[:10], (b"content-type", b"application/pdf"), *headers, status=206)


async def cookies(talk: Talk) -> None:
    headers = [(b"set-cookie", b"a=1; Path=/"), (b"x-between", b"1"), (b"set-cookie", b"a=2; Path=/b")]
    await talk.whole(b"two", TEXT, *headers)


async def kinds(talk: Talk) -> None:
    """A body of bytes that are not `bytes`, and one that is not there at all."""
    await talk.start(TEXT)
    await talk.send({"type": "http.response.body", "body": bytearray(b"one "), "more_body": True})
    await talk.send({"type": "http.response.body", "more_body": True})
    await talk.send({"type": "http.response.body", "body": b"two"})


async def scope(talk: Talk) -> None:
    """The scope but for what is new each time."""
    names = sorted(talk.scope.keys() - {"client", "edge"})
    await talk.text("\n".join(f"{name}: {talk.scope[name]!r}" for name in names))


async def count(talk: Talk) -> None:
    digest, size, more = hashlib.sha256(), 0, True
    while more:
        message = await talk.receive()
        if message["type"] == "http.disconnect":
            memory.said.append("left while sending")
            memory.event("left").set()
            return
        digest.update(message.get("body", b""))
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await talk.text(f"{size} {digest.hexdigest()}")


async def waiting(talk: Talk) -> None:
    """Half of the page, and the other half after `/go`."""
    await talk.start(HTML)
    middle = PAGE.index(b"<!--edge")
    await talk.body(PAGE[:middle], more=True)
    await memory.event("go").wait()
    memory.event("go").clear()
    await talk.body(PAGE[middle:])


async def go(talk: Talk) -> None:
    memory.event("go").set()
    await talk.text("gone")


async def listening(talk: Talk) -> None:
    """Half of the page, until the client leaves; then on, as apps do that did not listen."""
    while (await talk.receive()).get("more_body"):
        pass
    await talk.start(HTML)
    await talk.body(PAGE[:99], more=True)
    memory.said.append((await talk.receive())["type"])
    await talk.body(PAGE[99:], more=True)
    await talk.body(b"")
    memory.said.append("ended")
    memory.event("left").set()


async def said(talk: Talk) -> None:
    """What was said since somebody asked, once somebody has left."""
    await memory.event("left").wait()
    memory.event("left").clear()
    words, memory.said = memory.said, []
    await talk.text(json.dumps(words))


async def cut(talk: Talk) -> None:
    await talk.start(HTML)
    await talk.body(PAGE[:99], more=True)
    raise RuntimeError("cut on purpose")


async def failing(talk: Talk) -> None:
    raise RuntimeError("failed on purpose")


async def unknown(talk: Talk) -> None:
    """Messages of kinds that no server knows: what it makes of each, the app sees."""
    outcomes = []
    for before in (True, False):
        if not before:
            await talk.start(HTML)
        try:
            await talk.send({"type": "http.response.weather", "sky": "clear"})
            outcomes.append("taken")
        except Exception as error:  # noqa: BLE001
            outcomes.append(f"{type(error).__name__}: {error}")
    await talk.body(json.dumps(outcomes).encode())


async def hinted(talk: Talk) -> None:
    if "http.response.early_hint" in talk.extensions:
        await talk.send({"type": "http.response.early_hint", "links": [b"</site.css>; rel=preload; as=style"]})
    await talk.whole(PAGE, HTML, LENGTH)


async def trailed(talk: Talk) -> None:
    """A page with trailers, in two messages; with `?plain` no page, but the same text."""
    kind = TEXT if talk.scope["query_string"] == b"plain" else HTML
    await talk.start(kind, (b"trailer", b"x-made-in, content-digest"), trailers=True)
    await talk.body(PAGE[:99], more=True)
    await talk.body(PAGE[99:])
    digest = b"sha-256=:" + base64.b64encode(hashlib.sha256(PAGE).digest()) + b":"
    headers = [(b"x-made-in", b"3 ms"), (b"content-digest", digest)]
    await talk.send({"type": "http.response.trailers", "headers": headers})


async def state(talk: Talk) -> None:
    await talk.text(str(talk.scope.get("state", {}).get("greeting")))


async def process(talk: Talk) -> None:
    await talk.text(str(os.getpid()))


PASSING: dict[str, Answer] = {
    "/page": page,
    "/unmeasured": unmeasured,
    "/pieces": pieces,
    "/measured-pieces": measured_pieces,
    "/zipped": zipped,
    "/file": file,
    "/picture": picture,
    "/style": style,
    "/moved": moved,
    "/missing": missing,
    "/unchanged": unchanged,
    "/nothing": nothing,
    "/part": part,
    "/cookies": cookies,
    "/kinds": kinds,
    "/scope": scope,
    "/failing": failing,
    "/unknown": unknown,
    "/state": state,
}
"""Answers that are the same each time."""

PATHS: dict[str, Answer] = {
    **PASSING,
    "/count": count,
    "/waiting": waiting,
    "/go": go,
    "/listening": listening,
    "/said": said,
    "/cut": cut,
    "/hinted": hinted,
    "/trailed": trailed,
    "/process": process,
}


async def echo(receive: Receive, send: Send) -> None:
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept", "subprotocol": "echo"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    scope["state"]["greeting"] = "hei"
    for _ in range(2):
        message: Message = await receive()
        print("the app's", message["type"], flush=True)
        await send({"type": message["type"] + ".complete"})


async def talker(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await live(scope, receive, send)
    elif scope["type"] == "websocket":
        await echo(receive, send)
    else:
        await PATHS[scope["path"]](Talk(scope, receive, send))


async def unliving(scope: Scope, receive: Receive, send: Send) -> None:
    """As Django, which raises at what it does not know."""
    if scope["type"] == "lifespan":
        raise ValueError("not a lifespan")
    await talker(scope, receive, send)


def application(app: ASGIApp) -> ThreeDoors:
    folder = Path(os.environ["TALKER_FOLDER"])
    return ThreeDoors(app, folder / "site", folder / "idle")


if "TALKER_FOLDER" in os.environ:  # served, not imported for its names
    app, lifeless = application(talker), application(unliving)
