"""What a page costs, counted and not timed: what grows here is slower on every machine.

The bounds leave a little room above what was counted when they were set. Whoever passes one looks at what the page
path has come to do more of; and raises the bound for a reason, or not at all.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from edge import EdgeMiddleware
from edge.html import parse_plan
from edge.types import ASGIApp, Message, Scope
from edge.visitors.tokens import Tokens
from tests.bench.rows.edge import answering, differing
from tests.bench.shop import ENVIRON, Guest, cookies, expected, page, write_site
from tests.page.raw import scope_of
from tests.page.sites import NOW

pytestmark = pytest.mark.unchopped

KEPT = 1200
"""Bytecodes of Edge's own for a page whose plan and answer are known."""
CALLS = 44
FIRST_VISIT = 1650
TOKEN = 2600
SPARE = 12_000
"""Bytes that a page leaves behind, at most: in the mean of many, it is none."""


class Counting:
    """Edge before an app, asked for the page of one visitor after the other."""

    def __init__(self, folder: Path, app: ASGIApp, more_segments: int = 0) -> None:
        write_site(folder)
        with (folder / "segments.toml").open("a", encoding="utf-8") as file:
            file.writelines(f"more{n} = {{ when = 'utm.source == \"x{n}\"' }}\n" for n in range(more_segments))
        self.edge = EdgeMiddleware(app, folder, environ=ENVIRON, clock=lambda: NOW)
        self.edge._beside = None
        self.bytecodes = self.calls = 0
        self.sent: list[Message] = []

    def ask(self, number: int, *, known: bool = True, counted: bool = False) -> bytes:
        """The body that the visitor of this number gets."""
        scope = self._scope(Guest(number, known))
        before, self.sent = sys.gettrace(), []
        page = self.edge(scope, _nothing, self._take)
        try:
            if counted:
                self.bytecodes = self.calls = 0
                sys.settrace(self._called)
            page.send(None)
        except StopIteration:
            pass
        finally:
            sys.settrace(before)
        return b"".join(message.get("body", b"") for message in self.sent)

    @staticmethod
    def _scope(guest: Guest) -> Scope:
        sent = {"Host": "shop.localhost", **guest.headers(cookies(), NOW)}
        headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
        return {**scope_of("/"), "scheme": "http", "headers": headers}

    async def _take(self, message: Message) -> None:
        self.sent.append(message)

    def _called(self, frame: FrameType, event: str, value: Any) -> Callable[..., Any] | None:
        if not frame.f_globals.get("__name__", "").startswith("edge."):
            return None
        self.calls += 1
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return self._went_on

    def _went_on(self, frame: FrameType, event: str, value: Any) -> Callable[..., Any]:
        self.bytecodes += event == "opcode"
        return self._went_on


def left_by(work: Callable[[], None]) -> int:
    """Bytes."""
    before = tracemalloc.get_traced_memory()[0]
    work()
    return tracemalloc.get_traced_memory()[0] - before


async def _nothing() -> Message:
    raise AssertionError("nobody reads the body of a request for a page")


def test_a_page_whose_answer_is_known(tmp_path: Path) -> None:
    counting = Counting(tmp_path / "site", answering(page()))
    for _ in range(3):
        counting.ask(100)
    assert counting.ask(100, counted=True) == expected(Guest(100))
    assert counting.bytecodes <= KEPT
    assert counting.calls <= CALLS


def test_a_first_visit(tmp_path: Path) -> None:
    counting = Counting(tmp_path / "site", answering(page()))
    counting.ask(0, known=False)
    assert counting.ask(100, known=False, counted=True) == expected(Guest(100, known=False))
    assert counting.bytecodes <= FIRST_VISIT


def test_a_page_with_another_token(tmp_path: Path) -> None:
    counting = Counting(tmp_path / "site", differing())
    for number in range(0, 400, 100):
        counting.ask(number)
    counting.ask(500, counted=True)
    assert counting.bytecodes <= TOKEN


@pytest.mark.parametrize("number", [100, 7], ids=["one whose answer is known", "the first of a segment"])
def test_segments_that_no_slot_asks_for_cost_nothing(tmp_path: Path, number: int) -> None:
    found = []
    for more in (0, 2000):
        counting = Counting(tmp_path / f"site{more}", answering(page()), more)
        counting.ask(0)
        counting.ask(number, counted=True)
        found.append(counting.bytecodes)
    assert found[1] < 1.05 * found[0]


def test_a_signature_is_checked_once_and_a_page_scanned_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, scanned = [], []
    verify = Tokens.verify

    def watched_verify(*given: Any) -> Any:
        checked.append(given)
        return verify(*given)

    def watched_scan(*given: Any) -> Any:
        scanned.append(given)
        return parse_plan(*given)

    monkeypatch.setattr(Tokens, "verify", watched_verify)
    monkeypatch.setattr("edge.page.whole.parse_plan", watched_scan)
    counting = Counting(tmp_path / "site", answering(page()))
    for number in [*range(20), *range(20)]:
        assert counting.ask(number) == expected(Guest(number))
    assert len(checked) == 20
    assert len(scanned) == 1


def test_a_page_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither for the garbage collector nor for ever."""
    counting = Counting(tmp_path / "site", answering(page()))

    def many() -> None:
        for number in range(0, 4000, 40):
            counting.ask(number)

    many()
    gc.collect()
    gc.disable()
    try:
        many()
        assert gc.collect() < 100, "objects that only the garbage collector could free, one a page"
        tracemalloc.start()
        kept = [left_by(many) for _ in range(4)]
        assert min(kept) < SPARE, "other threads may allocate beside one of these, a leak is in each"
    finally:
        tracemalloc.stop()
        gc.enable()
