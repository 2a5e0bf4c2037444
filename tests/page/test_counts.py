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
