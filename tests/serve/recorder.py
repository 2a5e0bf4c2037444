"""An app behind the gate that keeps what reaches it, and a socket in front of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.serve import GateConfig, Limits
from edge.types import Message, Receive, Scope, Send
from tests.hosts.wire import Reply, Wire, wired
from tests.serve.shared_door import the_door
from tests.serving import serving

__all__ = ["Recorder", "Seen", "gated", "head", "reply_or_none"]


@dataclass
class Seen:
    """A request as the app got it."""

    scope: Scope
    body: bytes = b""
    disconnected: bool = False

    @property
    def target(self) -> bytes:
        return bytes(self.scope["edge.target"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return list(self.scope["headers"])


@dataclass
class Recorder:
    """Answers every request, once it has come, with its own body. `early` answers before; `free` being unset holds
    the answers back."""

    status: int = 200
    early: bool = False
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)
    met: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.free.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Seen(scope)
        self.seen.append(request)
        self.met.set()
        if not self.early:
            await _read(request, receive)
        self.ended.set()
        while not self.free.is_set():
            await asyncio.sleep(0.005)
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": request.body})

    @property
    def targets(self) -> list[bytes]:
        return [request.target for request in self.seen]


async def _read(request: Seen, receive: Receive) -> None:
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        request.body += message.get("body", b"")
        request.disconnected = message["type"] == "http.disconnect"


@contextmanager
def gated(app: Any, limits: Limits | None = None, **settings: Any) -> Iterator[str]:
    """The URL of `app` behind the gate: on the shared server, unless something is to be otherwise there."""
    if limits is None and not settings and the_door.free:
        with the_door.serving(app) as url:
            yield url
        return

    def config(app: Any, **options: Any) -> GateConfig:
        return GateConfig(app, limits=limits, **options)

    with serving(app, config=config, **settings) as url:
        yield url


def head(*lines: bytes) -> bytes:
    """A request's head, with a Host behind the request line."""
    return b"\r\n".join([lines[0], b"Host: t", *lines[1:], b"", b""])


def reply_or_none(wire: Wire, method: str = "GET") -> Reply | None:
    """The next response, or None where the connection ended first."""
    try:
        return wire.reply(method)
    except AssertionError:
        return None


def refusal(url: str, data: bytes, method: str = "GET") -> Reply:
    """What the gate answers to `data`, which it must not let through. Then the connection has ended."""
    with wired(url) as wire:
        wire.send(data)
        reply = wire.reply(method)
        assert reply.header(b"connection") == b"close"
        assert wire.read(1) == b""
        return reply


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
