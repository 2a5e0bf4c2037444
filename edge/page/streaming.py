"""A page that comes as it is made: its headers have left, its body is rewritten as far as it is certain.

What has come and not left is kept here as it came. Whatever fails, that is what leaves, and so does the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from edge.page.coding import PIECE, BadGzipError, Gunzip, Gzip
from edge.page.fallback import failed
from edge.page.faults import report, tally
from edge.page.flow import Flow
from edge.page.headers import trailers
from edge.page.reasons import Passed
from edge.page.setup import Setup
from edge.page.visit import Visit
from edge.types import Message, Send

__all__ = ["Streaming", "behind"]


def behind(setup: Setup, message: Message) -> Message:
    """A message behind the body of a page that may have been rewritten, true of what has left."""
    if message["type"] != "http.response.trailers":
        return message
    try:
        return {**message, "headers": trailers(message.get("headers", []))}
    except Exception as error:  # noqa: BLE001  none at all are true too
        report(setup, error)
        return {**message, "headers": []}


class Streaming:
    """The `send` of an app for the body of one streamed page. Each message is opened where it came gzipped, each
    piece of it rewritten by `flow`, and what comes out closed again where the page leaves gzipped."""

    __slots__ = ("_flow", "_gunzip", "_gzip", "_held", "_left", "_missing", "_over", "_send", "_setup", "_visit")

    def __init__(
        self,
        setup: Setup,
        visit: Visit,
        flow: Flow,
        send: Send,
        length: int | None,
        gunzip: Gunzip | None,
        gzip: Gzip | None,
    ) -> None:
        self._setup = setup
        self._visit = visit
        self._flow: Flow | None = flow
        self._send = send
        self._missing = length or 0
        """How much of what the app has announced is still to come."""
        self._gunzip = gunzip
        self._gzip = gzip
        self._held = bytearray()
        self._left = 0
        """How much of the page, decoded, has left: `_held` comes next."""
        self._over = False

    async def take(self, message: Message) -> None:
        if self._over:
            await self._send(behind(self._setup, message))
            return
        if message["type"] != "http.response.body":
            # Not a kind we know: whatever it is, it comes after the bytes before it.
            await self._flush("message")
            await self._send(message)
            return
        last, data = not message.get("more_body", False), bytes(message.get("body", b""))
        self._missing -= len(data)
        for piece in self._opened(data, last):
            await self._leave(await self._rewritten(piece, last=False), last=False)
            if self._gunzip is not None and len(piece) == PIECE:
                await asyncio.sleep(0)  # there may be thousands of them in a small message: others are served too
        if last and self._missing > 0:
            self._over = True
            await self._flush("length")  # and no more: the page stays as cut as it came
        elif last:
            self._over = True
            await self._leave(await self._rewritten(b"", last=True), last=True)

    @property
    def is_over(self) -> bool:
        return False

    async def finish(self) -> None:
        """The app has left: perhaps in the middle of its page."""
        if not self._over:
            await self._flush("unfinished")

    # Opening.

    def _opened(self, data: bytes, last: bool) -> Iterator[bytes]:
        """What `data` holds when decoded, in pieces. Raises BadGzipError: what the app sent cannot be shown to
        anybody, and the page stays cut."""
        if self._gunzip is None:
            yield data
            return
        spare, given = self._fork(), 0
        try:
            for piece in self._pieces(data, last):
                yield piece
                given += len(piece)
        except BadGzipError:
            self._pass("gzip")
            raise
        except Exception as error:  # once more, from where it was; what was given is not given again
            self._fail(error)
            if spare is None:
                raise
            self._gunzip = spare
            yield from _behind(given, self._pieces(data, last))

    def _fork(self) -> Gunzip | None:
        try:
            return None if self._gunzip is None else self._gunzip.fork()
        except Exception as error:  # noqa: BLE001  then there is no second try
            report(self._setup, error)
            return None

    def _pieces(self, data: bytes, last: bool) -> Iterator[bytes]:
        assert self._gunzip is not None
        yield from self._gunzip.feed(data)
        if last:
            yield self._gunzip.close()

    # Rewriting.

    async def _rewritten(self, piece: bytes, last: bool) -> bytes:
        """What can leave now that `piece` has come."""
        self._held += piece
        if self._flow is None:
            return self._rest()
        made: bytes | Passed
        try:
            excessive = self._gunzip is not None and self._gunzip.excessive
            made = "gzip" if excessive else await self._flow.rewrite(piece, last)
            taken = self._flow.taken
        except Exception as error:  # noqa: BLE001  what is held leaves as it came, and so will the rest
            self._fail(error)
            return self._rest()
        if isinstance(made, str):
            self._pass(made)
            return self._rest()
        del self._held[: taken - self._left]
        self._left = taken
        return made + self._end() if last else made

    def _end(self) -> bytes:
        try:
            return b"" if self._flow is None else self._flow.end()
        except Exception as error:  # noqa: BLE001  the page is complete without it
            self._fail(error)
            return b""

    def _rest(self) -> bytes:
        rest, self._held = bytes(self._held), bytearray()
        return rest

    def _fail(self, error: Exception) -> None:
        self._flow = None
        failed(self._setup, self._visit, error)

    def _pass(self, reason: Passed) -> None:
        if self._flow is not None:
            self._flow = None
            tally(self._setup, self._visit, "passed", reason)

    # Leaving.

    async def _flush(self, reason: Passed) -> None:
        """What is held leaves as it came, and the rest of the page will too."""
        self._pass(reason)
        await self._leave(self._rest(), last=False)

    async def _leave(self, data: bytes, last: bool) -> None:
        out = self._closed(data, last)
        if out or last:
            await self._send({"type": "http.response.body", "body": out, "more_body": not last})

    def _closed(self, data: bytes, last: bool) -> bytes:
        if self._gzip is None:
            return data
        try:
            return self._gzip.close(data) if last else self._gzip.feed(data)
        except Exception as error:  # noqa: BLE001  the stream goes on, uncompressed
            self._fail(error)
            return self._gzip.store(data, last=last)


def _behind(count: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces without the first `count` bytes."""
    for piece in pieces:
        if count < len(piece):
            yield piece[count:]
        count = max(0, count - len(piece))
