"""A browser without a window: keeps cookies as they are set, follows nothing, sees every byte as it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from tests.hosts.wire import Reply, Wire, wired

__all__ = ["FORM", "File", "Visitor", "encoded", "multipart_form", "visiting"]

_BOUNDARY = b"----a-boundary-that-occurs-nowhere-else"
_PATIENCE = 60.0  # seconds for an answer, on a busy machine
FORM = b"application/x-www-form-urlencoded"


@dataclass
class Visitor:
    """Asks the server at `url` by the name of `host`, on one connection until that ends. `headers` go with every
    request. `cookies` are kept by path and name."""

    url: str
    host: str
    headers: tuple[bytes, ...] = ()
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    _wire: Wire | None = None

    def ask(self, method: str, target: str, *headers: bytes, body: bytes | None = None) -> Reply:
        """One request and its response."""
        lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: " + self.host.encode(), *self.headers, *headers]
        if cookie := self._cookie(target):
            lines.append(b"Cookie: " + cookie.encode())
        if body is not None:
            lines.append(b"Content-Length: %d" % len(body))
        data = b"\r\n".join([*lines, b"", body or b""])
        reply = self._talk(method, data)
        assert reply.whole, f"{method} {target}: the answer was cut"
        for name, value in reply.headers:
            if name == b"set-cookie":
                self._keep(value.decode("latin-1"))
        return reply

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _talk(self, method: str, data: bytes) -> Reply:
        """Each request on the connection of the last, where that is still open and stays so."""
        if self._wire is not None and _has_ended(self._wire):
            self.close()
        if self._wire is None:
            with wired(self.url) as wire:
                self._wire = Wire(wire.socket.dup())
            self._wire.socket.settimeout(_PATIENCE)
        self._wire.send(data)
        reply = self._wire.reply(method)
        if reply.header(b"connection") == b"close":
            self.close()
        return reply

    def _cookie(self, target: str) -> str:
        path = target.partition("?")[0]
        fitting = [(place, name) for place, name in self.cookies if path.startswith(place)]
        return "; ".join(f"{key[1]}={self.cookies[key]}" for key in sorted(fitting, reverse=True))

    def _keep(self, line: str) -> None:
        name, _, value = line.partition(";")[0].partition("=")
        path = re.search(r"(?i); *path=([^;]*)", line)
        key = (path[1] if path else "/", name)
        if re.search(r"(?i)max-age=0\b", line):
            self.cookies.pop(key, None)
        else:
            self.cookies[key] = value


@dataclass(frozen=True, slots=True)
class File:
    """One that is uploaded."""

    name: str
    kind: str
    data: bytes


def encoded(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items()).encode()


def multipart_form(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[bytes, bytes]:
    """The Content-Type line and the body (RFC 7578)."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()
    ]
    for name, file in files.items():
        line = f'Content-Disposition: form-data; name="{name}"; filename="{file.name}"'
        parts.append(f"{line}\r\nContent-Type: {file.kind}\r\n\r\n".encode() + file.data)
    body = b"".join(b"--%b\r\n%b\r\n" % (_BOUNDARY, part) for part in parts) + b"--%b--\r\n" % _BOUNDARY
    return b"Content-Type: multipart/form-data; boundary=" + _BOUNDARY, body


def _has_ended(wire: Wire) -> bool:
    """Whether the server has closed an idle connection: reading ends at once, or there is nothing to read."""
    wire.socket.setblocking(False)
    try:
        return wire.socket.recv(1, 2) == b""  # MSG_PEEK
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
    finally:
        wire.socket.settimeout(_PATIENCE)


@contextmanager
def visiting(url: str, host: str, *headers: bytes) -> Iterator[Visitor]:
    visitor = Visitor(url, host, headers)
    try:
        yield visitor
    finally:
        visitor.close()
