"""What runs beside the pages: when it starts, when it ends, and what becomes of it when it fails."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from edge.page.lifespan import run_lifespan
from edge.runtime.background import Background
from edge.site import Site, Watching, load_site
from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, exchange, html, scope_of
from tests.page.sites import GERMAN, PAGE, Front

GIVEN = contextvars.ContextVar("GIVEN", default="nothing")


class Job:
    """Waits until it is cancelled, and says how often it was started and ended."""

    def __init__(self) -> None:
        self.started = 0
        self.ended = 0
        self.given = ""

    @property
    def running(self) -> int:
        return self.started - self.ended

    async def __call__(self) -> None:
        self.started += 1
        self.given = GIVEN.get()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.ended += 1


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture
def background(job: Job) -> Background:
    return Background({"waiting": job})


async def turn() -> None:
    """Lets what is ready run."""
    for _ in range(5):
        await asyncio.sleep(0)


# When it runs.


def test_it_starts_once(background: Background, job: Job) -> None:
    async def run() -> None:
        for _ in range(3):
            background.start()
            await turn()

    asyncio.run(run())
    assert (job.started, job.running) == (1, 0)


def test_it_has_ended_when_stop_returns(background: Background, job: Job) -> None:
    async def run() -> tuple[int, int]:
        background.start()
        await turn()
        await background.stop()
        return job.running, len(asyncio.all_tasks())

    assert asyncio.run(run()) == (0, 1)


def test_after_its_end_a_request_starts_nothing_but_a_lifespan_does(background: Background, job: Job) -> None:
    async def run() -> list[int]:
        background.start()
        await turn()
        await background.stop()
        background.start()
        await turn()
        behind = job.running
        background.start(again=True)
        await turn()
        return [behind, job.running]

    assert asyncio.run(run()) == [0, 1]


def test_it_starts_again_on_another_event_loop(background: Background, job: Job) -> None:
    async def run() -> int:
        background.start()
        await turn()
        return job.running

    assert [asyncio.run(run()) for _ in range(3)] == [1, 1, 1]
    assert job.running == 0


def test_event_loops_that_take_turns_have_one_between_them(background: Background, job: Job) -> None:
    async def run() -> int:
        background.start()
        await turn()
        return job.running

    loops = [asyncio.new_event_loop() for _ in range(2)]
    try:
        for _ in range(3):
            for loop in loops:
                loop.run_until_complete(run())
        assert job.running <= 2
    finally:
        for loop in loops:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(turn())
            loop.close()
    assert job.running == 0


def test_two_event_loops_at_once_have_one_between_them(background: Background, job: Job) -> None:
    ready, done = threading.Event(), threading.Event()

    async def first() -> None:
        background.start()
        await turn()
        ready.set()
        await asyncio.to_thread(done.wait, 10)

    async def second() -> None:
        background.start()
        await turn()
        await background.stop()  # it is not ours to stop

    thread = threading.Thread(target=asyncio.run, args=[first()])
    thread.start()
    ready.wait(10)
    asyncio.run(second())
    seen = (job.started, job.running)
    done.set()
    thread.join()
    assert seen == (1, 1)


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # Python 3.12 and later warn of it
def test_a_process_that_is_forked_off_starts_its_own(background: Background, job: Job) -> None:
    async def again() -> int:
        background.start()
        await turn()
        return job.started

    async def run() -> int:
        background.start()
        await turn()
        child = os.fork()
        if child == 0:
            code = 99
            try:
                code = asyncio.run(again())
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert asyncio.run(run()) == 2
    assert job.started == 1


def test_it_knows_nothing_of_the_request_that_started_it(background: Background, job: Job) -> None:
    async def run() -> None:
        GIVEN.set("a visitor's")
        background.start()
        await turn()

    asyncio.run(run())
    assert job.given == "nothing"


# What becomes of it.


def failing(
    times: int, error: Callable[[], BaseException], then: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    left = times

    async def run() -> None:
        nonlocal left
        if left:
            left -= 1
            raise error()
        await then()

    return run


@pytest.mark.parametrize("error", [OSError, MemoryError, asyncio.CancelledError])
def test_a_job_that_dies_is_reported_and_started_again(
    job: Job, error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    background = Background({"watching": failing(3, error, job)}, pause=0.001)

    async def run() -> int:
        background.start()
        while not job.started:
            await asyncio.sleep(0.001)
        await background.stop()
        return job.running

    assert asyncio.run(run()) == 0
    lines = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(lines) == 3
    assert {line.getMessage().partition(" ")[0] for line in lines} == {"watching"}
    assert all(line.exc_info for line in lines)


def test_it_waits_longer_each_time(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    sleep, here = asyncio.sleep, threading.get_ident()

    async def noted(seconds: float) -> None:
        is_ours = threading.get_ident() == here  # or a server of other tests
        if is_ours:
            waited.append(seconds)
        await sleep(0 if is_ours else seconds)

    monkeypatch.setattr("edge.runtime.background.asyncio.sleep", noted)
    background = Background({"watching": failing(8, OSError, job)})

    async def run() -> None:
        background.start()
        while not job.started:
            await sleep(0)

    asyncio.run(run())
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60]


def test_one_that_dies_takes_no_other_with_it(job: Job) -> None:
    background = Background({"dying": failing(1, OSError, asyncio.sleep), "waiting": job})  # type: ignore[arg-type]

    async def run() -> int:
        background.start()
        await turn()
        return job.running

    assert asyncio.run(run()) == 1


def test_a_job_that_has_nothing_more_to_do_is_left_alone() -> None:
    times = 0

    async def once() -> None:
        nonlocal times
        times += 1

    background = Background({"once": once}, pause=0.0)

    async def run() -> None:
        background.start()
        await turn()
        background.start()
        await turn()

    asyncio.run(run())
    assert times == 1


# With the lifespan, and without.


class Server:
    """One that speaks the lifespan protocol, and notes what runs when it hears of the start and of the end."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.heard: list[tuple[str, int]] = []

    async def live(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], background: Background) -> None:
        incoming = ["lifespan.startup", "lifespan.shutdown"]

        async def receive() -> Message:
            await turn()
            return {"type": incoming.pop(0)}

        async def send(message: Message) -> None:
            await turn()
            self.heard.append((message["type"].removeprefix("lifespan."), self._job.running))

        await run_lifespan(app, background, {"type": "lifespan"}, receive, send)


