"""HTTP/2 on a bare socket, as `wire` is for HTTP/1.1: the frames of one stream at a time, to the byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    InformationalResponseReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)

from tests.hosts.wire import HOST, Reply

__all__ = ["Reply2", "Wire2", "wired2"]

Pairs = list[tuple[bytes, bytes]]


@dataclass
class Reply2(Reply):
    """A response. `hints` are the headers of the 1xx responses before it."""

    hints: list[Pairs] = field(default_factory=list)
    trailers: Pairs = field(default_factory=list)


class Wire2:
    """One connection, on which one request follows the other. A read that takes ten seconds fails."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._h2.initiate_connection()
        self._stream = 0
        self._events: list[Event] = []
        self._trailers: Pairs = []
        self._flush()

    def close(self) -> None:
        self.socket.close()

    def begin(
        self, target: str, *headers: bytes, method: str = "GET", body: bytes = b"", whole: bool = True
    ) -> None:
        """Sends a request, whole or without its end; headers as lines: `b"Name: value"`."""
        self._stream, self._trailers = self._h2.get_next_available_stream_id(), []
        lines = [line.split(b": ", 1) for line in headers]
        pairs = [(b":method", method.encode()), (b":scheme", b"http"), (b":authority", HOST)]
        pairs += [(b":path", target.encode()), *((name.lower(), value) for name, value in lines)]
        self._h2.send_headers(self._stream, pairs, end_stream=whole and not body)
        while body:
            self._flush()
            if room := min(self._h2.local_flow_control_window(self._stream), self._h2.max_outbound_frame_size):
                self._h2.send_data(self._stream, body[:room], end_stream=whole and len(body) <= room)
                body = body[room:]
            else:
                self._read()
        self._flush()

    def ask(self, target: str, *headers: bytes, method: str = "GET", body: bytes = b"") -> Reply2:
        """One request and its response."""
        self.begin(target, *headers, method=method, body=body)
        return self.reply()

    def reply(self) -> Reply2:
        reply = self.head()
        while chunk := self.chunk():
            reply.body += chunk
        reply.whole = chunk is not None
        reply.trailers = self._trailers
        return reply

    def head(self) -> Reply2:
        """The start of the response."""
        hints = []
        while isinstance(event := self._next(), InformationalResponseReceived):
            hints.append(_pairs(event.headers))
        assert isinstance(event, ResponseReceived), event
        (_, status), *headers = _pairs(event.headers)
        return Reply2(int(status), headers, hints=hints)

    def chunk(self) -> bytes | None:
        """The next piece of the body; empty is the end, None where the stream is cut."""
        while True:
            event = self._next()
            if isinstance(event, DataReceived):
                if event.data:
                    return event.data
            elif isinstance(event, TrailersReceived):
                self._trailers = _pairs(event.headers)
            else:
                assert isinstance(event, StreamEnded | StreamReset), event
                return b"" if isinstance(event, StreamEnded) else None

    def leave(self) -> None:
        """Takes back the request; the connection stays."""
        self._h2.reset_stream(self._stream, ErrorCodes.CANCEL)
        self._flush()

    def _next(self) -> Event:
        """The next event of this request."""
        while not self._events:
            self._read()
        return self._events.pop(0)

    def _read(self) -> None:
        data = self.socket.recv(65536)
        assert data, "the connection ended"
        for event in self._h2.receive_data(data):
            if isinstance(event, DataReceived):
                self._h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id or 0)
            if getattr(event, "stream_id", None) == self._stream and isinstance(event, _OURS):
                self._events.append(event)
        self._flush()

    def _flush(self) -> None:
        self.socket.sendall(self._h2.data_to_send())


_OURS = (
    DataReceived,
    InformationalResponseReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)


def _pairs(headers: object) -> Pairs:
    """With `header_encoding=None` they are bytes, which the package's types do not say."""
    assert isinstance(headers, list)
    return [(bytes(name), bytes(value)) for name, value in headers]


@contextmanager
def wired2(url: str) -> Iterator[Wire2]:
    """A connection to the server at `url`, which is known to speak HTTP/2 (RFC 9113 section 3.3)."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = socket.create_connection((parts.hostname, parts.port or 80), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire = Wire2(connection)
    try:
        yield wire
    finally:
        wire.close()
