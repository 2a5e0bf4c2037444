"""The service of `[remote]` as a source of profiles."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

import httpx

from edge.model import Profile, Value, Visitor
from edge.remote.settings import RemoteSettings

__all__ = ["Convert", "RemoteProfiles"]

Convert = Callable[[str, object], Value]
"""Makes a trait's value, by its name, of what the service says of it. Raises LookupError for a trait that is not
declared, ValueError for what it cannot be."""


class RemoteProfiles:
    """Asks the service for visitors."""

    def __init__(
        self,
        settings: RemoteSettings,
        headers: Mapping[str, str],
        segments: frozenset[str],
        convert: Convert,
        counts: MutableMapping[tuple[str, str], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._headers = dict(headers)
        self._segments = segments
        self._convert = convert
        self._counts = counts
        self._clock = clock

    def __call__(self, visitor: Visitor) -> asyncio.Future[Profile]:
        return asyncio.ensure_future(self._asked(visitor.id or ""))

    async def _asked(self, visitor: str) -> Profile:
        settings = self._settings
        url = settings.url.replace("{visitor}", quote(visitor, safe=""))
        async with (
            asyncio.timeout(settings.timeout_ms / 1000),
            httpx.AsyncClient(trust_env=False, headers=self._headers) as client,
        ):
            answer = await client.get(url)
        answer.raise_for_status()
        data: Any = answer.json()
        traits = data.get(settings.traits[1:], {})
        return Profile(
            {name: self._convert(name, raw) for name, raw in traits.items()},
            self._segments.intersection(data.get(settings.segments[1:], ())),
        )

    async def aclose(self) -> None:
        """Closes the connections."""
