"""Websockets: the client's end is ASGI's, the origin's a connection of ours; messages go both ways as they come.

Each end keeps its own pings, and its own compression: the client's with the server, none with the origin.
"""

from __future__ import annotations

import asyncio
import base64
import os

import httpx
from websockets.utils import accept_key

from edge.serve.answer_headers import Names, answer_headers
from edge.serve.far_end import FarEnd
from edge.serve.request_headers import request_headers, target_of
from edge.serve.upstream import Site
from edge.types import Headers, Message, Receive, Scope, Send

__all__ = ["tunnel"]

_SWITCHING = 101
_OURS = (b"sec-websocket-accept", b"sec-websocket-extensions", b"sec-websocket-key", b"sec-websocket-version")
_LOST = 1006
_BAD_GATEWAY = 1014
_OK = 1000
_NO_CODE = 1005
_NOTHING = httpx.ByteStream(b"")


async def tunnel(site: Site, scope: Scope, receive: Receive, send: Send) -> None:
    """Connects the client with the site for as long as both stay. Raises httpx.TransportError where the origin
    cannot be asked; where it says no, the client gets that answer."""
    if (await receive())["type"] != "websocket.connect":
        return
    key = base64.b64encode(os.urandom(16))
    request = httpx.Request(
        "GET",
        site.url,
        headers=_handshake(request_headers(scope, site.host), key),
        stream=_NOTHING,
        extensions={"target": target_of(scope)},
    )
    response, connection = await site.transport.switch(request)
    try:
        if response.status_code != _SWITCHING:
            await _deny(response, site.names(scope), scope, send)
            return
        subprotocol = _checked(response, key.decode("ascii"), scope.get("subprotocols") or ())
        headers = [pair for pair in answer_headers(response, site.names(scope)) if not _is_ours(pair[0])]
        far = FarEnd(connection, site.upstream.timeouts.idle)
        await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": headers})
        await _relay(far, receive, send)
    finally:
        connection.hang_up()


def _is_ours(name: bytes) -> bool:
    return name in _OURS or name == b"sec-websocket-protocol"


def _handshake(headers: Headers, key: bytes) -> Headers:
    """RFC 6455 section 4.1, with the client's own headers."""
    kept = [pair for pair in headers if pair[0] not in _OURS and pair[0] != b"content-length"]
    return [
        *kept,
        (b"connection", b"Upgrade"),
        (b"upgrade", b"websocket"),
        (b"sec-websocket-version", b"13"),
        (b"sec-websocket-key", key),
    ]


def _checked(response: httpx.Response, key: str, offered: object) -> str | None:
    """The subprotocol, after the checks of RFC 6455 section 4.1. Raises httpx.RemoteProtocolError."""
    headers = response.headers
    if headers.get("upgrade", "").lower() != "websocket" or headers.get("sec-websocket-accept") != accept_key(key):
        raise httpx.RemoteProtocolError("the origin does not speak websocket")
    subprotocol: str | None = headers.get("sec-websocket-protocol")
    if "sec-websocket-extensions" in headers or (subprotocol and subprotocol not in offered):  # type: ignore[operator]
        raise httpx.RemoteProtocolError("the origin chose what nobody offered")
    return subprotocol


async def _deny(response: httpx.Response, names: Names, scope: Scope, send: Send) -> None:
    """Passes on what the origin says instead, where the server can (an extension of ASGI)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        await response.aclose()
        return
    headers = answer_headers(response, names)
    await send({"type": "websocket.http.response.start", "status": response.status_code, "headers": headers})
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for data in response.stream:
        await send({"type": "websocket.http.response.body", "body": data, "more_body": True})
    await send({"type": "websocket.http.response.body", "body": b"", "more_body": False})


async def _relay(far: FarEnd, receive: Receive, send: Send) -> None:
    """Until one end closes; the other is told with the same code."""
    directions = [asyncio.ensure_future(_to_origin(far, receive)), asyncio.ensure_future(_to_client(far, send))]
    try:
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for direction in directions:
            direction.cancel()
        await asyncio.gather(*directions, return_exceptions=True)


async def _to_origin(far: FarEnd, receive: Receive) -> None:
    while True:
        message: Message = await receive()
        if message["type"] == "websocket.disconnect":
            far.close(message.get("code") or _NO_CODE, message.get("reason") or "")
            return
        text = message.get("text")
        await far.send(text if text is not None else message["bytes"])


async def _to_client(far: FarEnd, send: Send) -> None:
    while (message := await far.message()) is not None:
        key = "text" if isinstance(message, str) else "bytes"
        await send({"type": "websocket.send", key: message})
    code = {_NO_CODE: _OK, _LOST: _BAD_GATEWAY}.get(far.close_code, far.close_code)
    await send({"type": "websocket.close", "code": code, "reason": far.close_reason})
