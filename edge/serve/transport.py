"""The engine below httpx: HTTP/1.1 to one origin, over asyncio and httptools.

httpx's own engine leaks pool slots when calls are cancelled, and takes many times as long. aiohttp leaks none, but
its requests are text: headers and targets leave as UTF-8, so that other bytes cannot pass, and a "?" with nothing
behind it is lost. `python -m tests.bench.origin` measures them side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import httpx

from edge.serve.connection import Connection
from edge.serve.exchange import Exchange
from edge.serve.framing import Outgoing, outgoing
from edge.serve.pool import Connect, Pool

__all__ = ["Answer", "Timeouts", "Transport"]

_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"))  # RFC 9110 section 9.2.2
_PATIENCE = 1.0
"""Seconds for which a 100 is waited for, at most: some origins never send one."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect; to wait for a free connection; from the end of a request to the beginning of its
    answer; from one piece of a body to the next; and how long a connection is kept that nothing happens on.

    The last is less than the five after which Node, Apache and uvicorn close theirs, so that few requests meet a
    connection that is just being closed.
    """

    connect: float = 5
    pool: float = 5
    first_byte: float = 60
    idle: float = 60
    keep: float = 4


class Transport(httpx.AsyncBaseTransport):
    """Sends requests as they are: the bytes of `extensions["target"]`, the headers in their order, the body framed
    as they say. Nothing is added, decoded, followed or kept. Where to is said by `connect`, not by the URL.

    A request that meets a kept connection just as the origin closes it is sent once more, on a fresh one, where
    that is safe: an idempotent method, no body, nothing come back. Raises the errors of httpx.
    """

    def __init__(self, connect: Connect, timeouts: Timeouts | None = None, slots: int = 100) -> None:
        self.timeouts = timeouts or Timeouts()
        self.pool = Pool(connect, slots, self.timeouts.pool, self.timeouts.keep)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sending = outgoing(request)
        connection = await self.pool.take()
        exchange = Exchange(connection.loop, request.method, expects=sending.expects, sent=not sending.body)
        try:
            await self._ask(connection, exchange, request, sending)
        except httpx.ReadError:
            if exchange.begun or sending.body or not connection.used or request.method not in _IDEMPOTENT:
                raise
            connection = await self.pool.take(fresh=True)
            exchange = Exchange(connection.loop, request.method, expects=False, sent=True)
            await self._ask(connection, exchange, request, sending)
        answer = Answer(connection, exchange, self.timeouts.idle)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=answer)

    async def switch(self, request: httpx.Request) -> tuple[httpx.Response, Connection]:
        """Asks for another protocol (101), on a connection of its own that takes no slot and is to be closed."""
        sending = outgoing(request)
        loop = asyncio.get_running_loop()
        connection = await self.pool.connect(loop, lambda: Connection(loop, Connection.close, lambda _: None))
        exchange = Exchange(loop, request.method, expects=False, sent=True)
        await self._ask(connection, exchange, request, sending)
        answer = Answer(connection, exchange, self.timeouts.idle)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=answer), connection

    async def aclose(self) -> None:
        self.pool.close()

    async def _ask(
        self, connection: Connection, exchange: Exchange, request: httpx.Request, sending: Outgoing
    ) -> None:
        """Returns when the head of the answer has come."""
        connection.begin(sending.head, exchange)
        if sending.body:
            exchange.upload = connection.loop.create_task(self._upload(connection, exchange, request, sending))
        else:
            self._start_waiting(connection, exchange)
        answered = False
        try:
            await exchange.answered
            answered = True
        finally:
            if exchange.late is not None:
                exchange.late.cancel()
            if not answered:
                _give_up(connection, exchange)

    def _start_waiting(self, connection: Connection, exchange: Exchange) -> None:
        late = httpx.ReadTimeout("the origin does not answer")
        exchange.late = connection.loop.call_later(self.timeouts.first_byte, connection.abandon, exchange, late)

    async def _upload(
        self, connection: Connection, exchange: Exchange, request: httpx.Request, sending: Outgoing
    ) -> None:
        """Sends the body, while the answer may already be coming."""
        whole = False
        try:
            if await _is_wanted(exchange):
                await self._send(connection, request, sending.length)
                connection.sent(exchange)
                if not exchange.answered.done():
                    self._start_waiting(connection, exchange)
            whole = True
        except httpx.WriteError:
            whole = True  # the end of the connection ends the exchange too, behind what came back last
        except httpx.TransportError as error:
            connection.abandon(exchange, error)
        finally:
            if not whole:
                connection.abandon(exchange)

    async def _send(self, connection: Connection, request: httpx.Request, length: int | None) -> None:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        left = length or 0
        idle = self.timeouts.idle
        pieces = aiter(request.stream)
        try:
            async for data in pieces:
                if length is None:
                    if data:
                        await connection.write(b"%x\r\n%b\r\n" % (len(data), data), idle)
                    continue
                left -= len(data)
                if left < 0:
                    raise httpx.LocalProtocolError("the body is longer than it says")
                await connection.write(data, idle)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()
        if length is None:
            await connection.write(b"0\r\n\r\n", idle)
        elif left:
            raise httpx.LocalProtocolError("the body is shorter than it says")


class Answer(httpx.AsyncByteStream):
    """The body of an answer. `complete`: all of it has come and been read."""

    def __init__(self, connection: Connection, exchange: Exchange, idle: float) -> None:
        self._connection = connection
        self._exchange = exchange
        self._idle = idle

    @property
    def complete(self) -> bool:
        exchange = self._exchange
        return exchange.ended and exchange.error is None and not exchange.pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self  # no generator: those that are not read to their end cost a task each

    async def __anext__(self) -> bytes:
        exchange = self._exchange
        while True:
            data = exchange.take()
            if data:
                return data
            if exchange.error is not None:
                raise exchange.error
            if exchange.ended:
                raise StopAsyncIteration
            await exchange.more(self._idle)

    async def aclose(self) -> None:
        _give_up(self._connection, self._exchange)


async def _is_wanted(exchange: Exchange) -> bool:
    """Whether the origin wants the body, where the request asks for that first."""
    if exchange.proceed is None:
        return True
    try:
        async with asyncio.timeout(_PATIENCE):
            await exchange.proceed
    except TimeoutError:
        return True
    return not exchange.answered.done()


def _give_up(connection: Connection, exchange: Exchange) -> None:
    """Ends what is not over; does nothing where all is."""
    if exchange.upload is not None:
        exchange.upload.cancel()
    connection.abandon(exchange)
