"""A service on loopback that does exactly what a test says, byte by byte."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Call", "Handler", "Loopback", "answer", "loopback", "reply"]

_PATIENCE = 20.0  # seconds; only ever spent when something is broken


@dataclass(frozen=True)
class Call:
    """One request, as it came over the wire."""

    head: bytes

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def headers(self) -> Mapping[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


Handler = Callable[[socket.socket, Call], object]
"""Answers one request on its connection; what is false closes that."""


def answer(document: Any, status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer with a document in JSON."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    lines = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def reply(document: Any, status: str = "200 OK", **headers: str) -> Handler:
    """A handler that gives the same answer every time, and keeps the connection."""
    whole = answer(document, status, **headers)

    def handle(sock: socket.socket, call: Call) -> bool:
        sock.sendall(whole)
        return True

    return handle


@dataclass
class Loopback:
    """The service: where it is, and what it was asked. `handler` may be changed between calls; `gate` holds
    answers back for as long as it is clear; `came` counts up with every request, `ended` with every connection
    that ends."""

    port: int
    handler: Handler
    secure: bool = False
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    def wait_for(self, calls: int) -> None:
        """Returns when so many more requests have come."""
        for _ in range(calls):
            assert self.came.acquire(timeout=_PATIENCE)

    def hold(self, sock: socket.socket, call: Call) -> None:
        """A handler that says nothing until the test is over."""
        self.over.wait(_PATIENCE)


@contextmanager
def loopback(handler: Handler, context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """The service for as long as the block lasts."""
    open_sockets: set[socket.socket] = set()
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        service = Loopback(listener.getsockname()[1], handler, context is not None)
        service.gate.set()
        threads = [threading.Thread(target=_accept, args=(listener, service, context, open_sockets), daemon=True)]
        threads[0].start()
        try:
            yield service
        finally:
            service.over.set()
            service.gate.set()
            listener.shutdown(socket.SHUT_RDWR)
            threads[0].join(_PATIENCE)
            for sock in list(open_sockets):
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


def _accept(
    listener: socket.socket, service: Loopback, context: ssl.SSLContext | None, open_sockets: set[socket.socket]
) -> None:
    while not service.over.is_set():
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        service.connections += 1
        open_sockets.add(sock)
        threading.Thread(target=_serve, args=(sock, service, context, open_sockets), daemon=True).start()


def _serve(
    plain: socket.socket, service: Loopback, context: ssl.SSLContext | None, open_sockets: set[socket.socket]
) -> None:
    sock = plain
    try:
        sock.settimeout(_PATIENCE)
        if context is not None:
            sock = context.wrap_socket(sock, server_side=True)
        while (head := _head(sock)) is not None:
            call = Call(head)
            service.calls.append(call)
            service.came.release()
            service.gate.wait(_PATIENCE)
            if not service.handler(sock, call):
                return
    except OSError:
        pass
    finally:
        open_sockets.discard(plain)
        sock.close()
        service.ended.release()


def _head(sock: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65_536)
        if not piece:
            return None
        data += piece
    return data.partition(b"\r\n\r\n")[0]
