"""Streams hold back as little as they can, and can be left at any byte."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from edge.html import Fill, Replay, Slots, Stream, parse_plan, splice

PAGE = b'<p>a</p><div data-edge-slot="hero">old</div>b<div data-edge-slot="offer">old</div>c'
SLOTS = Slots(frozenset({"hero", "offer"}))


def _stream(page: bytes, fills: Mapping[str, Fill | None]) -> tuple[Stream, bytes]:
    stream = Stream(SLOTS)
    stream.give(fills)
    stream.feed(page)
    return stream, stream.take()


def test_the_page_waits_at_the_first_slot_without_a_decision() -> None:
    stream, out = _stream(PAGE, {})
    assert out == b"<p>a</p>"
    assert stream.wanted() == ("hero", "offer")
    stream.give({"hero": Fill(b"NEW")})
    assert stream.take() == b'<div data-edge-slot="hero">NEW</div>b'
    assert stream.wanted() == ("offer",)
    stream.give({"offer": None})
    assert stream.take() == b'<div data-edge-slot="offer">old</div>c'
    assert stream.shown == {"hero": True}


def test_a_slot_that_shows_its_default_is_not_held() -> None:
    assert _stream(b'<div data-edge-slot="hero">half', {"hero": None})[1] == b'<div data-edge-slot="hero">half'


def test_blocks_by_the_start_tag_do_not_wait_for_the_end() -> None:
    tag = b'<div data-edge-slot="hero">'
    assert _stream(tag + b"half", {"hero": Fill(b"NEW", "before")})[1] == b"NEW" + tag + b"half"
    assert _stream(tag + b"half", {"hero": Fill(b"NEW", "prepend")})[1] == tag + b"NEWhalf"
    assert _stream(tag + b"half", {"hero": Fill(b"NEW", "append")})[1] == tag + b"half"
    assert _stream(tag + b"half", {"hero": Fill(b"NEW")})[1] == b""


def test_whoever_takes_no_more_can_go_on_with_the_page_as_it_came() -> None:
    for at in range(len(PAGE)):
        for fills in ({}, {"hero": Fill(b"NEW")}, {"hero": Fill(b"NEW", "append"), "offer": Fill(b"N")}):
            stream, out = _stream(PAGE[:at], fills)
            out += PAGE[stream.taken :]
            assert out.replace(b"NEW", b"old").replace(b"oldold", b"old").replace(b">N<", b">old<") == PAGE


def test_a_stream_hands_out_the_plan_of_what_it_scanned() -> None:
    stream = Stream(SLOTS)
    for at in range(len(PAGE)):
        stream.feed(PAGE[at : at + 1])
    assert stream.plan() is None
    stream.close()
    plan = stream.plan()
    assert plan is not None
    fills = {"hero": Fill(b"1"), "offer": Fill(b"2", "remove")}
    assert splice(plan, fills) == splice(parse_plan(PAGE, SLOTS), fills)
    assert plan.names == {"hero", "offer"}


def test_a_kept_plan_saves_the_scan() -> None:
    plan = parse_plan(PAGE, SLOTS)
    replay = Replay(plan, SLOTS)
    replay.feed(PAGE[:60])
    assert replay.wanted() == ("hero", "offer")
    replay.give({"hero": Fill(b"NEW"), "offer": Fill(b"NEW")})
    out = replay.take()
    assert out == PAGE[:54].replace(b"old", b"NEW")[: len(out)]
    replay.feed(PAGE[60:])
    replay.close()
    assert out + replay.take() == PAGE.replace(b"old", b"NEW")
    assert replay.kept
    assert replay.plan() is plan
    assert not replay._scanner.buffer


def test_a_page_that_differs_goes_on_with_the_scanner() -> None:
    plan = parse_plan(PAGE, SLOTS)
    replay = Replay(plan, SLOTS)
    replay.give({"hero": Fill(b"NEW"), "offer": Fill(b"NEW")})
    replay.feed(PAGE[:45])
    out = replay.take()
    replay.feed(b"<i data-edge-slot=offer>x</i>")
    assert not replay.kept
    replay.close()
    assert out + replay.take() == PAGE[:45].replace(b"old", b"NEW") + b"<i data-edge-slot=offer>NEW</i>"
    assert replay.plan() is not None
    assert replay.plan() is not plan


def test_a_page_that_ends_before_its_kept_plan_is_scanned() -> None:
    replay = Replay(parse_plan(PAGE, SLOTS), SLOTS)
    replay.give({"hero": Fill(b"NEW")})
    replay.feed(PAGE[:40])
    replay.close()
    assert replay.take() == PAGE[:40]
    assert not replay.kept


@pytest.mark.parametrize("at", range(0, len(PAGE), 7))
@pytest.mark.parametrize("second", [PAGE, PAGE.replace(b"old", b"new")])
def test_a_replay_can_be_left_anywhere(at: int, second: bytes) -> None:
    replay = Replay(parse_plan(PAGE, SLOTS), SLOTS)
    replay.give({"hero": None, "offer": None})
    replay.feed(second[:at])
    out = replay.take()
    replay.feed(second[at : at + 9])
    assert out + replay.take() + second[replay.taken :] == second
