"""One connection to an origin: HTTP/1.1, one exchange at a time (RFC 9112).

idle ──ask──► busy ──the whole answer, the whole request──► idle
 │              └──anything else──► closed
 └──any byte, or the end──► closed
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

import httptools
import httpx

from edge.serve.exchange import Exchange
from edge.types import Headers

__all__ = ["Connection"]

_FULL = 64 * 1024
"""Bytes of an answer that wait to be taken at which reading pauses."""

_HEAD = 64 * 1024
"""Bytes without any of a body in them: heads, 1xx answers, chunk extensions, trailers."""

_INFORMATIONAL = range(100, 200)
_BODILESS = (204, 304)
_CONTINUE = 100
_SWITCHING = 101


class Connection(asyncio.Protocol):
    """`freed` is called when an exchange is over and another may follow, `lost` once when the socket is gone."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        freed: Callable[[Connection], None],
        lost: Callable[[Connection], None],
    ) -> None:
        self.loop = loop
        self._freed = freed
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._exchange: Exchange | None = None
        self._headers: Headers = []
        self._informational = False
        self._whole = False  # the answer has come to its end
        self._keep = False  # and another may follow
        self._to_end = False  # the answer ends where the connection does
        self._ended = False  # the origin said that it sends no more
        self._without_body = 0
        self._moved = False
        self._writable: asyncio.Future[None] | None = None
        self._raw: Callable[[bytes], None] | None = None
        self._raw_end: Callable[[], None] | None = None
        self._waiting: list[bytes] = []  # came behind a 101, before anyone listens
        self.used = False  # there has been an exchange before
        self.idle_since = 0.0

    @property
    def usable(self) -> bool:
        transport = self._transport
        return self._exchange is None and transport is not None and not transport.is_closing()

    @property
    def quiet(self) -> bool:
        """Whether nothing has come behind the last answer, not even what waits unread while the loop is busy with
        others: what is read once a request is out passes for its answer."""
        transport = self._transport
        connection = None if transport is None else transport.get_extra_info("socket")
        if connection is None:
            return True
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        return not waiting.poll(0)

    # What is asked of it

    def begin(self, head: bytes, exchange: Exchange) -> None:
        """Sends a request's head; `exchange` gets the answer."""
        assert self._transport is not None
        self._exchange = exchange
        self._without_body = 0
        self._whole = self._keep = self._to_end = False
        self._transport.write(head)

    async def write(self, data: bytes, seconds: float) -> None:
        """Sends some of a request's body, and waits until the origin takes more, no longer than so many seconds.
        Raises httpx.WriteError or WriteTimeout."""
        if not self.send(data):
            raise httpx.WriteError("the origin closed the connection")
        await self.drained(seconds)

    def send(self, data: bytes) -> bool:
        """Sends as soon as the origin takes it. False: the connection is closed."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(data)
        return True

    async def drained(self, seconds: float) -> None:
        """Waits until the origin takes more. Raises as `write` does."""
        if self._writable is None:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._writable
        except TimeoutError:
            raise httpx.WriteTimeout("the origin takes no more of the request") from None

    def sent(self, exchange: Exchange) -> None:
        """The request is written to its end."""
        exchange.sent = True
        if self._exchange is exchange and self._whole:
            self._next(exchange)

    def abandon(self, exchange: Exchange, error: Exception | None = None) -> None:
        """Gives up an exchange that is not over, with the connection."""
        if self._exchange is exchange:
            self.close()
            self._end(exchange, error or httpx.ReadError("the exchange was given up"))

    def close(self) -> None:
        """At once, whatever is unsent."""
        if self._transport is not None:
            self._transport.abort()

    def hang_up(self) -> None:
        """Behind what is unsent."""
        if self._transport is not None:
            self._transport.close()

    def switch(self, data: Callable[[bytes], None], end: Callable[[], None]) -> None:
        """Behind a 101: bytes go to `data` from now on, and the end of the connection to `end`."""
        self._raw, self._raw_end = data, end
        waiting, self._waiting = self._waiting, []
        for piece in waiting:
            data(piece)
        if self._transport is None:
            end()

    def pause(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def unpause(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            # A websocket may be silent for hours: without this, nobody would learn that its host is gone.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        if self._raw is not None:
            self._raw(data)
            return
        exchange = self._exchange
        if exchange is None:
            self.close()  # nobody asked: it could be taken for the next answer
            return
        if exchange.status == _SWITCHING:
            self._waiting.append(data)
            return
        exchange.begun = True
        self._moved = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._waiting.append(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError as error:
            if not self._whole:
                self.abandon(exchange, httpx.RemoteProtocolError(f"the origin does not speak HTTP: {error}"))
                return
            self._keep = False  # behind the answer there is something else
        self._without_body = 0 if self._moved else self._without_body + len(data)
        if self._whole:
            self._next(exchange)
        elif self._without_body > _HEAD:
            self.abandon(exchange, httpx.RemoteProtocolError("the origin's headers do not end"))
        elif exchange.size > _FULL and exchange.resume is None:
            exchange.resume = self._resume
            self.pause()

    def eof_received(self) -> None:
        """Over TLS, uvloop calls this behind the origin's closure alert only: without that, somebody on the way
        may have cut the connection (RFC 9112 section 9.8). asyncio's own loop calls it in any case."""
        self._ended = True

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._writable is not None and not self._writable.done():
            self._writable.set_exception(httpx.WriteError("the origin closed the connection"))
            self._writable.exception()
        exchange = self._exchange
        if exchange is not None and exchange.status != _SWITCHING:
            whole = self._to_end and self._ended and error is None
            self._end(exchange, None if whole else httpx.ReadError("the origin cut its answer"))
        if self._raw_end is not None:
            self._raw_end()
        self._lost(self)

    def pause_writing(self) -> None:
        self._writable = self.loop.create_future()

    def resume_writing(self) -> None:
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    # What httptools calls

    def on_message_begin(self) -> None:
        self._headers = []
        if self._whole:
            self._keep = False  # an answer that nobody asked for

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._whole:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        exchange = self._exchange
        if self._whole or exchange is None:
            return
        status = self._parser.get_status_code()
        self._informational = status in _INFORMATIONAL and status != _SWITCHING
        if self._informational:
            if exchange.proceed is not None and not exchange.proceed.done() and status == _CONTINUE:
                exchange.proceed.set_result(None)
            return
        self._keep = self._parser.should_keep_alive()
        self._moved = True
        headers, self._headers = self._headers, []  # what comes into these are trailers, which nobody takes
        exchange.head(status, headers)
        if (exchange.method == "HEAD" or status in _BODILESS) and _speaks_of_a_body(headers):
            # Some origins send it all the same: behind the next request, it would be taken for that one's answer.
            self._keep = False
        if exchange.method == "HEAD" and status != _SWITCHING:
            self._whole = True
            # The parser expects the body that the headers speak of.
            self._parser = httptools.HttpResponseParser(self)
        else:
            self._to_end = not self._keep and not _framed(headers)

    def on_body(self, data: bytes) -> None:
        if self._whole or self._exchange is None:
            self._keep = False  # more than was to come
            return
        self._moved = True
        self._exchange.piece(data)

    def on_message_complete(self) -> None:
        if not self._informational:
            self._whole = True

    # Ends

    def _next(self, exchange: Exchange) -> None:
        """The answer is whole. The connection is free again if the request is written and both sides say so."""
        if not exchange.sent:
            exchange.end()
            return
        self._exchange = None
        exchange.end()
        self.used = True
        if self._keep and self.usable:
            self._freed(self)
        else:
            self.close()

    def _end(self, exchange: Exchange, error: Exception | None) -> None:
        self._exchange = None
        exchange.end(error)

    def _resume(self) -> None:
        if self._exchange is not None:
            self._exchange.resume = None
        self.unpause()


def _speaks_of_a_body(headers: Headers) -> bool:
    for name, value in headers:
        small = name.lower()
        if small == b"transfer-encoding" or (small == b"content-length" and value.strip(b"0")):
            return True
    return False


def _framed(headers: Headers) -> bool:
    """Whether an answer says where it ends (RFC 9112 section 6.3)."""
    for name, value in headers:
        small = name.lower()
        if small == b"content-length" or (small == b"transfer-encoding" and value.lower().endswith(b"chunked")):
            return True
    return False
