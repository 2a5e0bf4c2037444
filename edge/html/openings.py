"""The slots of a page while they are open: which begin, where they end, and which must be left alone.

All offsets count from the start of the page.
"""

from __future__ import annotations

from collections.abc import Iterable

from edge.html.elements import CODE, MARKED, RAW, VOID
from edge.html.marks import AROUND, NOWHERE, WITHIN, Mark
from edge.html.slots import Slots
from edge.html.stack import DEPTH, Node, Unclear, Unknown
from edge.html.tags import attributes
from edge.html.tree import Tree
from edge.model import Place

__all__ = ["CONTENT_LIMIT", "MARK_LIMIT", "Opening", "Openings"]

CONTENT_LIMIT = 256 * 1024
"""Bytes of one slot's content; past that the slot keeps it."""

MARK_LIMIT = 2048
"""Slots of one page that count: what is known of each is kept for as long as the page lasts. The rest stay as they
are."""

_TEXT_ONLY = frozenset([b"title", b"textarea", b"option"])
_NEVER_WITHIN = (RAW - _TEXT_ONLY) | VOID | {b"plaintext", b"svg script", b"svg style"}


class Opening:
    """A slot whose end has not come. `node` is its host, of a pair what was open around it; `depth` how many
    elements were open before it."""

    __slots__ = ("depth", "mark", "markers", "node", "reaching")

    def __init__(self, mark: Mark, node: Node, depth: int, tree: Tree) -> None:
        self.mark = mark
        self.node = node
        self.depth = depth
        self.reaching = frozenset(other.first or other for other in tree.reaching() if other is not node)
        """The formatting elements and the form of before it that reach into it."""
        self.markers = tree.formatting.count(None)


