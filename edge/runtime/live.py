"""The site folder and the secrets as they are now: watched, checked whole, and handed over between pages."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edge.errors import EdgeError, Problem, SiteError
from edge.page import Setup, Use
from edge.runtime.keeping import Made, forget
from edge.runtime.pace import in_thread
from edge.runtime.sources import Source
from edge.site import Look, Stillness, Watching

if TYPE_CHECKING:
    from edge.remote.profiles import RemoteProfiles

__all__ = ["Live"]

log = logging.getLogger("edge")

_MOST_TOLD = 20
"""Problems in one message of the log: thousands would hide what stands before them."""


class Holder(Protocol):
    """What pages take their setup from: each the one that it finds when it begins."""

    setup: Setup | None


@dataclass(slots=True)
class Watched:
    """A source with what was seen of it. `wrong` is what the log was told of it last."""

    source: Source
    stillness: Stillness
    wrong: str = ""


class Live:
    """Keeps a holder's setup in step with what is watched.

    A state is taken once it has been still, and as a whole: when nothing is wrong with it and it did not change
    while it was read. Any other leaves the last good one live, and the log says so, once for each such state.
    """

    def __init__(self, holder: Holder, made: Made, sources: Mapping[Source, Look], watching: Watching) -> None:
        """`sources` come with what they looked like when they were read."""
        self._holder = holder
        self._made = made
        self._watched = [Watched(source, Stillness(seen, watching.still)) for source, seen in sources.items()]
        self._watching = watching
        self._cost = 0.0
        self._left: list[tuple[RemoteProfiles, Use]] = []

    async def run(self) -> None:
        """Watches until it is cancelled; then closes what has connections or tasks."""
        try:
            await self._watch()
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            await self._close()
            raise

    async def _watch(self) -> None:
        while self._reloads or self._left:
            moving = any(one.stillness.moving for one in self._watched)
            await asyncio.sleep(self._watching.rest(self._cost, moving))
            await (self.look() if self._reloads else self._close_left())

    @property
    def _reloads(self) -> bool:
        return self._made.site.settings.reload

    async def look(self) -> None:
        """Looks once, and takes what is new and has been still."""
        looks, self._cost = await asyncio.to_thread(self._looks)
        now = self._watching.clock()
        for one, seen in zip(self._watched, looks, strict=True):
            if one.stillness.is_due(seen, now):
                await self._take(one, seen)
            elif one.stillness.is_restless(now):
                self._tell(one, f"it is never still for {self._watching.still} seconds")
        await self._close_left()

    def _looks(self) -> tuple[list[Look], float]:
        began = time.thread_time()
        return [one.source.look(self._made) for one in self._watched], time.thread_time() - began

    async def _take(self, one: Watched, seen: Look) -> None:
        now, wrong = self._made, ""
        try:
            now = await in_thread(lambda pause: one.source.make(self._made, pause))
        except EdgeError as error:
            wrong = _text(error)
        if await asyncio.to_thread(one.source.look, self._made) != seen:
            return  # what was read may be half of this and half of that
        one.stillness.take()
        if now is not self._made:
            self._swap(now)
        self._tell(one, wrong)

    def _swap(self, now: Made) -> None:
        before, self._made = self._made, now
        self._holder.setup = now.setup
        forget(now)
        if before.remote is not None and before.remote is not now.remote:
            self._left.append((before.remote, before.setup.use))
        if now.setup.version is not before.setup.version:
            log.info("version %s of the site folder is live", now.setup.version.name)
            if not self._reloads:
                log.warning("reload is false in edge.toml: from now on, changes take a restart")
        if now.keys is not before.keys:
            log.info("the signing keys are new: there are %d", len(now.keys.secrets))

    def _tell(self, one: Watched, wrong: str) -> None:
        if wrong == one.wrong:
            return
        one.wrong = wrong
        what, version = one.source.what, self._made.setup.version.name
        if wrong:
            log.error("%s cannot be used as it is now; version %s stays live:\n\n%s", what, version, wrong)
        else:
            log.warning("%s can be used again; version %s is live", what, version)

    async def _close_left(self) -> None:
        """Closes what was left behind, once the last request that may ask it has ended."""
        unused = [source for source, use in self._left if not use.requests]
        self._left = [(source, use) for source, use in self._left if use.requests]
        for source in unused:
            await source.aclose()

    async def _close(self) -> None:
        left, self._left = self._left, []
        for source, _ in left:
            await source.aclose()
        if self._made.cache is not None:
            await self._made.cache.aclose()
        if self._made.remote is not None:
            await self._made.remote.aclose()


def _text(error: EdgeError) -> str:
    if not isinstance(error, SiteError):
        return str(error)
    return "\n\n".join([*map(str, error.problems[:_MOST_TOLD]), _count(error.problems)])


def _count(problems: Sequence[Problem]) -> str:
    count = len(problems)
    more = f", of which {_MOST_TOLD} are shown" if count > _MOST_TOLD else ""
    return f"{count} problem{'s' if count != 1 else ''}{more}"
