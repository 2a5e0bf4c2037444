"""Visitors who come without end, on connections that they keep and on new ones, and who notice every answer that
is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from urllib.parse import urlsplit

__all__ = ["Crowd", "crowd"]

_REQUEST = b"GET /%b HTTP/1.1\r\nHost: shop.example\r\n%b\r\n"


@dataclass
class Crowd:
    """What they saw: answers, by whether they came over a kept connection; and what went wrong. `lost` has to stay
    empty: a request that was sent, and whose answer did not come whole."""

    kept: int = 0
    fresh: int = 0
    closed: int = 0
    lost: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    warm: threading.Event = field(default_factory=threading.Event)
    over: bool = False

    @property
    def answers(self) -> int:
        return self.kept + self.fresh


class _Visitor:
    def __init__(self, crowd: Crowd, url: str, context: SSLContext | None, *, keeps: bool) -> None:
        parts = urlsplit(url)
        self.crowd, self.host, self.port, self.keeps = crowd, parts.hostname, parts.port, keeps
        self.context = context

    async def come(self) -> None:
        while not self.crowd.over:
            try:
                reader, writer = await asyncio.open_connection(
                    self.host, self.port, ssl=self.context, server_hostname="localhost" if self.context else None
                )
            except OSError as error:
                self.crowd.lost.append(f"no connection: {error!r}")
                await asyncio.sleep(0.01)
                continue
            try:
                await self.stay(reader, writer)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    async def stay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = 0
        while not self.crowd.over:
            if asked and reader.at_eof():  # it ended between two requests
                return
            close = b"" if self.keeps else b"Connection: close\r\n"
            try:
                writer.write(_REQUEST % (b"%d" % asked, close))
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.crowd.lost.append(f"after {asked} answers: {error!r}")
                return
            asked += 1
            self.count(int(head.split(b" ")[1]), first=asked == 1)
            if b"\r\nconnection: close" in head.lower():
                self.crowd.closed += 1
                return

    def count(self, status: int, *, first: bool) -> None:
        crowd = self.crowd
        crowd.statuses[status] = crowd.statuses.get(status, 0) + 1
        if first:
            crowd.fresh += 1
        else:
            crowd.kept += 1
        if crowd.answers >= 100:
            crowd.warm.set()


@contextmanager
def crowd(url: str, visitors: int = 12, context: SSLContext | None = None) -> Iterator[Crowd]:
    """Two thirds of them keep their connections. Begins when they have had their first hundred answers."""
    found = Crowd()

    async def all_of_them() -> None:
        await asyncio.gather(
            *(_Visitor(found, url, context, keeps=bool(number % 3)).come() for number in range(visitors))
        )

    thread = threading.Thread(target=asyncio.run, args=(all_of_them(),), daemon=True)
    thread.start()
    assert found.warm.wait(30)
    try:
        yield found
    finally:
        found.over = True
        thread.join(30)
