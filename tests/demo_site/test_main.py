"""`python -m demo_site`: where to look, and what to do when the port is taken."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.demo_site.personas import PERSONAS

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def demo(tmp_path: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "EDGE_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1", **variables}
    command = [sys.executable, "-m", "demo_site", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_greeting(process: subprocess.Popen[str]) -> tuple[str, str]:
    """All that it says before it serves, and the address in it."""
    said = ""
    while "Ctrl-C stops it" not in said:
        line = process.stdout.readline() if process.stdout else ""
        assert line, said
        said += line
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return said, found[0]


def test_it_says_where_to_look_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as process:
        said, url = read_greeting(process)
        assert httpx.get(url).status_code == 200
        links = dict(re.findall(r"^  (\S+) +(http://\S+token=\S+)$", said, re.MULTILINE))
        assert tuple(links) == (*PERSONAS, "yourself")
        assert all("edge-preview" in httpx.get(link).cookies for link in links.values())
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said + rest


def test_a_port_in_use_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path, PORT=str(port)) as process:
            said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said == f"Port {port} is in use. Choose another: make demo PORT={port + 1}\n"


def test_what_edge_cannot_use_is_told_without_a_traceback(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0", EDGE_SECRET_KEYS="short") as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "EDGE_SECRET_KEYS" in said
    assert "Traceback" not in said


def test_turned_off_it_is_the_plain_site(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0", EDGE_OFF="1") as process:
        _, url = read_greeting(process)
        page = httpx.get(url, headers={"Sec-Fetch-Dest": "document"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(("port", "words"), [("70000", "from 0 to 65535"), ("http", "invalid int value")])
def test_what_is_no_port_is_told(tmp_path: Path, port: str, words: str) -> None:
    with demo(tmp_path, "--port", port) as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode in (1, 2)
    assert words in said
    assert "Traceback" not in said
