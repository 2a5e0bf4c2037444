"""Whether Edge lives, and whether it is worth sending visitors to: for what stands in front, or restarts it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from edge.types import ASGIApp, Receive, Scope, Send

__all__ = ["Health"]


class Health:
    """Answers `livez` and `readyz` below `prefix`; all else is the app's affair.

    `livez` is 200 as long as the process answers. `readyz` is 503 once it is `stopping`, and while none of the
    sites behind answers, as `answering` says: one of several is enough, for its visitors are served. Where
    `keeps` says that there is a page cache, none need answer: what is kept is better than no Edge at all.
    """

    def __init__(
        self,
        app: ASGIApp,
        prefix: Callable[[], str],
        stopping: Callable[[], bool],
        answering: Callable[[], Awaitable[Sequence[bool]]],
        keeps: Callable[[], bool],
    ) -> None:
        self.app = app
        self._prefix = prefix
        self._stopping = stopping
        self._answering = answering
        self._keeps = keeps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(("/livez", "/readyz")):
            await self.app(scope, receive, send)
            return
        prefix = self._prefix()
        if scope["path"] == f"{prefix}/livez":
            await _tell(200, "alive", send)
        elif scope["path"] == f"{prefix}/readyz":
            await _tell(*await self._ready(), send)
        else:
            await self.app(scope, receive, send)

    async def _ready(self) -> tuple[int, str]:
        if self._stopping():
            return 503, "stopping"
        found = await self._answering()
        if all(found):
            return 200, "ready"
        down = f"{found.count(False)} of {len(found)} origins do not answer"
        return (200, f"ready; {down}") if any(found) or self._keeps() else (503, down)


async def _tell(status: int, text: str, send: Send) -> None:
    body = f"{text}\n".encode("ascii")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store, max-age=0"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
