"""The access log: one line an answer, when it is over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from edge.door.entry import GONE, Entry
from edge.serve.head import Head
from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["AccessLog"]

_FAILED = 500
_LONGEST_METHOD = 32
_ADDRESS = re.compile(r"[0-9A-Za-z.:%_-]{1,64}")


class AccessLog:
    """`write` gets an entry for each answer, and for each request that the gate refused. Paths below Edge's own
    `prefix` are logged without their query: a preview link holds a token."""

    def __init__(self, app: ASGIApp, write: Callable[[Entry], None], prefix: Callable[[], str]) -> None:
        self.app = app
        self._write = write
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        told: list[tuple[str, str]] = []
        scope["edge.told"] = told  # `Visit` says there what became of the page
        answer = _Answer(scope, send)
        began = time.perf_counter()
        try:
            await self.app(scope, receive, answer)
        finally:
            self._write(self._entry(scope, answer, told, time.perf_counter() - began))

    def refused(self, client: tuple[str, int] | None, status: int, head: Head | None) -> None:
        """As `GateConfig` tells it."""
        entry = Entry(time.time(), _client(client), status)
        if head is not None:
            entry.method = head.method[:_LONGEST_METHOD].decode("ascii")
            entry.target = self._without_secrets(head.target)
        self._write(entry)

    def _entry(self, scope: Scope, answer: _Answer, told: list[tuple[str, str]], seconds: float) -> Entry:
        entry = Entry(
            time.time(),
            _client(scope.get("client")),
            answer.status or (GONE if answer.is_gone() else _FAILED),
            scope.get("method", "GET"),
            self._without_secrets(_target(scope)),
            scope["http_version"],
            0 if scope.get("method") == "HEAD" else answer.size,
            seconds,
            scheme=scope["scheme"],
            cache=answer.cache,
            aborted=not answer.is_whole,
        )
        for name, value in scope["headers"]:
            if name == b"user-agent":
                entry.agent = value
            elif name == b"host":
                entry.host = value
            elif name == b"referer":
                entry.referrer = self._without_secrets(value)
        if told:
            entry.tailored = tuple(why for what, why in told if what == "tailored")
            entry.defaulted = tuple(why for what, why in told if what == "defaulted")
            entry.passed = next((why for what, why in told if what == "passed"), "")
        return entry

    def _without_secrets(self, address: bytes) -> bytes:
        path, sign, _ = address.partition(b"?")
        if not sign:
            return address
        own = self._prefix().encode() + b"/"
        return path + b"?-" if own in path or (b"%" in path and own in unquote_to_bytes(path)) else address


class _Answer:
    """The `send` of one request, which looks at what goes by."""

    __slots__ = ("_send", "cache", "is_gone", "is_whole", "size", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self.is_gone: Callable[[], bool] = scope.get("edge.gone", _never)
        self.is_whole = False
        self.status = 0
        self.size = 0
        self.cache = b""

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind in ("http.response.body", "websocket.http.response.body"):
            self.size += len(message.get("body", b""))
            if not message.get("more_body", False):
                self.is_whole = not self.is_gone()
        elif kind in ("http.response.start", "websocket.http.response.start"):
            self.status = message["status"]
            for name, value in message.get("headers", ()):
                if name == b"cache-status":
                    self.cache = value
        elif kind == "websocket.accept":
            self.status = 101
            self.is_whole = True
        elif kind == "websocket.send":
            self.size += len(message.get("bytes") or message.get("text") or b"")
        elif kind == "websocket.close" and not self.status:
            self.status, self.is_whole = 403, True
        await self._send(message)


def _client(client: tuple[str, int] | None) -> str:
    """The address; what a trusted proxy passes on may be no such thing."""
    if client is None:
        return "unix"
    return client[0] if _ADDRESS.fullmatch(client[0]) else "unknown"


def _never() -> bool:
    return False


def _target(scope: Scope) -> bytes:
    target: bytes | None = scope.get("edge.target")
    if target is not None:
        return target
    query: bytes = scope.get("query_string", b"")
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path + b"?" + query if query else path
