"""Every answer has a date (RFC 9110 section 6.6.1): the origin's, or ours."""

from __future__ import annotations

import time
from email.utils import formatdate

from edge.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Dated"]


class Dated:
    """uvicorn would add one beside the origin's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._second = 0
        self._date = (b"date", b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                if not any(name == b"date" for name, _ in headers):
                    message = {**message, "headers": [*headers, self._now()]}
            await send(message)

        await self.app(scope, receive, dated)

    def _now(self) -> tuple[bytes, bytes]:
        second = int(time.time())
        if second != self._second:
            self._second, self._date = second, (b"date", formatdate(second, usegmt=True).encode("ascii"))
        return self._date
