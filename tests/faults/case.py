"""One cell of the table: a site with a fault in it, a response of one kind, with and without Edge in between."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edge import EdgeMiddleware, Profile, Visitor
from edge.blocks import Renditions
from edge.facts import Catalogue
from edge.page import Answers, CheckedProfiles, Middleware, Plans, Setup
from edge.page.counts import Counts
from edge.site import load_site
from edge.types import ASGIApp, Headers, Message, Receive, Scope, Send
from tests.faults.kinds import ASKED, Kind
from tests.faults.raising import Raiser
from tests.page.raw import ask, html, scope_of
from tests.page.sites import KEY, NOW, PAGE, SITE, write_site

__all__ = ["FILES", "Case", "Seen", "cookie", "speaking"]

FILES: Mapping[str, str] = {
    **SITE,
    "edge.toml": 'budget_ms = 5000\n[geo]\ncountry = "CF-IPCountry"',
    "facts.toml": '[traits.plan]\nkind = "text"',
    "experiences.toml": """
        [hero-pro]
        slot = "hero"
        for = 'traits.plan == "pro"'
        show = "hallo"

        [offer-news]
        slot = "offer"
        for = '"german" in segments and utm.source == "news"'
        show = "trial"
    """,
}
"""The hero is what the faults are about; the offer needs nothing but the request."""

PATH = "/?utm_source=news"
ENVIRON = {"EDGE_SECRET_KEYS": KEY}


async def pro(visitor: Visitor) -> Profile:
    return Profile({"plan": "pro"})


@dataclass(repr=False)
class Seen:
    """What became of a request: the messages that left, what was raised, what was counted, and how many tasks were
    left."""

    messages: list[Message] = field(default_factory=list)
    raised: BaseException | None = None
    counts: Counts = field(default_factory=Counts)
    tasks: int = 0

    @property
    def status(self) -> int | None:
        return next((m["status"] for m in self.messages if m["type"] == "http.response.start"), None)

    @property
    def headers(self) -> Headers:
        pairs = next((m.get("headers", ()) for m in self.messages if m["type"] == "http.response.start"), ())
        return [(name.lower(), value) for name, value in pairs]

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    @cached_property
    def body(self) -> bytes:
        sent = [m["path"] for m in self.messages if m["type"] == "http.response.pathsend"]
        parts = [bytes(m.get("body", b"")) for m in self.messages if m["type"] == "http.response.body"]
        return b"".join([*(Path(path).read_bytes() for path in sent), *parts])

    @property
    def is_complete(self) -> bool:
        ends = ("http.response.body", "http.response.pathsend")
        return any(m["type"] in ends and not m.get("more_body", False) for m in self.messages)

    @property
    def is_gzip(self) -> bool:
        return self.values(b"content-encoding") == [b"gzip"]

    @cached_property
    def text(self) -> bytes:
        """The body without its content coding, as far as that can be undone."""
        if not self.is_gzip:
            return self.body
        text, opener = bytearray(), zlib.decompressobj(31)
        for at in range(len(self.body)):  # byte by byte: all that comes out before what is damaged
            try:
                text += opener.decompress(self.body[at : at + 1])
            except zlib.error:
                break
        return bytes(text)


@dataclass(repr=False)
class Case:
    """A fault changes any of this before the request is made. What it leaves is a site in order."""

    kind: Kind
    folder: Path
    messages: list[Message] = field(init=False)
    files: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    live: bool = False
    """Whether Edge is to be mounted as a site would, on a folder of its own."""
    profiles: Callable[[Visitor], Any] = pro
    change: Callable[[Setup], Setup] = lambda setup: setup
    app: Callable[[Case], ASGIApp] = lambda case: speaking(case.messages)
    server: Callable[[Send], Send] = lambda send: send
    client: Callable[[Receive], Receive] = lambda receive: receive
    during: Callable[[], AbstractContextManager[object]] = nullcontext
    """What is to be around the request that Edge answers."""
    raiser: Raiser | None = None
    warm: bool = False
    """Whether the same was asked before, so that its plan and renditions are kept."""
    path: str = PATH
    page: bytes | None = None
    """The page, decoded, where it is not that of the kind."""
    codec: str = "utf-8"
    """In which its blocks are written."""
    around: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.messages = [dict(message) for message in self.kind.messages]

    def edge(self, app: ASGIApp) -> Middleware:
        """Edge in front of the app, with nothing kept or counted yet."""
        if self.live:
            site = write_site(self.folder / "site", {**FILES, **self.files})
            return EdgeMiddleware(
                app, site, profiles=self.profiles, environ={**ENVIRON, **self.environ}, clock=lambda: NOW
            )
        setup, facts = _setup(tuple({**FILES, **self.files}.items()))
        fresh = replace(
            setup,
            profiles=(CheckedProfiles(self.profiles, facts),),
            plans=Plans(setup.plans.limit),
            renditions=Renditions(1 << 20),
            answers=Answers(setup.answers.asked, setup.sources, setup.geo, 1 << 20),
            chop=os.environ.get("EDGE_DEBUG_CHOP", ""),
            counts=Counts(),
            reported=set(),
        )
        return Middleware(app, self.change(fresh))

    def direct(self) -> Seen:
        """What leaves without Edge."""
        return asyncio.run(self._exchange(self.app(self), nullcontext(), cookie()))

    def through(self) -> Seen:
        """What leaves with Edge."""
        self.front = edge = self.edge(self.app(self))
        if self.warm:
            self.again()
            edge.counts.clear()
        seen = asyncio.run(self._exchange(edge, self.during(), cookie()))
        seen.counts = edge.counts.copy()
        return seen

    def again(self) -> Seen:
        """The same once more, in front of the same Edge, when nothing fails any more."""
        return asyncio.run(self._exchange(self.front, nullcontext(), cookie()))

    async def _exchange(
        self, app: ASGIApp, during: AbstractContextManager[object], cookie: tuple[bytes, bytes]
    ) -> Seen:
        seen = Seen()
        kind = self.kind
        scope = scope_of(self.path, [*ASKED, cookie, *kind.headers], kind.method)
        if kind.is_socket:
            scope = {**scope, "type": "websocket", "scheme": "wss", "subprotocols": []}
        incoming: list[Message] = [{"type": "websocket.connect" if kind.is_socket else "http.request"}]

        async def receive() -> Message:
            if incoming:
                return incoming.pop(0)
            return await asyncio.Future()

        server = Server(seen.messages, kind.method)
        try:
            with during:
                await asyncio.wait_for(app(scope, self.client(receive), self.server(server.send)), 20)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
            seen.raised = error
        for _ in range(3):  # for what was cancelled to end
            await asyncio.sleep(0)
        seen.tasks = len(asyncio.all_tasks()) - 1
        return seen


class Server:
    """Takes messages as uvicorn does: raises at a second start, and where a body is not of the length it says."""

    def __init__(self, messages: list[Message], method: str) -> None:
        self._messages = messages
        self._method = method
        self._length: int | None = None
        self._started = self._ended = False

    async def send(self, message: Message) -> None:
        message = _plain(message)
        if message["type"] == "http.response.start":
            self._start(message)
        elif message["type"] == "http.response.body":
            message = self._body(message)
        self._messages.append(message)
        if self._length and self._ended:
            raise RuntimeError("Response content shorter than Content-Length")

    def _start(self, message: Message) -> None:
        if self._started:
            raise RuntimeError("Expected ASGI message 'http.response.body', but got 'http.response.start'.")
        self._started = True
        lengths = {value for name, value in message.get("headers", ()) if name == b"content-length"}
        if len(lengths) == 1 and self._method != "HEAD" and message["status"] not in (204, 304):
            self._length = int(lengths.pop())

    def _body(self, message: Message) -> Message:
        if not self._started or self._ended:
            raise RuntimeError("Unexpected ASGI message 'http.response.body' sent.")
        if self._length is not None:
            self._length -= len(message.get("body", b""))
            if self._length < 0:
                raise RuntimeError("Response content longer than Content-Length")
        self._ended = not message.get("more_body", False)
        return {**message, "more_body": True} if self._ended and self._length else message


@cache
def _setup(files: tuple[tuple[str, str], ...]) -> tuple[Setup, Catalogue]:
    with TemporaryDirectory() as folder:
        site = write_site(Path(folder), dict(files))
        setup = EdgeMiddleware(html(PAGE), site, environ=ENVIRON, clock=lambda: NOW).setup
        assert setup is not None
        return setup, load_site(site).facts


@cache
def cookie() -> tuple[bytes, bytes]:
    """Of a visitor who has been here."""
    setup, _ = _setup(tuple(FILES.items()))
    value = ask(Middleware(html(PAGE), setup)).header(b"set-cookie")
    assert value is not None
    return b"cookie", value.partition(b";")[0]


def speaking(messages: list[Message]) -> ASGIApp:
    """An app that says these, once it was asked."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for message in messages:
            await send(dict(message))

    return app


def _plain(message: Message) -> Message:
    """The message as a server reads it: headers as a list, in lower case."""
    if "headers" not in message:
        return dict(message)
    return {**message, "headers": [(bytes(name).lower(), bytes(value)) for name, value in message["headers"]]}
