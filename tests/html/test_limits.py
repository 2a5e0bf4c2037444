"""Hostile pages: work grows with their length, memory does not, and every limit counts bytes of the page."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from edge.html import Fill, Slots, Stream, parse_plan, splice
from edge.html.lexer import TAG_LIMIT
from edge.html.openings import CONTENT_LIMIT, MARK_LIMIT
from edge.html.outside import REACH
from tests.html.cases import HERO, NEW, spliced, streamed

SLOT = b'<div data-edge-slot="hero">'

HOSTILE: dict[str, Callable[[int], bytes]] = {
    "less-than": lambda size: b"<" * size,
    "start tags": lambda size: b"<a " * (size // 3),
    "comments": lambda size: b"<!--" * (size // 4),
    "end tags": lambda size: b"</" * (size // 2),
    "nested slots": lambda size: SLOT * (size // len(SLOT)),
    "endless name": lambda size: b"<div " + b"a" * size,
    "endless value": lambda size: b'<div a="' + b"x>" * (size // 2),
    "endless spaces": lambda size: b"<div a" + b" " * size,
    "equals signs": lambda size: b'<a =" ' * (size // 6),
    "paragraphs": lambda size: SLOT + b"<p>" * (size // 3),
    "stray ends": lambda size: b"<span data-edge-slot=hero>" + b"</b>" * (size // 4),
    "deep, then ends": lambda size: SLOT + b"<span>" * 400 + b"</p>" * (size // 4),
    "formatting": lambda size: SLOT + b"<b><i><u>x</p><p>" * (size // 17),
    "adoption": lambda size: SLOT + b"<i>" * 100 + b"<div></i>" * (size // 9),
    "drawings": lambda size: b"<svg><g>" * (size // 8),
    "scripts": lambda size: b"<script><!--<script>" * (size // 20),
    "asking back": lambda size: b"<span data-edge-slot=hero><p>x</span>" * (size // 37),
    "pairs": lambda size: b"<!--edge:slot hero-->" * (size // 21),
    "closed pairs": lambda size: b"<!--edge:slot hero--><p>a</p><!--/edge:slot-->" * (size // 47),
    "needles": lambda size: b'<a b="data-edge-slot=hero">' * (size // 27),
    "tables": lambda size: b"<table data-edge-slot=hero><tr><td>" * (size // 35),
    "menus": lambda size: b"<select><option data-edge-slot=hero>x" * (size // 36),
    "references": lambda size: b'<a data-edge-slot="' + b"&amp" * 12_000 + b'">' + b"x" * size,
}


def _calls(job: Callable[[], object]) -> int:
    """Functions called, ours and the interpreter's: work, without a clock."""
    count = 0

    def profile(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        job()
    finally:
        sys.setprofile(None)
    return count


def _in_chunks(page: bytes, size: int) -> list[bytes]:
    return [page[at : at + size] for at in range(0, len(page), size)]


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_page_and_no_faster(name: str) -> None:
    small, big = (HOSTILE[name](size) for size in (1 << 14, 1 << 16))
    for chunk in (1 << 30, 1000):
        few, many = (_calls(partial(streamed, _in_chunks(page, chunk))) for page in (small, big))
        assert many < 5.2 * few + 2000, (few, many)


MEGABYTES = ("less-than", "start tags", "comments", "end tags", "nested slots", "endless name", "endless value")


@pytest.mark.parametrize(
    "name", [name if name in MEGABYTES else pytest.param(name, marks=pytest.mark.soak) for name in HOSTILE]
)
def test_a_megabyte_comes_out_the_same_whole_and_in_chunks(name: str) -> None:
    page = HOSTILE[name](1 << 20)
    assert streamed(_in_chunks(page, 4000)) == spliced(page)


def test_a_stream_without_end_keeps_little_in_memory() -> None:
    stream = Stream(HERO)
    stream.give(NEW)
    piece = b'<p title="a>b">text</p><!-- c --><script>1<2</script>' * 2000 + SLOT + b"<p>old</p></div>"
    came = taken = most = 0
    while came < 4 * REACH:
        stream.feed(piece)
        came += len(piece)
        taken += len(stream.take())
        most = max(most, len(stream._scanner.buffer))
    assert came - taken < 4 * len(piece)
    assert most < REACH + 4 * len(piece)
    assert stream.plan() is None


@pytest.mark.parametrize("opening", [b"<!-- ", b"<script>", b"<svg><g>", b"<?", b"<p>", b"<title>"])
def test_text_without_end_is_passed_on_and_not_kept(opening: bytes) -> None:
    stream = Stream(HERO)
    stream.feed(opening)
    for _ in range(200):
        stream.feed(b"x" * 50_000)
        stream.take()
        assert len(stream._scanner.buffer) < REACH + 200_000


def test_what_is_certain_is_not_held_back() -> None:
    for start in (
        b"some text",
        b"<p>some text",
        b"<!-- a comment" + b" " * 300,
        b"<script>var a",
        b"<style>p{",
        b"<? php",
    ):
        stream = Stream(HERO)
        stream.feed(start)
        assert stream.take() == start


def _slot_of(size: int) -> bytes:
    return SLOT + b"x" * size + b"</div>tail" + SLOT + b"old</div>"


@pytest.mark.parametrize("chunk", [1 << 30, 10_000, 65_537])
def test_a_slot_that_holds_too_much_stays_and_scanning_goes_on(chunk: int) -> None:
    filled = b"</div>tail" + SLOT + b"NEW</div>"
    assert streamed(_in_chunks(_slot_of(CONTENT_LIMIT), chunk)) == SLOT + b"NEW" + filled
    kept = SLOT + b"x" * (CONTENT_LIMIT + 1) + filled
    assert streamed(_in_chunks(_slot_of(CONTENT_LIMIT + 1), chunk)) == kept


def test_a_slot_that_holds_too_much_is_let_go_before_its_end() -> None:
    stream = Stream(HERO)
    stream.give(NEW)
    stream.feed(SLOT + b"x" * (CONTENT_LIMIT + 10))
    assert stream.take() == SLOT + b"x" * (CONTENT_LIMIT + 10)


def _tag_of(size: int) -> bytes:
    head, tail = b'<img alt="', b'">'
    return head + b"a" * (size - len(head) - len(tail)) + tail


@pytest.mark.parametrize("chunk", [1 << 30, 1000, 65_536])
def test_past_a_tag_that_is_too_long_the_page_stays_as_it_is(chunk: int) -> None:
    rest = SLOT + b"old</div>"
    assert streamed(_in_chunks(_tag_of(TAG_LIMIT) + rest, chunk)) == _tag_of(TAG_LIMIT) + SLOT + b"NEW</div>"
    page = SLOT + b"old</div>" + _tag_of(TAG_LIMIT + 1) + rest
    assert streamed(_in_chunks(page, chunk)) == SLOT + b"NEW</div>" + _tag_of(TAG_LIMIT + 1) + rest


@pytest.mark.parametrize("chunk", [1 << 30, 7])
def test_a_slot_deeper_than_browsers_nest_is_left_alone(chunk: int) -> None:
    deep = SLOT + b"<div>" * 600 + b"</div>" * 601
    page = deep + SLOT + b"old</div>"
    assert streamed(_in_chunks(page, chunk)) == deep + SLOT + b"NEW</div>"


@pytest.mark.parametrize("chunk", [1 << 30, 50_000])
def test_far_from_the_start_of_a_page_only_what_is_clear_by_itself_is_filled(chunk: int) -> None:
    lead = b"<p>x</p>" * (REACH // 8 + 1)
    page = lead + b"<ul><li data-edge-slot=hero>a</ul>" + SLOT + b"<ul><li>a</ul></div>"
    expected = lead + b"<ul><li data-edge-slot=hero>a</ul>" + SLOT + b"NEW</div>"
    assert streamed(_in_chunks(page, chunk)) == expected


def test_many_slots_of_many_names_are_asked_for_once_each() -> None:
    slots = Slots(frozenset(f"s{number}" for number in range(500)))
    page = b"".join(b'<i data-edge-slot="s%d">x</i>' % number for number in range(500)) * 2
    stream = Stream(slots)
    stream.feed(page)
    assert stream.wanted() == tuple(f"s{number}" for number in range(500))
    stream.give(dict.fromkeys(stream.wanted(), Fill(b"")))
    stream.close()
    assert stream.take() == page.replace(b">x<", b"><")
    assert parse_plan(page, slots).names == slots.names


def test_a_page_has_so_many_slots_and_no_more() -> None:
    page = b'<p data-edge-slot="hero">x</p>' * (MARK_LIMIT + 10)
    expected = b'<p data-edge-slot="hero">NEW</p>' * MARK_LIMIT + b'<p data-edge-slot="hero">x</p>' * 10
    slots = Slots(frozenset({"hero"}))
    assert splice(parse_plan(page, slots), {"hero": Fill(b"NEW")}).body == expected
    stream = Stream(slots)
    stream.give({"hero": Fill(b"NEW")})
    woven = b""
    for at in range(0, len(page), 4096):
        stream.feed(page[at : at + 4096])
        woven += stream.take()
    stream.close()
    assert woven + stream.take() == expected


def test_what_is_remembered_of_nested_slots_does_not_grow_with_the_page() -> None:
    stream, chunk = Stream(Slots(frozenset({"hero"}))), b'<div data-edge-slot="hero">' * 200
    stream.give({"hero": None})
    tracemalloc.start()
    try:
        peaks = []
        for _ in range(2):
            for _ in range(30):
                stream.feed(chunk)
                stream.take()
            peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert peaks[1] < 3_000_000  # of 324 KB of page; without a limit on its slots it was some 9 MB
