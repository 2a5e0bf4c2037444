"""Pages that are counted alike are counted as one number, until somebody looks."""

from __future__ import annotations

from edge.page.counts import Counts

ALIKE = (("tailored", "hero"), ("defaulted", "no match"), ("defaulted", "no match"))


def test_a_cell_counts_all_that_is_to_be_counted_of_each_page() -> None:
    counts = Counts()
    counts["passed", "status"] += 1
    counts.cell(ALIKE).times += 1
    counts.cell(ALIKE).times += 2
    assert counts.settled() == {("passed", "status"): 1, ("tailored", "hero"): 3, ("defaulted", "no match"): 6}
    assert counts.settled()["tailored", "hero"] == 3
    counts.cell(ALIKE).times += 1
    assert counts.settled()["tailored", "hero"] == 4


def test_a_copy_is_of_the_numbers() -> None:
    counts = Counts()
    counts.cell(ALIKE).times += 1
    assert counts.settled().copy() == counts


def test_cells_have_a_limit_and_none_is_counted_in_vain() -> None:
    counts = Counts()
    old = counts.cell(ALIKE)
    counts.one_more(old)
    for number in range(5000):
        counts.one_more(counts.cell((("tailored", str(number % 2500)),)))
        counts.one_more(old)
    assert len(counts._cells) <= 1000
    assert counts.settled()["tailored", "hero"] == 5001
    assert [counts["tailored", str(number)] for number in range(2500)] == [2] * 2500
