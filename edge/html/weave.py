"""Bytes and blocks into one: copies a page up to what is certain, and puts the blocks where they belong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from edge.html.marks import WITHIN, Mark
from edge.html.tags import set_attributes
from edge.model import Place

__all__ = ["Fill", "Weaver"]


@dataclass(frozen=True, slots=True)
class Fill:
    """What one slot gets. `block` is HTML in the page's charset, None to leave the content and only `set`
    attributes of the slot's own tag (names, and values unescaped, in the page's charset) or to remove the slot."""

    block: bytes | None = None
    place: Place = "inside"
    set: tuple[tuple[bytes, bytes], ...] = ()


_BY_START_TAG = frozenset({"before", "prepend"})


class Weaver:
    """Walks the marks of a page in order, as far as their ends are known.

    The rules of nesting: what stands in a slot whose content goes, goes with it; what stands in a slot that keeps
    its content is woven as if that slot were not there.
    """

    def __init__(self, cut: Callable[[int, int], bytes]) -> None:
        self.at = 0
        """How far the page is written."""
        self.out: list[bytes] = []
        self.shown: dict[str, bool] = {}
        """Of each slot with a fill: True once a block was written or attributes set, False if none took it."""
        self._cut = cut
        self._next = 0
        self._pending: list[tuple[Mark, Fill]] = []

    def restart(self) -> None:
        """The marks come anew; what is written is written."""
        self._next = 0

    def weave(self, marks: Sequence[Mark], certain: int, fills: Mapping[str, Fill | None]) -> None:
        """Writes what can be written now that the first `certain` bytes are understood and these fills are known.
        Stops at the first slot without a decision (no key of `fills`), or whose end it must know and does not."""
        while True:
            mark = marks[self._next] if self._next < len(marks) else None
            if mark is not None and mark.start < self.at:
                self._next += 1
                continue
            if self._finish(mark):
                continue
            if mark is None:
                self._copy(certain)
                return
            if mark.name not in fills or not self._open(mark, fills[mark.name]):
                self._copy(max(self.at, mark.start))
                return
            self._next += 1

    def _finish(self, following: Mark | None) -> bool:
        """Whether a block waiting for the end of its slot could be dealt with before the `following` mark."""
        if not self._pending:
            return False
        mark, fill = self._pending[-1]
        if mark.lost:
            self._pending.pop()
            self._refuse(mark)
            return True
        if not mark.closed:
            return False
        where = mark.after if fill.place == "after" else mark.end
        if following is not None and following.start < where:
            return False
        self._pending.pop()
        self._copy(max(self.at, where))
        self._show(mark, fill.block)
        return True

    def _open(self, mark: Mark, fill: Fill | None) -> bool:
        """Deals with a slot's start tag; False where it has to wait."""
        if fill is None:
            return True
        if not _takes(mark, fill):
            self._refuse(mark)
            return True
        if fill.block is None and fill.place != "remove":
            self._tag(mark, fill)
        elif fill.place in _BY_START_TAG:
            self._copy(mark.start)
            if fill.place == "before":
                self._show(mark, fill.block)
            self._tag(mark, fill)
            if fill.place == "prepend":
                self._show(mark, fill.block)
        elif fill.place in ("append", "after"):
            self._tag(mark, fill)
            self._pending.append((mark, fill))
        else:
            return self._swap(mark, fill)
        return True

    def _swap(self, mark: Mark, fill: Fill) -> bool:
        if mark.lost:
            self._refuse(mark)
            return True
        if not mark.closed:
            return False
        if fill.place == "inside":
            self._tag(mark, fill)
            self._show(mark, fill.block)
            self.at = mark.end
        else:
            self._copy(mark.start)
            self._show(mark, fill.block if fill.place == "replace" else None)
            self.at = mark.after
        return True

    def _tag(self, mark: Mark, fill: Fill) -> None:
        if fill.set and not mark.pair:
            self._copy(mark.start)
            self._show(mark, set_attributes(self._cut(mark.start, mark.inner), fill.set))
            self.at = mark.inner
        else:
            self._copy(mark.inner)

    def _show(self, mark: Mark, data: bytes | None) -> None:
        if data is not None:
            self.out.append(data)
        self.shown[mark.name] = True

    def _refuse(self, mark: Mark) -> None:
        self.shown.setdefault(mark.name, False)

    def _copy(self, end: int) -> None:
        if end > self.at:
            self.out.append(self._cut(self.at, end))
            self.at = end


def _takes(mark: Mark, fill: Fill) -> bool:
    if fill.set and mark.fixed:
        return False
    if fill.block is None and fill.place != "remove":
        return bool(fill.set) and not mark.pair
    if fill.place not in mark.places:
        return False
    return not (mark.text_only and fill.place in WITHIN and fill.block is not None and b"<" in fill.block)
