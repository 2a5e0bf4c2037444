"""What became of the pages, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Cell", "Counted", "Counts"]

Counted = tuple[tuple[str, str], ...]
"""All that is counted of one page: `("tailored", slot)` for the slots that show something, `("defaulted", reason)`
for the others."""


_MOST_CELLS = 1000
"""Visitors choose what their requests say, and so, of many slots, which are tailored together."""


@dataclass(slots=True, eq=False)
class Cell:
    """How many pages were counted alike. One that is `closed` is looked at no more."""

    counted: Counted
    times: int = 0
    closed: bool = False


class Counts(Counter[tuple[str, str]]):
    """How often pages were tailored, by slot; kept their default, by reason; passed untouched, by reason.

    Most pages are counted as some other was before: as one number, that `settled` adds to each of its counts.
    """

    def __init__(self, counts: Mapping[tuple[str, str], int] | None = None) -> None:
        super().__init__(counts)
        self._cells: dict[Counted, Cell] = {}

    def cell(self, counted: Counted) -> Cell:
        """Where pages are counted of which all this is to be counted."""
        cell = self._cells.get(counted)
        if cell is None:
            if len(self._cells) >= _MOST_CELLS:
                self._close()
            cell = self._cells[counted] = Cell(counted)
        return cell

    def one_more(self, cell: Cell) -> None:
        """Counts a page there, however long ago that was given."""
        if cell.closed:
            cell = self.cell(cell.counted)
        cell.times += 1

    def _close(self) -> None:
        self.settled()
        for cell in self._cells.values():
            cell.closed = True
        self._cells.clear()

    def settled(self) -> Counts:
        """The counts, up to date."""
        for cell in self._cells.values():
            for pair in cell.counted if cell.times else ():
                self[pair] += cell.times
            cell.times = 0
        return self
