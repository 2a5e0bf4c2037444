"""Long work in a thread, so that pages go on meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from edge.runtime.pace import Pause, in_thread


def test_it_gives_what_the_work_gives_and_raises_what_it_raises() -> None:
    assert asyncio.run(in_thread(lambda pause: threading.current_thread())) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_thread(lambda pause: 1 // 0))


def test_the_work_rests_as_long_as_it_has_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    rests: list[float] = []
    monkeypatch.setattr("edge.runtime.pace.time.thread_time", lambda: now)
    monkeypatch.setattr("edge.runtime.pace.time.sleep", rests.append)

    def work(pause: Pause) -> None:
        nonlocal now
        for worked in (0.0004, 0.0004, 0.0004, 0.05, 0.0001):
            now += worked
            pause()

    asyncio.run(in_thread(work))
    assert rests == pytest.approx([0.0012, 0.05])


def test_work_that_nobody_waits_for_ends_at_its_next_pause() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(pause: Pause) -> None:
        begun.set()
        try:
            while True:
                pause()
                time.sleep(0.001)
        finally:
            ended.set()

    async def leave() -> None:
        waiting = asyncio.create_task(in_thread(work))
        await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(leave())  # which waits for its threads
    assert ended.is_set()
