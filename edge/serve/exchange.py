"""One request to an origin and its answer, as it comes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import httpx

from edge.types import Headers

__all__ = ["Exchange"]

Error = Callable[[str], Exception]


class Exchange:
    """What is known of an answer. Its connection fills it; who asked empties it.

    `answered` is done when the answer's head has come, `proceed` when that or a 100 has. `ended`: nothing more
    will come, because all has, or because of `error`.
    """

    __slots__ = (
        "answered", "begun", "ended", "error", "headers", "late", "method", "piece_waiter", "pieces", "proceed",
        "resume", "sent", "size", "status", "upload",
    )  # fmt: skip

    def __init__(self, loop: asyncio.AbstractEventLoop, method: str, *, expects: bool, sent: bool) -> None:
        self.method = method
        self.answered: asyncio.Future[None] = loop.create_future()
        self.proceed: asyncio.Future[None] | None = loop.create_future() if expects else None
        self.begun = False  # a byte has come back
        self.sent = sent  # the request is written to its end
        self.ended = False
        self.error: Exception | None = None
        self.status = 0
        self.headers: Headers = []
        self.pieces: deque[bytes] = deque()
        self.size = 0  # of the pieces
        self.piece_waiter: asyncio.Future[None] | None = None
        self.resume: Callable[[], None] | None = None  # set while the connection is not read
        self.upload: asyncio.Task[None] | None = None
        self.late: asyncio.TimerHandle | None = None

    # The connection's side

    def head(self, status: int, headers: Headers) -> None:
        self.status = status
        self.headers = headers
        _wake(self.proceed)
        _wake(self.answered)

    def piece(self, data: bytes) -> None:
        self.pieces.append(data)
        self.size += len(data)
        _wake(self.piece_waiter)

    def end(self, error: Exception | None = None) -> None:
        if self.ended:
            return
        self.ended = True
        self.error = error
        if error is not None and not self.answered.done():
            self.answered.set_exception(error)
            self.answered.exception()  # whoever asked may be gone: nothing to warn of
        _wake(self.proceed)
        _wake(self.piece_waiter)

    # The side of who asked

    def take(self) -> bytes:
        """All that has come since the last time."""
        pieces = self.pieces
        if not pieces:
            return b""
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.size = 0
        if self.resume is not None:
            self.resume()
        return data

    async def more(self, seconds: float) -> None:
        """Waits for a piece or the end, no longer than so many seconds. Raises httpx.ReadTimeout."""
        if self.pieces or self.ended:
            return
        loop = asyncio.get_running_loop()
        self.piece_waiter = loop.create_future()
        late = loop.call_later(seconds, self.end, httpx.ReadTimeout("the origin stopped in its answer"))
        try:
            await self.piece_waiter
        finally:
            late.cancel()
            self.piece_waiter = None


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
