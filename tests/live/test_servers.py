"""Servers with two processes, in front of a folder that changes: as fast as it is for those who edit it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest

from tests.hosts.servers import running
from tests.live.changing import move_in
from tests.page.sites import KEY, SITE, write_site

_PATIENCE = 30.0  # seconds; only ever spent when something is broken
ALL = '[a]\nslot = "hero"\nshow = "hallo"\n'


def made_by(url: str, words: str) -> str | None:
    """The process that made a page with these words in it; None where they are not."""
    text = httpx.get(url, trust_env=False).text
    found = re.match(r"<p>(\d+)</p>", text)
    assert found is not None
    return found[1] if words in text else None


def wait_for_both(url: str, words: str) -> None:
    """Until two processes show these words."""
    until = time.monotonic() + _PATIENCE
    seen: set[str] = set()
    while len(seen) < 2:
        process = made_by(url, words)
        seen |= {process} if process else set()
        assert time.monotonic() < until, f"only {seen} show {words}"


@pytest.mark.parametrize("app", ["app", "mute"])
def test_every_process_takes_the_change(tmp_path: Path, app: str) -> None:
    site = write_site(tmp_path / "site", {"experiences.toml": ALL, "blocks/hallo.html": SITE["blocks/hallo.html"]})
    environ = {"EDGE_TESTS_SITE": str(site), "EDGE_SECRET_KEYS": KEY}
    with running("uvicorn", f"tests.live.served:{app}", tmp_path / "log", workers=2, environ=environ) as server:
        wait_for_both(server.url, "Klänge")
        move_in(site / "blocks" / "hallo.html", "<h1>Neu</h1>")
        wait_for_both(server.url, "<h1>Neu</h1>")
        move_in(site / "experiences.toml", ALL.replace("hallo", "halo"))
        wait_until_said(server.log, 'there is no block "halo"', 2)
        wait_for_both(server.url, "<h1>Neu</h1>")
        move_in(site / "experiences.toml", ALL)
        wait_until_said(server.log, "can be used again", 2)
    assert "Traceback" not in server.said()


def wait_until_said(log: Path, words: str, times: int) -> None:
    until = time.monotonic() + _PATIENCE
    while log.read_text(encoding="utf-8", errors="replace").count(words) < times:
        assert time.monotonic() < until, log.read_text(encoding="utf-8", errors="replace")
        time.sleep(0.02)
