"""The cases that we measure ourselves by: html_cases.json is shared, placement_cases.json ours in that form."""

from __future__ import annotations

import pytest

from edge.html import parse_plan, splice
from tests.html.cases import Case, load, spliced, streamed

CASES = load("html_cases.json") + load("placement_cases.json")
WRITABLE = [case for case in CASES if not case.untouched]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gives_its_best_answer(case: Case) -> None:
    if case.untouched:
        assert case.page == case.expected
        return
    got = spliced(case.page, case.slots, case.fills)
    assert got not in case.never
    assert got == case.expected


@pytest.mark.parametrize("case", [case for case in WRITABLE if len(case.page) < 500], ids=str)
def test_a_case_gives_the_same_bytes_however_it_is_cut(case: Case) -> None:
    page = case.page
    for at in range(len(page) + 1):
        assert streamed([page[:at], page[at:]], case.slots, case.fills) == case.expected, at


@pytest.mark.parametrize("case", WRITABLE, ids=str)
def test_a_case_gives_the_same_bytes_byte_by_byte(case: Case) -> None:
    page = case.page
    assert streamed([page[at : at + 1] for at in range(len(page))], case.slots, case.fills) == case.expected


@pytest.mark.parametrize("case", [case for case in WRITABLE if len(case.page) < 500], ids=str)
def test_a_case_gives_the_same_bytes_when_a_kept_plan_is_replayed(case: Case) -> None:
    page, plan = case.page, parse_plan(case.page, case.slots)
    for at in range(len(page) + 1):
        assert streamed([page[:at], page[at:]], case.slots, case.fills, plan) == case.expected, at


@pytest.mark.parametrize("case", [case for case in WRITABLE if len(case.page) < 200], ids=str)
@pytest.mark.parametrize("other", [b"", b"<b>q</b>", b"</div></p>\"'>x<div data-edge-slot=hero>z</div>"])
def test_a_page_that_is_no_longer_that_of_the_plan_is_scanned(case: Case, other: bytes) -> None:
    plan = parse_plan(case.page, case.slots)
    for at in range(0, len(case.page) + 1, 3):
        page = case.page[:at] + other
        expected = spliced(page, case.slots, case.fills)
        for cut in (at // 2, at):
            assert streamed([page[:cut], page[cut:]], case.slots, case.fills, plan) == expected, (at, cut)


@pytest.mark.parametrize("case", [case for case in WRITABLE if case.shown is not None], ids=str)
def test_a_slot_whose_markup_cannot_take_the_block_says_so(case: Case) -> None:
    got = splice(parse_plan(case.page, case.slots), case.fills)
    assert got.shown == {"hero": case.shown}


@pytest.mark.parametrize("case", WRITABLE, ids=str)
def test_a_page_without_fills_is_the_page(case: Case) -> None:
    assert spliced(case.page, case.slots, {}) == case.page
    assert streamed([case.page], case.slots, {}) == case.page
