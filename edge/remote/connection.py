"""One connection to the service: a socket, TLS where it is asked for, and HTTP/1.1 (h11) on top."""

from __future__ import annotations

import asyncio
import socket
import ssl
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

import h11

from edge.remote.lookup import Endpoint

__all__ = ["Connection", "connect"]

_Result = TypeVar("_Result")

_PIECE = 65_536


class Connection:
    """Belongs to no event loop: any of them can use it, one at a time, and `close` needs none. Whoever is
    cancelled in the middle of a call has only to close it: nothing else is held.

    Raises OSError for what becomes of the socket, h11.RemoteProtocolError for an answer that is no HTTP.
    """

    def __init__(self, sock: socket.socket, tls: _Tls | None) -> None:
        self._sock = sock
        self._tls = tls
        self._http = h11.Connection(h11.CLIENT)
        self.heard = False
        """Whether anything came of the answer under way."""
        self.close = weakref.finalize(self, sock.close)  # also where nobody is left to call it

    async def handshake(self) -> None:
        if self._tls is not None:
            await self._encrypted(self._tls.object.do_handshake)

    async def send(self, *events: h11.Event) -> None:
        """Sends the events of a request."""
        self.heard = False
        data = b"".join(self._http.send(event) or b"" for event in events)
        if self._tls is None:
            await asyncio.get_running_loop().sock_sendall(self._sock, data)
        else:
            await self._encrypted(self._tls.object.write, data)

    async def next_event(self) -> Any:
        """The next event of the answer."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._received()
            self.heard = self.heard or bool(data)
            self._http.receive_data(data)
        return event

    def renew(self) -> bool:
        """Makes ready for another request where the answer is complete and both sides agree; else False."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return self._http.trailing_data == (b"", False)

    @property
    def is_open(self) -> bool:
        """Whether it still stands while it is idle. Bytes that nobody has asked for say no, as an end does."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    async def _received(self) -> bytes:
        if self._tls is not None:
            return await self._encrypted(self._tls.read)
        return await asyncio.get_running_loop().sock_recv(self._sock, _PIECE)

    async def _encrypted(self, operation: Callable[..., _Result], *arguments: Any) -> _Result:
        """Runs an operation of TLS, with all that it has to send and receive meanwhile."""
        assert self._tls is not None
        loop = asyncio.get_running_loop()
        while True:
            try:
                result = operation(*arguments)
            except ssl.SSLWantReadError:
                await self._flush()
                data = await loop.sock_recv(self._sock, _PIECE)
                if data:
                    self._tls.incoming.write(data)
                else:
                    self._tls.incoming.write_eof()
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        assert self._tls is not None
        if self._tls.outgoing.pending:
            await asyncio.get_running_loop().sock_sendall(self._sock, self._tls.outgoing.read())


class _Tls:
    """TLS without a socket (`ssl.MemoryBIO`)."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.incoming, self.outgoing, server_hostname=host)

    def read(self) -> bytes:
        try:
            return self.object.read(_PIECE)
        except ssl.SSLZeroReturnError:  # the service has closed its side, as TLS has it
            return b""


async def connect(endpoint: Endpoint, context: ssl.SSLContext | None, host: str) -> Connection:
    """A connection to the endpoint. With `context`, whoever answers there has to prove that it is `host`."""
    family, address = endpoint
    with ExitStack() as undo:
        sock = socket.socket(family, socket.SOCK_STREAM)
        undo.callback(sock.close)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, address)
        connection = Connection(sock, None if context is None else _Tls(context, host))
        await connection.handshake()
        undo.pop_all()
        return connection
