"""An ASGI server in a few lines: it hands over exactly the messages of a test, and keeps those that come back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.types import ASGIApp, Headers, Message, Receive, Scope, Send

__all__ = ["Answer", "ask", "exchange", "html", "replying", "scope_of", "start", "whole"]

Pairs = Sequence[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What left, message by message."""

    messages: list[Message] = field(default_factory=list)

    @property
    def start(self) -> Message:
        return next(message for message in self.messages if message["type"] == "http.response.start")

    @property
    def status(self) -> int:
        return int(self.start["status"])

    @property
    def headers(self) -> Headers:
        return [(name.lower(), value) for name, value in self.start.get("headers", ())]

    @property
    def bodies(self) -> list[bytes]:
        return [m.get("body", b"") for m in self.messages if m["type"] == "http.response.body"]

    @property
    def body(self) -> bytes:
        return b"".join(self.bodies)

    @property
    def told(self) -> list[Message]:
        """The messages with the parts of the body as one: where a body is cut is no part of what is said."""
        told: list[Message] = []
        for message in self.messages:
            if message["type"] != "http.response.body":
                told.append(message)
                continue
            body = bytes(message.get("body", b""))
            if told and told[-1]["type"] == "http.response.body":
                body = told.pop()["body"] + body
            told.append({**message, "body": body, "more_body": message.get("more_body", False)})
        return told

    def header(self, name: bytes) -> bytes | None:
        values = [value for key, value in self.headers if key == name]
        return b", ".join(values) if values else None


def scope_of(path: str = "/", headers: Pairs = (), method: str = "GET", **more: Any) -> Scope:
    path, _, query = path.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"shop.example"), *headers],
        "client": ("192.0.2.1", 50000),
        "server": ("192.0.2.2", 443),
        "extensions": {},
    }
    scope.update(more)
    return scope


async def exchange(
    app: ASGIApp, scope: Scope, answer: Answer, body: Iterable[bytes] = (), gone: bool = False
) -> None:
    """Runs the app on one request. `gone`: the client has left before it is asked for anything."""
    incoming = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    incoming.append({"type": "http.request", "body": b"", "more_body": False})
    if gone:
        incoming = [{"type": "http.disconnect"}]

    async def receive() -> Message:
        if incoming:
            return incoming.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError("the app waited for a client that says nothing more")

    async def send(message: Message) -> None:
        answer.messages.append(message)

    await asyncio.wait_for(app(scope, receive, send), 10)


def ask(
    app: ASGIApp,
    path: str = "/",
    headers: Pairs = (),
    method: str = "GET",
    body: Iterable[bytes] = (),
    **more: Any,
) -> Answer:
    """One request, answered."""
    answer = Answer()
    asyncio.run(exchange(app, scope_of(path, headers, method, **more), answer, body))
    return answer


def start(headers: Pairs = (), status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def replying(*messages: Message, seen: list[Scope] | None = None) -> ASGIApp:
    """An app that answers every request with these messages."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if seen is not None:
            seen.append(scope)
        for message in messages:
            await send(dict(message))

    return app


def whole(page: bytes, headers: Pairs = (), status: int = 200) -> ASGIApp:
    """As `html`, of a length that it says: so it is a whole page however its body comes."""
    return html(page, headers=[(b"content-length", b"%d" % len(page)), *headers], status=status)


def html(*chunks: bytes, headers: Pairs = (), status: int = 200) -> ASGIApp:
    """An app that answers with an HTML page, complete in one message or in as many as there are chunks."""
    pairs = [(b"content-type", b"text/html; charset=utf-8"), *headers]
    bodies: list[Message] = [{"type": "http.response.body", "body": c, "more_body": True} for c in chunks]
    bodies[-1]["more_body"] = False
    return replying(start(pairs, status), *bodies)
