"""A site on bare sockets: it keeps every byte it is asked with, and answers with exactly the bytes of a test."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

__all__ = ["Asked", "RawOrigin", "Talk", "ok", "raw_origin"]


def ok(body: bytes = b"", *headers: bytes) -> bytes:
    """A plain answer."""
    lines = [b"HTTP/1.1 200 OK", *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


@dataclass(frozen=True)
class Asked:
    """A request, to the byte: the head without its empty line, and the body without its framing."""

    head: bytes
    body: bytes = b""

    @property
    def line(self) -> bytes:
        return self.head.split(b"\r\n")[0]

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        lines = [line.partition(b": ") for line in self.head.split(b"\r\n")[1:]]
        return [(name, value) for name, _, value in lines]

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]


class Talk:
    """One connection, from the side of the site."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.file = connection.makefile("rb")

    def head(self) -> bytes | None:
        """The next head; None when the other side has ended."""
        lines: list[bytes] = []
        while line := self.file.readline():
            assert line.endswith(b"\r\n"), line
            if line == b"\r\n":
                return b"\r\n".join(lines)
            lines.append(line[:-2])
        assert not lines, lines
        return None

    def body(self, head: bytes) -> bytes:
        small = head.lower()
        if b"\r\ntransfer-encoding: chunked" in small:
            return b"".join(self.chunks())
        _, sign, rest = small.partition(b"\r\ncontent-length: ")
        return self.file.read(int(rest.split(b"\r\n")[0])) if sign else b""

    def chunks(self) -> Iterator[bytes]:
        while True:
            size = self.file.readline()
            data = self.file.read(int(size, 16))
            assert self.file.readline() == b"\r\n"
            if not data:
                return
            yield data

    def ask(self) -> Asked | None:
        head = self.head()
        return None if head is None else Asked(head, self.body(head))

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def close(self) -> None:
        """Ends the connection in order."""
        self.file.close()
        self.socket.close()

    def reset(self) -> None:
        """Ends it without."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


Script = Callable[[Talk], None]


@dataclass
class RawOrigin:
    """`url`, and what came. `connections` counts them; `done` is set whenever one has ended."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


@contextmanager
def raw_origin(answer: bytes | Script = b"", *, path: str = "") -> Iterator[RawOrigin]:
    """A site that answers every request with the same bytes, or whose connections follow a script. `path`: it
    listens at a Unix socket there."""
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        site = RawOrigin(f"unix:{path}")
    else:
        listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        site = RawOrigin(f"http://127.0.0.1:{listener.getsockname()[1]}")
    talks: list[Talk] = []

    def follow(talk: Talk) -> None:
        with suppress(OSError, ValueError):  # the other side has gone, or the test is over
            if callable(answer):
                answer(talk)
            else:
                while (asked := talk.ask()) is not None:
                    site.asked.append(asked)
                    site.arrived.set()
                    talk.send(answer)
        with suppress(OSError):
            talk.close()
        site.open -= 1
        site.done.set()

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                site.connections += 1
                site.open += 1
                talks.append(Talk(connection))
                threading.Thread(target=follow, args=(talks[-1],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield site
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for talk in talks:
            with suppress(OSError):
                talk.socket.shutdown(socket.SHUT_RDWR)
