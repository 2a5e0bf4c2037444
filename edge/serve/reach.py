"""Whether a site behind answers, for whoever asks whether we are ready."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from edge.serve.upstream import Site

__all__ = ["Reach"]

_LATELY = 10.0
"""Seconds for which an answer to anybody counts."""

_AGAIN = 1.0
"""Seconds for which a site that did not answer is not asked again."""

_PATIENCE = 3.0
"""Seconds for which it is waited for."""


class Reach:
    """What is known of one site. However many want to know, it is asked once at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._answered_at = -_LATELY
        self._failed_at = -_AGAIN
        self._asking: asyncio.Task[bool] | None = None

    def answered(self) -> None:
        self._answered_at = time.monotonic()

    def failed(self) -> None:
        self._answered_at = -_LATELY
        self._failed_at = time.monotonic()

    async def __call__(self, ask: Callable[[Site], Awaitable[bool]]) -> bool:
        now = time.monotonic()
        if self._answered_at + _LATELY > now:
            return True
        if self._failed_at + _AGAIN > now:
            return False
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask(ask))
        return await asyncio.shield(self._asking)

    async def _ask(self, ask: Callable[[Site], Awaitable[bool]]) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await ask(self._site)
        except TimeoutError:
            self.failed()
            return False
