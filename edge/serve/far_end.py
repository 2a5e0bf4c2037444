"""The origin's end of a websocket, in whole messages (RFC 6455)."""

from __future__ import annotations

import asyncio
from collections import deque

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from edge.serve.connection import Connection

__all__ = ["FarEnd"]

_LARGEST = 16 * 1024 * 1024
"""Bytes of a message: what uvicorn takes from clients, too."""

_NO_CODE = 1005
_LOST = 1006
_BAD_TEXT = 1007


class FarEnd:
    """Takes over a connection behind its 101. Pings are answered, and the connection is read no faster than
    messages are taken."""

    def __init__(self, connection: Connection, idle: float) -> None:
        self._connection = connection
        self._idle = idle
        self._protocol = Protocol(Side.CLIENT, max_size=_LARGEST)
        self._frames: deque[Frame] = deque()
        self._parts: list[bytes] = []
        self._is_text = False
        self._arrived = asyncio.Event()
        self._ended = False
        connection.switch(self._data, self._end)

    @property
    def close_code(self) -> int:
        """Why it ended: the origin's code, or ours where the origin broke the rules; 1005 where there is none,
        1006 where the connection was lost."""
        received, sent = self._protocol.close_rcvd, self._protocol.close_sent
        closing = received or sent
        return closing.code if closing else _LOST

    @property
    def close_reason(self) -> str:
        closing = self._protocol.close_rcvd or self._protocol.close_sent
        return closing.reason if closing else ""

    async def message(self) -> str | bytes | None:
        """The next message; None when there will be none. Raises nothing."""
        while True:
            while self._frames:
                message = self._assemble(self._frames.popleft())
                if message is not None:
                    return message
            if self._ended or self._protocol.close_rcvd or self._protocol.close_sent:
                return None
            self._arrived.clear()
            self._connection.unpause()
            await self._arrived.wait()

    async def send(self, message: str | bytes) -> None:
        """Raises httpx.TransportError where the origin takes no more."""
        if self._ended or self._protocol.close_rcvd:
            return
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()
        await self._connection.drained(self._idle)

    def close(self, code: int = _NO_CODE, reason: str = "") -> None:
        """Tells the origin why, unless the client was lost too, and ends the connection."""
        if code == _LOST:
            self._connection.close()
            return
        if not self._ended and not self._protocol.close_sent:
            if code == _NO_CODE:
                self._protocol.send_close()
            else:
                self._protocol.send_close(code, reason)
            self._flush()
        self._connection.hang_up()

    def _data(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._flush()
        self._frames += [event for event in self._protocol.events_received() if isinstance(event, Frame)]
        if self._frames or self._protocol.close_sent:
            self._connection.pause()
            self._arrived.set()

    def _end(self) -> None:
        self._protocol.receive_eof()
        self._ended = True
        self._arrived.set()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:  # else it says that the connection is to be half closed: `close` ends it
                self._connection.send(data)

    def _assemble(self, frame: Frame) -> str | bytes | None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._is_text = frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return None  # pings, pongs and closes: the protocol has dealt with them
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return None
        data = b"".join(self._parts)
        self._parts.clear()
        if not self._is_text:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError:
            self._protocol.fail(_BAD_TEXT)
            self._flush()
            self._frames.clear()
            return None
