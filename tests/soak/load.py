"""The visitors' coming and going: paced, bounded, and paused when it has to be quiet."""

from __future__ import annotations

import asyncio
import time
from random import Random

from tests.soak.browsers import Browser
from tests.soak.errands import ERRANDS
from tests.soak.looks import Errand
from tests.soak.wire import BrokenError, Connection
from tests.soak.world import World

__all__ = ["Load"]

_BROWSERS = 400
_IDLE = 12
"""Connections that are kept for the next errand. The server closes them after five seconds."""


class Load:
    """`rate` errands a second begin, at random moments; at most `most` are under way."""

    def __init__(self, world: World, random: Random, rate: float, most: int = 64) -> None:
        self._world = world
        self._random = random
        self._rate = rate
        self._most = most
        self._browsers: list[Browser] = []
        self._idle: list[Connection] = []
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, seconds: float) -> None:
        """Visits for so long, then waits until the last visitor has gone."""
        end = time.monotonic() + seconds
        due = time.monotonic()
        while due < end:
            due += self._random.expovariate(self._rate)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if len(self._running) < self._most:
                task = asyncio.create_task(self._errand(Random(self._random.getrandbits(64))))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            due = max(due, time.monotonic() - 1)  # where this process was not let run, it does not catch up
        while self._running:
            await asyncio.gather(*self._running)
        while self._idle:
            await self._idle.pop().leave()

    async def _errand(self, random: Random) -> None:
        browser = self._browser(random)
        do = random.choices([e for _, e in ERRANDS], [w for w, _ in ERRANDS])[0]
        used = bool(self._idle) and random.random() < 0.8
        began = time.monotonic()
        errand = None
        try:
            connection = self._idle.pop() if used else await Connection.open(self._world.port)
            errand = Errand(self._world, browser, connection, random)
            await do(errand)
        except (BrokenError, OSError, EOFError) as error:
            # A connection that was kept may be closed by the server at any moment.
            if errand is None or not (used and len(errand.targets) < 2):
                targets = errand.targets[-2:] if errand is not None else []
                self._world.findings.fault(do.__name__, f"{type(error).__name__}: {error} {targets}")
            if errand is not None:
                errand.usable = False
        if time.monotonic() - began > 20:
            self._world.findings.asked[f"{do.__name__} took more than 20 s"] += 1
        if errand is not None:
            await self._part_from(errand)
        if len(self._browsers) < _BROWSERS:
            self._browsers.append(browser)

    async def _part_from(self, errand: Errand) -> None:
        if errand.usable and len(self._idle) < _IDLE:
            self._idle.append(errand.connection)
        else:
            await errand.connection.leave()

    def _browser(self, random: Random) -> Browser:
        """Somebody who has been here, or somebody new."""
        if not self._browsers or random.random() < 0.1:
            return Browser(self._world, random)
        browser = self._browsers.pop(random.randrange(len(self._browsers)))
        if random.random() < 0.02:
            browser.forge(random)
        return browser
