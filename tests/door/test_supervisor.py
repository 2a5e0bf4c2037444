"""Workers that cannot begin, or lose the process above them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from pathlib import Path

import pytest

from edge.door import Options
from edge.door.listen import listen
from edge.door.process import WorkerProcess
from edge.door.supervisor import Supervisor
from edge.site import ServeSettings
from tests.door.conftest import write_site
from tests.door.served import gone, serving_edge


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("EDGE_SECRET_KEYS", "known-to-tests-only")
    public = tmp_path / "public"
    public.mkdir()
    return Options(site=str(write_site(tmp_path / "site")), origin=str(public)).as_json()


async def nothing() -> None:
    """What is to be done once the workers serve."""


def test_workers_that_cannot_begin_end_it_with_an_error(
    options: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(tmp_path / "site")
    with listen(ServeSettings(port=0)) as listener:
        assert asyncio.run(Supervisor(1, listener, options, 10, nothing).run()) == 1
    assert "the workers cannot begin: edge serve ends" in caplog.text
    assert "there is no such folder" in capfd.readouterr().err


def test_where_no_process_can_be_started_that_is_said(
    options: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with listen(ServeSettings(port=0)) as listener:
        assert asyncio.run(Supervisor(1, listener, options, 10, nothing).run()) == 1
    assert "a worker cannot be started: [Errno 2]" in caplog.text


def test_it_does_not_try_for_ever_where_no_worker_is_left(
    options: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.door.supervisor._LONGEST_PAUSE", 0.0)
    monkeypatch.setattr("edge.door.supervisor._ATTEMPTS", 2)

    async def lose_all() -> None:
        shutil.rmtree(tmp_path / "site")
        (worker,) = supervisor.workers
        os.kill(worker, signal.SIGKILL)

    with listen(ServeSettings(port=0)) as listener:
        supervisor = Supervisor(1, listener, options, 10, lose_all)
        assert asyncio.run(supervisor.run()) == 1
    assert "killed by SIGKILL: another takes its place" in caplog.text
    assert caplog.text.count("a worker cannot begin; the next attempt is in 0 seconds") == 1
    assert "no worker is left, and none can begin: edge serve ends" in caplog.text


def test_a_worker_that_takes_long_to_end_does_not_hang(
    options: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.door.process._SILENT", 4)

    async def come_and_stay() -> None:
        idle.connect(listener.getsockname())  # it is waited for, for five seconds
        os.kill(os.getpid(), signal.SIGTERM)

    with listen(ServeSettings(port=0)) as listener, socket.socket() as idle:
        assert asyncio.run(Supervisor(1, listener, options, 20, come_and_stay).run()) == 0
    assert caplog.text == ""


def test_a_worker_that_hangs_is_replaced(
    options: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.door.process._SILENT", 4)

    async def stop_one() -> None:
        (worker,) = supervisor.workers
        os.kill(worker, signal.SIGSTOP)
        while supervisor.workers in ([], [worker]):
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    with listen(ServeSettings(port=0)) as listener:
        supervisor = Supervisor(1, listener, options, 20, stop_one)
        assert asyncio.run(supervisor.run()) == 0
    assert "hangs and is killed" in caplog.text


def test_a_worker_that_begins_does_not_heed_what_goes_to_the_whole_group(options: str) -> None:
    async def begin() -> bool:
        worker = WorkerProcess(lambda ended: None)
        await worker.start(listener, options)
        for one in (signal.SIGHUP, signal.SIGINT):  # Python itself has hardly begun
            os.kill(worker.id, one)
        begun = await worker.begun(30)
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
        worker.kill()
        await worker.ended.wait()
        return begun

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with listen(ServeSettings(port=0)) as listener:
        assert asyncio.run(begin())


def test_workers_do_not_outlive_the_process_above_them(tmp_path: Path) -> None:
    write_site(tmp_path / "site")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "index.html").write_text("Hello", encoding="utf-8")
    path = str(tmp_path / "edge.sock")
    with serving_edge(tmp_path, "--origin", "site/../public", "--unix", path) as served:
        assert served.url == f"unix:{path}"
        assert " in front of public (site folder site)" in served.said.text
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(path)
            visitor.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
            with visitor.makefile("rb") as answer:
                assert answer.read().endswith(b"\r\n\r\nHello")
        workers = served.workers()
        served.process.kill()
        assert all(map(gone, workers))
        listen(ServeSettings(unix=path)).close()  # nobody listens there any more
