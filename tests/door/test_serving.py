"""`edge serve`, running: what a visitor gets, what the log says, and what signals do."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.door.conftest import Behind
from tests.door.crowd import crowd
from tests.door.served import Served, gone
from tests.hosts.wire import Reply, Wire, wired


def ask(served: Served, target: str, *headers: bytes, method: str = "GET") -> Reply:
    with wired(served.url) as wire:
        return wire.ask(target, *headers, method=method)


def entry(served: Served, mark: str) -> dict[str, Any]:
    """The entry of the log in which `mark` stands."""
    (line,) = served.logged.until(rf"(?m)^.*{mark}.*$")
    found: dict[str, Any] = json.loads(line)
    return found


def test_the_first_line_says_where_before_what_and_as_what(served: Served, behind: Behind) -> None:
    assert served.said.text == f"Edge listens at {served.url} in front of {behind.url} (site folder site)\n"


def test_pages_are_tailored_and_all_else_is_the_sites(served: Served) -> None:
    page = ask(served, "/")
    assert page.body == b'<html><body><div data-edge-slot="hero">Good day</div></body></html>'
    assert page.header(b"server") == b"behind"
    assert page.header(b"date") is not None
    plain = ask(served, "/plain")
    assert (plain.body, plain.header(b"date")) == (b"plain", b"Sun, 06 Nov 1994 08:49:37 GMT")
    assert plain.header(b"server") is None


def test_it_lives_and_is_ready(served: Served) -> None:
    for path in ("/_edge/livez", "/_edge/readyz"):
        reply = ask(served, path)
        assert (reply.status, reply.header(b"cache-control")) == (200, b"no-store, max-age=0")
    assert ask(served, "/other/readyz").body == b"plain"


def test_the_log_has_what_operators_look_for(served: Served) -> None:
    headers = (b"User-Agent: Tester/1.0", b"Referer: https://other.example/", b"X-Forwarded-For: 203.0.113.9")
    ask(served, "/?fields=1", *headers)
    found = entry(served, "fields=1")
    assert found.pop("time").endswith("Z")
    assert found.pop("ms") > 0
    assert found == {
        "client": "203.0.113.9",
        "method": "GET",
        "target": "/?fields=1",
        "version": "1.1",
        "scheme": "http",
        "host": "shop.example",
        "status": 200,
        "bytes": 67,
        "referrer": "https://other.example/",
        "agent": "Tester/1.0",
        "tailored": ["hero"],
    }


def test_the_log_says_why_a_page_passed(served: Served) -> None:
    ask(served, "/passed")
    assert entry(served, '"/passed"')["passed"] == "not html"


def test_no_secret_is_logged(served: Served) -> None:
    ask(served, "/_edge/preview?token=of-mine&first")
    ask(served, "/%5Fedge/preview?token=of-mine&escaped")
    ask(served, "/seen-from", b"Referer: http://shop.example/_edge/preview?token=of-mine")
    served.logged.until("preview", 3)
    assert entry(served, "seen-from")["referrer"] == "http://shop.example/_edge/preview?-"
    assert "of-mine" not in served.logged.text


def test_what_the_gate_refuses_is_logged(served: Served) -> None:
    with wired(served.url) as wire:
        wire.send(b"GET /refused HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        assert wire.reply().status == 400
    assert entry(served, '"status":400')["client"] == "127.0.0.1"


def test_an_answer_that_was_cut_is_logged_as_such(served: Served) -> None:
    assert not ask(served, "/cut").whole
    found = entry(served, '"/cut"')
    assert (found["status"], found["bytes"], found["aborted"]) == (200, 5, True)


def test_a_visitor_who_leaves_is_logged_as_such(served: Served, behind: Behind) -> None:
    behind.met.clear()
    behind.free.clear()
    with wired(served.url) as wire:
        wire.begin("/slow?left")
        assert wire.head().status == 200
    found = entry(served, "slow.left")
    assert (found["status"], found["aborted"]) == (200, True)
    behind.free.set()


def test_while_the_site_is_down_it_is_not_ready(served: Served, behind: Behind) -> None:
    with wired(served.url) as wire:  # to one worker: each finds out for itself
        behind.down = True
        try:
            assert wire.ask("/plain").status == 502
            not_ready = wire.ask("/_edge/readyz")
            assert (not_ready.status, not_ready.body) == (503, b"1 of 1 origins do not answer\n")
            assert wire.ask("/_edge/livez").status == 200
        finally:
            behind.down = False
        assert wire.ask("/plain").status == 200
        assert wire.ask("/_edge/readyz").status == 200


def test_a_worker_that_dies_is_replaced(served: Served) -> None:
    first, second = served.workers()
    times = len(served.said.until("another takes its place", 0))
    os.kill(first, signal.SIGKILL)
    served.said.until(f"worker {first} killed by SIGKILL: another takes its place", times + 1)
    assert gone(first)
    assert ask(served, "/").status == 200
    assert second in served.workers()


def test_a_reload_loses_no_request(served: Served) -> None:
    before = served.workers()
    with crowd(served.url) as seen:
        served.signal(signal.SIGHUP)
        served.said.until("INFO reloaded")
        assert all(map(gone, before))
    assert seen.lost == []
    assert set(seen.statuses) == {200}
    assert seen.closed > 0
    assert set(served.workers()).isdisjoint(before)


@pytest.mark.soak
def test_many_reloads_lose_no_request(served: Served) -> None:
    with crowd(served.url) as seen:
        for number in range(20):
            before = served.workers()
            served.signal(signal.SIGHUP)
            served.said.until("INFO reloaded", number + 1)
            assert all(map(gone, before))
    assert seen.lost == []
    assert set(seen.statuses) == {200}


def test_a_reload_of_what_cannot_be_used_changes_nothing(served: Served, site: Path) -> None:
    before = served.workers()
    settings = (site / "edge.toml").read_text(encoding="utf-8")
    (site / "edge.toml").write_text(settings + "workrs = 2\n", encoding="utf-8")
    try:
        served.signal(signal.SIGHUP)
        served.said.until("a new worker cannot begin: those from before stay")
        served.said.until('edge.toml:4:1: there is no key "workrs" here')
    finally:
        (site / "edge.toml").write_text(settings, encoding="utf-8")
    assert set(served.workers()) == set(before)
    assert ask(served, "/").status == 200


def test_a_reload_tells_what_it_does_not_take_up(served: Served, site: Path) -> None:
    settings = (site / "edge.toml").read_text(encoding="utf-8")
    (site / "edge.toml").write_text(settings + 'host = "localhost"\n', encoding="utf-8")
    try:
        served.signal(signal.SIGHUP)
        served.said.until("WARNING host takes a restart: still 127.0.0.1\n.*INFO reloaded")
    finally:
        (site / "edge.toml").write_text(settings, encoding="utf-8")


def test_a_stop_ends_what_has_begun(served: Served, behind: Behind) -> None:
    """The last: nobody serves behind it."""
    behind.met.clear()
    behind.free.clear()
    with wired(served.url) as wire, wired(served.url) as idle:
        assert idle.ask("/").status == 200
        wire.begin("/slow")
        assert behind.met.wait(10)
        served.signal(signal.SIGTERM)
        last = stopped(idle)
        assert last.header(b"connection") == b"close"
        behind.free.set()
        assert wire.reply().body == b"firstlast"
    assert served.process.wait(30) == 0


def stopped(wire: Wire) -> Reply:
    """The answer that says it is the last of its connection."""
    for _ in range(2000):
        reply = wire.ask("/")
        if reply.header(b"connection") == b"close":
            return reply
    raise AssertionError("the server goes on")
