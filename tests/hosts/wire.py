"""HTTP/1.1 on a bare socket: what is sent is what a test wrote, and what comes is read to the byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Reply", "Wire", "request", "wired"]

HOST = b"shop.example"


@dataclass
class Reply:
    """A response. `whole` is False where the connection ended before the body did."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    whole: bool = True

    def header(self, name: bytes) -> bytes | None:
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, f"{name!r} came {len(values)} times"
        return values[0] if values else None


class Wire:
    """One connection. A read that takes ten seconds fails."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._file = connection.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def leave(self) -> None:
        """Takes back the request, with the connection."""
        self.close()

    def begin(
        self, target: str, *headers: bytes, method: str = "GET", body: bytes = b"", whole: bool = True
    ) -> None:
        """Sends a request, whole or with less than its headers say, and does not wait for its response."""
        self.send(request(target, *headers, method=method) + body)

    def ask(self, target: str, *headers: bytes, method: str = "GET", body: bytes = b"") -> Reply:
        """One request and its response."""
        self.begin(target, *headers, method=method, body=body)
        return self.reply(method)

    def reply(self, method: str = "GET") -> Reply:
        """The next response, read to its end as its own headers frame it (RFC 9112 section 6.3)."""
        reply = self.head()
        if method == "HEAD" or reply.status in (204, 304):
            return reply
        length = reply.header(b"content-length")
        if reply.header(b"transfer-encoding") == b"chunked":
            assert length is None
            reply.whole = self._chunks(reply)
        elif length is not None:
            reply.body = self._file.read(int(length))
            reply.whole = len(reply.body) == int(length)
        else:
            reply.body = self._file.read()
        return reply

    def head(self) -> Reply:
        """The start of the next response."""
        version, status = self.line().split(b" ")[:2]
        assert version == b"HTTP/1.1"
        headers = []
        while line := self.line():
            name, _, value = line.partition(b":")
            headers.append((name.lower(), value.strip()))
        return Reply(int(status), headers)

    def chunk(self) -> bytes | None:
        """The next chunk of a chunked body; empty is the last, None the end of the connection."""
        size = self._file.readline()
        if not size:
            return None
        data = self._file.read(int(size, 16))
        assert self._file.readline() == b"\r\n"
        return data

    def line(self) -> bytes:
        line = self._file.readline()
        assert line.endswith(b"\r\n"), f"the connection ended after {line!r}"
        return line[:-2]

    def read(self, count: int) -> bytes:
        return self._file.read(count)

    def _chunks(self, reply: Reply) -> bool:
        while chunk := self.chunk():
            reply.body += chunk
        return chunk is not None


def request(target: str, *headers: bytes, method: str = "GET") -> bytes:
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: " + HOST, *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


@contextmanager
def wired(url: str) -> Iterator[Wire]:
    """A connection to the server at `url`."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    wire = Wire(socket.create_connection((parts.hostname, parts.port or 80), timeout=10))
    try:
        yield wire
    finally:
        wire.close()
