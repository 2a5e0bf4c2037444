"""Answers to HTTP/1.0 clients, which know no chunks: uvicorn would send them all the same."""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["unchunked"]


def unchunked(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """`app`, whose answer ends with the connection where it does not say its length (RFC 9112 section 6.3)."""

    async def answering(scope: Scope, receive: Receive, _: Send) -> None:
        unframed = False

        async def send(message: Message) -> None:
            nonlocal unframed
            if message["type"] == "http.response.start":
                headers = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"transfer-encoding"]
                message = {**message, "headers": headers}
                unframed = all(name.lower() != b"content-length" for name, _ in headers)
                if unframed:
                    cycle.chunked_encoding = False
            elif unframed and scope["method"] != "HEAD":
                cycle.expected_content_length = len(message.get("body", b""))  # uvicorn counts it down to nothing
            await cycle.send(message)  # type: ignore[arg-type]

        try:
            await app(scope, receive, send)
        finally:
            if unframed and not cycle.response_complete:
                reset(cycle.transport)  # a plain end would look like the end of the answer

    return answering


def reset(transport: asyncio.Transport) -> None:
    """Ends a connection so that its client knows that something is missing."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
