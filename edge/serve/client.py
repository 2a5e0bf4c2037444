"""The client's side of a request: its body as it comes, and whether it is still there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType

import httpx

from edge.types import Receive

__all__ = ["ClientBody", "ClientGoneError", "ClientWatch"]

_LOOK_AFTER = 1.0
"""Seconds after which it is asked whether the client is still there: quick answers pay nothing for that."""


class ClientGoneError(httpx.TransportError):
    """The client left before its request was whole."""


class ClientBody(httpx.AsyncByteStream):
    """A request's body, from ASGI."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._whole = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._whole:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError("the client left")
            self._whole = not message.get("more_body", False)
            body: bytes = message.get("body", b"")
            if body:
                return body
        raise StopAsyncIteration

    @property
    def whole(self) -> bool:
        return self._whole


class ClientWatch:
    """Ends what runs inside when the client is gone: `async with ClientWatch(receive, body)`.

    While the body is coming, whoever reads it learns the same.
    """

    def __init__(self, receive: Receive, body: ClientBody | None) -> None:
        self._receive = receive
        self._body = body
        self._inside = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.gone = False

    async def __aenter__(self) -> ClientWatch:
        await self._inside.__aenter__()
        self._later()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        try:
            await self._inside.__aexit__(kind, error, trace)
        except TimeoutError:
            return True
        return False

    def _later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK_AFTER, self._start)

    def _start(self) -> None:
        if self._body is not None and not self._body.whole:
            self._later()
        else:
            self._task = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self._inside.reschedule(asyncio.get_running_loop().time())
