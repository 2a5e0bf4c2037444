"""The service that knows of visitors what the site does not, in all its moods, as a process of its own:

    python -m tests.soak.service PORT SEED

It speaks HTTP by hand: no server would be as rude. An answer is a visitor's own, always the same, or none.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from random import Random

__all__ = ["member_of"]

_MOODS = ("slow", "hanging", "dripping", "huge", "garbage", "failing", "resetting", "away")
"""Besides "up". A bad one is mostly over before Edge leaves the service alone for half a minute and more."""


def member_of(visitor_id: str) -> tuple[bool, str]:
    """Whether the service says that the visitor is in the club, and the name by which it knows them."""
    digest = hashlib.sha256(f"member {visitor_id}".encode()).hexdigest()
    return digest[0] in "0123456789", digest[:12]


class Service:
    """Answers `GET /visitors/ID`, as its mood of the moment lets it."""

    def __init__(self, port: int, random: Random) -> None:
        self._port = port
        self._random = random
        self._mood = "up"
        self._open: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        """Serves for ever, and changes its mood every few seconds."""
        while True:
            server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            while self._mood != "away":
                self._mood = "up"
                await asyncio.sleep(self._random.uniform(3, 12))
                self._mood = self._random.choice(_MOODS)
                if self._mood != "away":
                    await asyncio.sleep(self._random.choice((0.3, 0.3, 1, 5)))
            server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await asyncio.sleep(self._random.choice((0.3, 0.3, 1, 5)))
            self._mood = "up"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                await self._answer(line.split()[1].decode().rpartition("/")[2], writer)
        except (OSError, ValueError, IndexError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, visitor: str, writer: asyncio.StreamWriter) -> None:
        club, name = member_of(visitor)
        body = json.dumps({"segments": ["club"] if club else ["others"], "traits": {"member": name}}).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        match self._mood:
            case "slow":
                await asyncio.sleep(self._random.uniform(0.03, 0.4))
            case "hanging":
                await asyncio.sleep(30)
            case "failing":
                writer.write(b"HTTP/1.1 503 Gone for lunch\r\nContent-Length: 0\r\n\r\n")
                return
            case "resetting":
                writer.transport.abort()
                return
            case "garbage":
                body = self._random.choice((b"[]", b"{", b"\xff\xfe", b'{"segments": 7, "traits": []}', b"null"))
            case "huge":
                body = b'{"segments": ["' + b"x" * 10_000_000 + b'"]}'
            case "dripping":
                writer.write(head % len(body))
                for at in range(len(body)):
                    writer.write(body[at : at + 1])
                    await writer.drain()
                    await asyncio.sleep(0.1)
                return
        writer.write(head % len(body) + body)
        await writer.drain()


if __name__ == "__main__":
    asyncio.run(Service(int(sys.argv[1]), Random(f"{sys.argv[2]} service")).run())
