"""Renews what was given stale, while nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context

from edge.cache.asked import Asked
from edge.cache.asking import BACKOFF, Asking, nobody_waits
from edge.cache.fetch import tell
from edge.cache.stored import Stored
from edge.types import Message, Scope

__all__ = ["Renewing"]

_MOST = 16
"""Calls at a time."""

_LONGEST = 60.0


class Renewing:
    """`stranger` makes what the app finds as `scope["edge"]`: nobody is looking."""

    def __init__(self, asking: Asking, stranger: Callable[[], object]) -> None:
        self._asking = asking
        self._memory = asking.memory
        self._stranger = stranger

    def begin(self, scope: Scope, asked: Asked, stored: Stored, now: float) -> None:
        refreshing, tasks = self._memory.refreshing, self._memory.tasks
        key = (asked.place, stored.kind, stored.terms.varying)
        if key in refreshing or len(refreshing) >= _MOST or now < stored.backoff:
            return
        behind = {**scope, "method": "GET", "edge": self._stranger(), "extensions": {}}
        refreshing.add(key)
        # A context of its own: the variables of this request are of somebody who has been answered.
        task = asyncio.get_running_loop().create_task(self._renew(behind, asked, stored), context=Context())
        tasks.add(task)

        def over(task: asyncio.Task[None]) -> None:
            refreshing.discard(key)
            tasks.discard(task)

        task.add_done_callback(over)

    async def _renew(self, scope: Scope, asked: Asked, stored: Stored) -> None:
        request = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if not request:
                await asyncio.get_running_loop().create_future()  # nobody leaves
            return request.pop()

        async def pass_on(message: Message, kept: bool) -> None:
            if message["type"] == "http.response.start" and not kept:
                stored.backoff = self._asking.ticks() + BACKOFF

        whole = asked.for_everybody()
        try:
            async with asyncio.timeout(_LONGEST):
                await self._asking.ask(scope, receive, pass_on, whole, stored, nobody_waits)
        except Exception as error:  # noqa: BLE001  nobody waits for it: what is stored stays as it is
            tell(error)
            stored.backoff = self._asking.ticks() + BACKOFF
