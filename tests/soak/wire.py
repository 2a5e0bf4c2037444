"""HTTP/1.1 as the soak's clients speak it: on bare streams, so that they can be as odd as they like."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["BrokenError", "Connection", "Reply", "request"]

PATIENCE = 60.0  # seconds for anything; only ever spent when something is broken, or the machine very busy


class BrokenError(Exception):
    """The other side does not keep to the protocol, or does not answer."""


@dataclass
class Reply:
    """A response. `whole` is False where the connection ended before the body did."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    whole: bool = True

    def get(self, name: str) -> str:
        """The values of a header, joined; empty where there is none."""
        return ", ".join(value for key, value in self.headers if key == name)


class Connection:
    """One connection to the server, which a client may leave as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, buffer: int = 0) -> Connection:
        """`buffer` makes the client's window so many bytes: a slow reader is then felt by the server."""
        connection = socket.socket()
        connection.setblocking(False)
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        except BaseException:
            connection.close()
            raise
        return cls(*await asyncio.open_connection(sock=connection, limit=65536))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    async def leave(self, rudely: bool = False) -> None:
        """Closes; rudely with a reset, so that the server's next write fails."""
        if rudely:
            linger = struct.pack("ii", 1, 0)
            with suppress(OSError):
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._writer.wait_closed()

    async def read(self, most: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read(most)

    async def exactly(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self._reader.readexactly(count)

    async def reply(self, method: str = "GET", pause: float = 0, begun: bytes = b"") -> Reply:
        """The next response, to the end that its own headers say (RFC 9112 section 6.3). With `pause`, so many
        seconds go by between one piece of a body and the next. `begun` are bytes of it that were read before."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._reply(method, pause, begun)
        except TimeoutError:
            raise BrokenError("no answer in time") from None

    async def _reply(self, method: str, pause: float, begun: bytes) -> Reply:
        status = begun + await self._reader.readline()
        if not status:
            raise BrokenError("the connection ended before the response")
        fields = status.split(b" ", 2)
        if fields[0] != b"HTTP/1.1" or not fields[1].isdigit():
            raise BrokenError(f"no status line: {status[:99]!r}")
        reply = Reply(int(fields[1]), [])
        while (line := await self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            reply.headers.append((name.decode().lower(), value.strip().decode("latin-1")))
        if reply.status == 101 or method == "HEAD" or reply.status in (204, 304):
            return reply
        await self._body(reply, pause)
        return reply

    async def _body(self, reply: Reply, pause: float) -> None:
        length = reply.get("content-length")
        pieces: list[bytes] = []
        if reply.get("transfer-encoding") == "chunked":
            if length:
                raise BrokenError("both a length and chunks")
            reply.whole = await self._chunks(pieces, pause)
        else:
            left = int(length) if length else 1 << 40
            while left and (data := await self._reader.read(min(left, 1 << 16))):
                left -= len(data)
                pieces.append(data)
                await asyncio.sleep(pause)
            reply.whole = not length or not left
        reply.body = b"".join(pieces)

    async def _chunks(self, pieces: list[bytes], pause: float) -> bool:
        """Whether the last chunk came."""
        while size := (await self._reader.readline()).strip():
            count = int(size, 16)
            try:
                data = await self._reader.readexactly(count + 2)
            except asyncio.IncompleteReadError as error:
                pieces.append(error.partial[:count])
                return False
            if data[-2:] != b"\r\n":
                raise BrokenError("a chunk is longer than it says")
            if not count:
                return True
            pieces.append(data[:-2])
            if pause:
                await asyncio.sleep(pause)
        return False


def request(target: str, headers: Mapping[str, str], method: str = "GET") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"
