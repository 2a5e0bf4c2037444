"""Plans kept from one request to the next."""

from __future__ import annotations

from edge.html import Slots, parse_plan
from edge.page.plans import Kept, Plans

SLOTS = Slots(frozenset({"hero", "offer"}))
TYPE = "text/html"
PAGE = b'<p data-edge-slot="offer">a</p><p data-edge-slot="hero">b</p><p data-edge-slot="offer">c</p>'


def kept(body: bytes, content_type: str = TYPE, codec: str = "utf-8") -> Kept:
    return Kept(parse_plan(body, SLOTS), content_type, codec)


def test_a_plan_is_found_by_path_body_and_type() -> None:
    plans, plan = Plans(1 << 20), kept(PAGE)
    plans.keep("/", plan)
    assert plans.find("/", bytes(bytearray(PAGE)), TYPE) is plan
    assert plans.find("/other", PAGE, TYPE) is None
    assert plans.find("/", PAGE + b" ", TYPE) is None
    assert plans.find("/", PAGE, "text/html; charset=koi8-r") is None


def test_a_plans_slots_are_in_the_pages_order() -> None:
    assert kept(PAGE).names == ("offer", "hero")


def test_a_path_keeps_the_newest_four() -> None:
    plans = Plans(1 << 20)
    bodies = [PAGE + b"%d" % number for number in range(6)]
    for body in bodies:
        plans.keep("/", kept(body))
    assert [plans.find("/", body, TYPE) is not None for body in bodies] == [False, False, True, True, True, True]


def test_the_plan_to_try_is_the_newest_of_the_type_and_charset() -> None:
    plans, first, second = Plans(1 << 20), kept(PAGE), kept(PAGE + b" ")
    plans.keep("/", first)
    plans.keep("/", second)
    assert plans.newest("/", TYPE, "utf-8") is second
    assert plans.newest("/", TYPE, "cp1252") is None
    assert plans.newest("/other", TYPE, "utf-8") is None


def test_whether_a_path_is_known_to_have_slots() -> None:
    plans = Plans(1 << 20)
    plans.keep("/plain", kept(b"<p>"))
    plans.keep("/slots", kept(PAGE))
    plans.keep_plain("/file")
    asked = ("/plain", "/slots", "/file", "/unknown")
    assert [plans.has_slots(path) for path in asked] == [False, True, False, None]


def test_a_path_without_slots_is_known_for_longer_than_its_plan() -> None:
    plans = Plans(60_000)
    plans.keep("/big", kept(b"x" * 10_000))
    plans.keep("/slots", kept(PAGE))
    for number in range(20):
        plans.keep(f"/{number}", kept(b"x" * 5_000))
    assert [plans.has_slots(path) for path in ("/big", "/0", "/slots")] == [False, False, None]


def test_a_path_that_gets_slots_is_no_longer_known_as_one_without() -> None:
    plans = Plans(60_000)
    plans.keep_plain("/")
    plans.keep("/", kept(PAGE + b"x" * 60_000))  # too big to be kept
    assert plans.has_slots("/") is None


def test_paths_without_slots_take_little_room() -> None:
    plans = Plans(1 << 20)
    for number in range(10_000):
        plans.keep_plain(f"/{number}")
    plans.keep_plain("/" + "x" * 2048)
    known = sum(plans.has_slots(f"/{number}") is False for number in range(10_000))
    assert 100 < known < 400
    assert plans.has_slots("/9999") is False
    assert plans.has_slots("/" + "x" * 2048) is None


def test_what_was_not_used_longest_goes_first() -> None:
    plans, page = Plans(60_000), b"x" * 5_000
    for path in ("/a", "/b", "/c", "/d"):
        plans.keep(path, kept(page))
    assert plans.find("/a", page, TYPE) is not None
    for path in ("/e", "/f"):
        plans.keep(path, kept(page))
    assert plans.find("/a", page, TYPE) is not None
    assert plans.find("/b", page, TYPE) is None
    assert plans.size <= 60_000


def test_a_page_too_big_for_all_others_is_not_kept() -> None:
    plans = Plans(60_000)
    plans.keep("/", kept(b"x" * 20_000))
    assert (plans.newest("/", TYPE, "utf-8"), plans.size) == (None, 0)


def test_plans_are_bounded_whatever_paths_are_asked_for() -> None:
    plans, plan = Plans(1_000_000), kept(b"<p>small</p>")
    long = [f"/{number}/" + "x" * 2_000 for number in range(3_000)]
    for path in [*long, "/" + "x" * 60_000]:
        plans.keep(path, plan)
    found = [path for path in long if plans.newest(path, TYPE, "utf-8") is not None]
    assert 0 < len(found) < 200
    assert plans.size <= 1_000_000
    assert plans.newest("/" + "x" * 60_000, TYPE, "utf-8") is None


def test_the_same_page_is_kept_once() -> None:
    plans = Plans(1_000_000)
    plans.keep("/", kept(PAGE))
    size = plans.size
    plans.keep("/", kept(PAGE))
    assert plans.size == size
