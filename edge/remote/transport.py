"""The transport to one service, as httpx has transports."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress

import h11
import httpx

from edge.remote.connection import Connection, connect
from edge.remote.lookup import Endpoint, Lookup

__all__ = ["Transport"]

_PATIENCE = 0.25
"""Seconds for an address where there are more: as in RFC 8305 section 5."""


class Transport(httpx.AsyncBaseTransport):
    """Requests without a body, one at a time on each connection; connections are used again.

    It stands in for httpx's own, which loses places of its pool to calls that are cancelled: here there are no
    places to lose. A call has a connection of its own, and whatever ends it closes that or puts it back,
    without waiting. httpx's `AsyncClient` is not used either: it has a jar for cookies, redirects, proxies out
    of the environment, and writes addresses to the log, where the visitors' ids would be."""

    def __init__(self, lookup: Lookup, context: ssl.SSLContext | None, most_idle: int) -> None:
        self._lookup = lookup
        self._context = context
        self._most_idle = most_idle
        self._idle: list[Connection] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request, and returns when the head of the answer is here; `aclose` of the answer has to
        follow. Raises httpx.TransportError, and RemoteError where the service's address may not be used."""
        while (connection := self._reused()) is not None:
            try:
                return await self._exchange(connection, request)
            except _ClosedError:
                continue  # the service has closed it meanwhile, as it may between two requests
        connection = await self._connected(request.url.raw_host.decode("ascii"))
        try:
            return await self._exchange(connection, request)
        except _ClosedError as error:
            raise httpx.RemoteProtocolError("the service closed the connection without an answer") from error

    def _reused(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            connection.close()
        return None

    async def _connected(self, host: str) -> Connection:
        try:
            endpoints = await self._lookup.endpoints()
            return await _first(endpoints, self._context, host)
        except OSError as error:
            raise httpx.ConnectError(_why(error)) from error

    async def _exchange(self, connection: Connection, request: httpx.Request) -> httpx.Response:
        answer = _Answer(connection, self)
        try:
            head = await answer.begin(request)
        finally:
            if not answer.began:
                connection.close()
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=answer, request=request)

    def put_back(self, connection: Connection) -> None:
        """Keeps the connection for another request, or closes it."""
        if connection.renew() and len(self._idle) < self._most_idle:
            self._idle.append(connection)
        else:
            connection.close()

    async def aclose(self) -> None:
        """Closes the connections that are not in use."""
        while self._idle:
            self._idle.pop().close()


class _ClosedError(Exception):
    """The connection ended before the first byte of an answer."""


class _Answer(httpx.AsyncByteStream):
    """The answer to one request."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        self._transport = transport
        self.began = False

    async def begin(self, request: httpx.Request) -> h11.Response:
        """Sends the request; returns the head of its answer."""
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            await self._connection.send(head, h11.EndOfMessage())
            while not isinstance(event := await self._connection.next_event(), h11.Response):
                pass  # an informational one
        except (OSError, h11.RemoteProtocolError) as error:
            raise self._failure(error) from error
        self.began = True
        return event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while isinstance(event := await self._connection.next_event(), h11.Data):
                yield bytes(event.data)
        except (OSError, h11.RemoteProtocolError) as error:
            raise self._failure(error) from error

    async def aclose(self) -> None:
        self._transport.put_back(self._connection)

    def _failure(self, error: Exception) -> Exception:
        if not self._connection.heard:
            return _ClosedError()
        return (
            httpx.ReadError(_why(error)) if isinstance(error, OSError) else httpx.RemoteProtocolError(str(error))
        )


async def _first(endpoints: tuple[Endpoint, ...], context: ssl.SSLContext | None, host: str) -> Connection:
    """A connection to the first endpoint that takes one: a host may have addresses that lead nowhere from here."""
    *others, last = endpoints
    for endpoint in others:
        with suppress(OSError):
            async with asyncio.timeout(_PATIENCE):
                return await connect(endpoint, context, host)
    return await connect(last, context, host)


def _why(error: OSError) -> str:
    return error.strerror or str(error)