class Openings:
    """The marks of a page, and those among them that are open, outermost first."""

    def __init__(self, slots: Slots, codec: str) -> None:
        self.marks: list[Mark] = []
        self.open: list[Opening] = []
        self._slots = slots
        self._codec = codec
        self._counts: dict[str, int] = {}
        self._known: dict[int, tuple[str, Mark | None]] = {}
        """What began where in the region at hand, so that reading it again counts nothing twice."""

    def enter_region(self) -> None:
        self._known.clear()

    def restart(self) -> None:
        """The region is read again."""
        self.open.clear()

    # Which tags and comments are slots.

    def name_of(self, name: bytes, tag: bytes) -> str | None:
        """The name of the slot that this start tag is marked as, by attribute or else by selector."""
        values: dict[str, str] = {}
        for attribute in attributes(tag):
            values[attribute.name.decode(self._codec, "replace")] = attribute.text(self._codec)
        slot = values.get("data-edge-slot")
        if slot is not None and slot in self._slots.names:
            return slot
        if not self._slots.selectors:
            return None
        kind = name.decode(self._codec, "replace")
        return next((slot for selector, slot in self._slots.selectors if selector.matches(kind, values)), None)

    def begin(self, name: str, start: int, inner: int) -> Mark | None:
        """A mark for the slot that begins here; None if its `times` are over, or the page has too many."""
        known = self._known.get(start)
        if known is not None:
            return known[1]
        if len(self.marks) >= MARK_LIMIT:
            return None
        count = self._counts[name] = self._counts.get(name, 0) + 1
        mark = Mark(name, start, inner) if count <= self._slots.times.get(name, count) else None
        self._known[start] = (name, mark)
        if mark is not None:
            self.marks.append(mark)
        return mark

    # How they open.

    def open_element(self, name: bytes, node: Node | None, mark: Mark, tree: Tree) -> Opening | None:
        """A start tag with this mark has made this element, or None where the parser only took its attributes."""
        if node is None:
            mark.places = NOWHERE
            mark.lose(mark.inner)
            return None
        raw = node.html and name in RAW
        mark.places = _places(node, raw)
        mark.text_only = node.key in _TEXT_ONLY
        mark.fixed = node.key in CODE
        if not node.open and not raw:
            mark.close(mark.inner, mark.inner, mark.inner)
            return None
        if node.key == b"form" and not tree.grounded:
            raise Unknown
        opening = Opening(mark, node, len(tree.nodes) - 1, tree)
        if node.key == b"form" and tree.pending():
            mark.lose(mark.inner)  # formatting that text opens in a form stays open behind it
            return None
        self._push(opening)
        return opening

    def open_pair(self, written: bytes, start: int, inner: int, tree: Tree) -> None:
        """A comment opens a pair; one of an unknown name only counts inside others, as their end tells nothing."""
        name = written.decode(self._codec, "replace")
        mark = self.begin(name, start, inner) if name in self._slots.names else None
        mark = mark or Mark(name, start, inner)
        mark.pair = True
        self._push(Opening(mark, tree.current, len(tree.nodes), tree))

    def takes_pair(self, written: bytes) -> bool:
        name = written.decode(self._codec, "replace")
        return name in self._slots.names or any(opening.mark.pair for opening in self.open)

    def _push(self, opening: Opening) -> None:
        if len(self.open) >= DEPTH:
            raise Unclear
        self.open.append(opening)

    # How they end.

    def close(self, opening: Opening, end: int, after: int, settled: int) -> None:
        self.open.remove(opening)
        if end - opening.mark.inner > CONTENT_LIMIT:
            opening.mark.lose(settled)
        else:
            opening.mark.close(end, after, settled)

    def close_pair(self, start: int, end: int, tree: Tree) -> None:
        """A comment closes the innermost pair, if all is open that was, and nothing else."""
        opening = next((opening for opening in reversed(self.open) if opening.mark.pair), None)
        if opening is None:
            return
        if opening is self.open[-1] and len(tree.nodes) == opening.depth and tree.current is opening.node:
            self.close(opening, start, end, end)
        else:
            self.lose([opening], end)

    def settle(
        self, tree: Tree, start: int, end: int, target: Node | None = None, made: Node | None = None
    ) -> None:
        """Closes the slots whose hosts the last tag has closed: an end tag of `target`, or a start tag that has
        `made` an element. Loses those whose content has ended what reached into them: it would reach on."""
        while self.open and not self.open[-1].node.open:
            opening = self.open[-1]
            node = opening.node
            if opening.mark.pair or node.torn or node in tree.formatting or self._leaves_much(opening, tree, made):
                self.lose([opening], end)
            else:
                self.close(opening, start, end if node is target else start, end)
        if tree.forgotten:
            forgotten = frozenset(tree.forgotten)
            tree.forgotten.clear()
            self.lose([opening for opening in self.open if opening.reaching & forgotten], end)

    def _leaves_much(self, opening: Opening, tree: Tree, made: Node | None) -> bool:
        """Whether the content of a closed slot has left more behind than open formatting: a form, so that browsers
        drop the next one; a marker; formatting as there is around the slot, which takes the end tags of that."""
        form = tree.form
        if form is not None and form is not opening.node and form is not made and form not in opening.reaching:
            return True
        markers = tree.formatting.count(None) - (made is not None and made.key in MARKED)
        if markers > opening.markers:
            return True
        left = [node for node in tree.formatting if node is not None and not node.open]
        names = frozenset(node.key for node in left if (node.first or node) not in opening.reaching)
        return any(node.key in names for node in opening.reaching) or (bool(names) and tree.below(names))

    def lose(self, openings: Iterable[Opening], settled: int) -> None:
        for opening in [*openings]:
            self.open.remove(opening)
            opening.mark.lose(settled)

    def lose_above(self, depth: int, settled: int) -> None:
        """An end tag in these slots took apart something below them: without it, what follows would change."""
        self.lose([opening for opening in self.open if opening.depth > depth or opening.node.torn], settled)

    def lose_foreign(self, settled: int) -> None:
        """A start tag in HTML content has closed these drawings: without that content it would become a part."""
        self.lose([opening for opening in self.open if not (opening.node.html or opening.node.open)], settled)

    def lose_long(self, at: int) -> None:
        """The page has come to `at`: slots that hold too much by now stay as they are."""
        while self.open and at - self.open[0].mark.inner > CONTENT_LIMIT:
            self.lose(self.open[:1], at)

    def release_long(self, certain: int) -> None:
        """As `lose_long` in the midst of a token: what is behind them need not wait for its end."""
        for opening in self.open:
            if certain - opening.mark.inner > CONTENT_LIMIT and not opening.mark.lost:
                opening.mark.lose(certain)


def _places(node: Node, raw: bool) -> frozenset[Place]:
    if node.key in _NEVER_WITHIN or not (node.open or raw):
        return AROUND
    return WITHIN if node.key == b"body" else AROUND | WITHIN