async def without(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("only http")


async def living(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def ending_badly(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.failed"})


@pytest.mark.parametrize("app", [without, living, ending_badly])
def test_it_runs_from_the_start_of_the_lifespan_to_its_end(
    background: Background, job: Job, app: Callable[[Scope, Receive, Send], Awaitable[None]]
) -> None:
    server = Server(job)
    asyncio.run(server.live(app, background))
    end = "shutdown.failed" if app is ending_badly else "shutdown.complete"
    assert server.heard == [("startup.complete", 1), (end, 0)]
    assert job.started == 1


def test_where_the_start_fails_nothing_starts(background: Background, job: Job) -> None:
    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed"})

    server = Server(job)
    asyncio.run(server.live(refusing, background))
    assert server.heard == [("startup.failed", 0)]


def test_an_app_that_leaves_its_lifespan_early_goes_on_with_it(background: Background, job: Job) -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})

    async def run() -> int:
        await Server(job).live(early, background)
        await turn()
        return job.running

    assert asyncio.run(run()) == 1


def test_a_watch_that_dies_is_started_again_and_pages_go_on(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded = 0

    def failing(*given: Any, **more: Any) -> Site:
        nonlocal loaded
        loaded += 1
        if loaded < 3:
            raise RuntimeError("a fault of ours")
        return load_site(*given, **more)

    async def run() -> list[bool]:
        edge = front(html(PAGE), watching=Watching(still=0.0, every=0.001))
        assert edge.live is not None
        edge._beside = Background({"watching the site folder": edge.live.run}, pause=0.001)
        monkeypatch.setattr("edge.runtime.sources.load_site", failing)
        (tmp_path / "site" / "blocks" / "hallo.html").write_text("<h1>Neu</h1>", encoding="utf-8")
        seen: list[bool] = []
        while not seen or not seen[-1]:
            answer = Answer()
            await exchange(edge, scope_of("/", [GERMAN]), answer)
            seen.append(b"Neu" in answer.body)
        return seen

    assert asyncio.run(run())[0] is False
    assert loaded == 3
    assert caplog.text.count("RuntimeError: a fault of ours") == 2


def test_the_first_request_starts_the_watch_where_no_lifespan_is_spoken(front: Front) -> None:
    async def run() -> list[str]:
        edge = front(html(PAGE))
        assert len(asyncio.all_tasks()) == 1
        for _ in range(3):
            await exchange(edge, scope_of("/"), Answer())
        return sorted(task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()})

    assert asyncio.run(run()) == ["edge: watching the site folder"]
