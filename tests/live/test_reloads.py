"""Very many reloads under load: no page of two versions, and nothing that grows."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.site import Watching
from edge.types import Receive, Scope, Send
from tests.conftest import Serve
from tests.hosts.wire import wired
from tests.live.versions import Page, Releases, origin

KEY = "a-key-that-only-the-tests-know"
_PATIENCE = 30.0  # seconds; only ever spent when something is broken
_GERMAN = b"X-Country: DE"


class Clock:
    """Stands still while a version is put in its place, and goes on while it is to be taken."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Counted(EdgeMiddleware):
    """Lets others wait for the next swap, and knows its event loop."""

    def __init__(self, site: Path, clock: Clock) -> None:
        self.swaps = threading.Semaphore(0)
        self.loop: asyncio.AbstractEventLoop | None = None
        watching = Watching(still=0.003, every=0.001, share=1.0, clock=clock)
        super().__init__(origin, site, environ={"EDGE_SECRET_KEYS": KEY}, watching=watching)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "setup":
            self.swaps.release()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.loop = asyncio.get_running_loop()
        await super().__call__(scope, receive, send)


@dataclass
class Reader(threading.Thread):
    """Asks for the page again and again on one connection. `fault` is what was wrong, if anything."""

    url: str
    path: str
    pages: int = 0
    seen: set[int] = field(default_factory=set)
    fault: Exception | None = None
    over: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        newest = 0
        try:
            with wired(self.url) as wire:
                while not self.over:
                    version = Page(wire.ask(self.path, _GERMAN).body).version
                    assert version >= newest, f"{version} after {newest}"
                    newest = version
                    self.seen.add(version)
                    self.pages += 1
        except (AssertionError, ValueError, OSError) as error:
            self.fault = error


@dataclass(frozen=True)
class Size:
    """What must not grow. `memory` in bytes, resident."""

    memory: int
    objects: int
    files: int
    threads: int
    tasks: int

    @classmethod
    def of(cls, edge: Counted) -> Size:
        gc.collect()
        assert edge.loop is not None
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            memory=pages * os.sysconf("SC_PAGE_SIZE"),
            objects=len(gc.get_objects()),
            files=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            tasks=len(asyncio.all_tasks(edge.loop)),
        )


def reload(serve: Serve, folder: Path, times: int) -> tuple[list[Reader], Size, Size]:
    """So many versions, one after the other, while three readers look: how large everything was after a fifth of
    them and at the end."""
    releases, clock = Releases(folder), Clock()
    edge = Counted(releases.site, clock)
    edge.swaps.acquire()  # the first one
    url = serve(edge, loop="uvloop", http="httptools")
    readers = [Reader(url, path) for path in ("/", "/streamed", "/?utm_source=news")]
    for reader in readers:
        reader.start()
    early: Size | None = None
    for number in range(1, times + 1):
        releases.put(number)
        _wait(edge, clock)
        if number == times // 5:
            early = Size.of(edge)
        if any(reader.fault for reader in readers):
            break
    late = Size.of(edge)
    for reader in readers:
        reader.over = True
        reader.join(_PATIENCE)
    for reader in readers:
        if reader.fault is not None:
            raise reader.fault
    assert early is not None
    return readers, early, late


def _wait(edge: Counted, clock: Clock) -> None:
    """Until the version that was put there is live."""
    for _ in range(int(_PATIENCE / 0.002)):
        if edge.swaps.acquire(timeout=0.002):
            return
        clock.now += 1
    raise AssertionError(f"version {edge.version} stays")


def judge(readers: list[Reader], early: Size, late: Size, times: int) -> None:
    for reader in readers:
        assert reader.pages > times
        assert len(reader.seen) > times // 4
    assert late.files <= early.files + 3  # a look has some open, for a moment
    assert late.threads <= early.threads + 6  # the event loop's pool has a bound, and seldom needs it
    assert late.tasks <= early.tasks + 2  # the requests of the moment
    assert late.objects < early.objects + 8_000  # servers of other tests run beside
    assert late.memory < early.memory + (8 << 20)


def test_many_reloads_mix_no_versions_and_grow_nothing(serve: Serve, tmp_path: Path) -> None:
    judge(*reload(serve, tmp_path, 60), 60)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_reloads_mix_no_versions_and_grow_nothing(serve: Serve, tmp_path: Path) -> None:
    readers, early, late = reload(serve, tmp_path, 10_000)
    print(f"{sum(reader.pages for reader in readers)} pages; {early} → {late}")
    judge(readers, early, late, 10_000)
