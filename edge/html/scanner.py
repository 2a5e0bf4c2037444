"""Bytes → slots. Sans-I/O; takes chunks of any size.

Outside of slots the page is skipped by one regular expression (`skip`). At a slot, and at what else needs
care (drawings, menus), a *region* begins: each token goes through a `Tree` that knows what is open, until no slot is
open any more. The tree of a region begins on a floor; if a question comes up whose answer lies in the page before
it, that page is read once by a tree of its own and the region once more on top of it.

Nothing depends on how the page was cut: every limit counts bytes of the page.
"""

from __future__ import annotations

import re

from edge.html import pairs
from edge.html.elements import RAW, VOID
from edge.html.marks import AROUND, NOWHERE, WITHIN, Mark
from edge.html.outside import Outside, read
from edge.html.runs import CDATA, COMMENT, MARKUP, RawText, Run, raw_text
from edge.html.skip import skip
from edge.html.slots import Slots
from edge.html.stack import Node, Unclear, Unknown
from edge.html.tags import TAG, OpenTag, attributes
from edge.html.tree import Ambiguous, Tree

__all__ = ["CONTENT_LIMIT", "TAG_LIMIT", "Scanner"]

TAG_LIMIT = 64 * 1024
"""Bytes of one tag; past that the rest of the page is left as it is."""
CONTENT_LIMIT = 256 * 1024
"""Bytes of one slot's content; past that the slot keeps it."""

_REGIONS = frozenset([b"svg", b"math", b"select", b"frameset"])
_ROOTS = frozenset([b"html", b"head"])
_TEXT_ONLY = frozenset([b"title", b"textarea", b"option"])
_NEVER_WITHIN = (RAW - _TEXT_ONLY) | VOID | {b"plaintext", b"svg script", b"svg style"}
_DECLARATIONS = (b"<!--", b"<![CDATA[")


class _Open:
    """A slot whose end has not come: its host on the stack, or of a pair what was open around it."""

    __slots__ = ("depth", "mark", "node")

    def __init__(self, mark: Mark, node: Node, depth: int) -> None:
        self.mark = mark
        self.node = node
        self.depth = depth


class Scanner:
    """Feed it a page; `marks` are the slots found so far, in order, and `certain` how many bytes are understood."""

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        self.marks: list[Mark] = []
        self.certain = 0
        self.buffer: bytes | bytearray = b""
        self._slots = slots
        self._codec = codec
        self._at = 0
        self._needle = -1
        self._searched = 0
        self._run: Run | None = None
        self._raw: tuple[bytes, _Open | None] | None = None
        self._partial: OpenTag | None = None
        self._counts: dict[str, int] = {}
        self._tree: Tree | None = None
        self._region = 0
        self._known: dict[int, Mark | None] = {}
        self._open: list[_Open] = []
        self._outside = Outside()
        self._barred = -1
        self._given_up = False

    def feed(self, data: bytes) -> None:
        if not self.buffer:
            self.buffer = data
        else:
            if isinstance(self.buffer, bytes):
                self.buffer = bytearray(self.buffer)
            self.buffer += data
        self._scan()

    def close(self) -> None:
        """The page ends here: what is open stays so."""
        for mark in self.marks:
            mark.lost = mark.lost or not mark.closed
        self.certain = len(self.buffer)

    def _scan(self) -> None:
        while not self._given_up and self._step():
            pass
        if self._given_up:
            self.certain = len(self.buffer)
        elif self._run is None:
            self.certain = self._at
        elif isinstance(self._run, RawText) or self._run.terminator is not COMMENT:
            self.certain = self._run.certain(self.buffer)
        elif len(self.buffer) - self._run.start > pairs.LONGEST:
            self.certain = len(self.buffer)
        else:
            self.certain = self._run.start
        for slot in self._open:
            if self.certain - slot.mark.inner > CONTENT_LIMIT:
                slot.mark.lost = True

    def _step(self) -> bool:
        """Goes one token on; False where that takes more bytes."""
        if self._run is not None:
            return self._end_run(self._run)
        if self._tree is None:
            self._skip()
        else:
            self._leave_region()
        if self._at >= len(self.buffer):
            return False
        while self._open and self._at - self._open[0].mark.inner > CONTENT_LIMIT:
            self._lose(self._open[0])
        try:
            return self._token()
        except Unknown:
            self._ground()
        except Unclear:
            self._outside.lose()
            self._abandon()
        except Ambiguous:
            self._give_up()
        return not self._given_up

    def _skip(self) -> None:
        size = len(self.buffer)
        if self._needle < self._at:
            found = self._slots.needle.search(self.buffer, max(self._at, self._searched))
            self._needle = found.start() if found else size
            self._searched = self._needle if found else max(self._at, size - self._slots.longest)
        while True:
            end = min(self._needle, self._at + TAG_LIMIT)
            to = skip(self.buffer, self._at, end)
            if to == self._at:
                return
            self._at = to

    # Tokens.

    def _token(self) -> bool:
        at, buffer = self._at, self.buffer
        if buffer[at] != 0x3C:
            end = buffer.find(b"<", at)
            return self._text(at, end if end >= 0 else len(buffer))
        sign = bytes(buffer[at + 1 : at + 2])
        if sign.isalpha():
            return self._tag(at)
        if sign == b"/":
            third = bytes(buffer[at + 2 : at + 3])
            return self._tag(at) if third.isalpha() else bool(third) and self._begin(Run(at, at + 2, MARKUP))
        if sign == b"?":
            return self._begin(Run(at, at + 2, MARKUP))
        if sign == b"!":
            return self._declaration(at)
        return bool(sign) and self._text(at, at + 1)

    def _text(self, at: int, end: int) -> bool:
        if self._tree is not None:
            self._tree.text(bytes(self.buffer[at:end]))
        self._at = end
        return True

    def _declaration(self, at: int) -> bool:
        head = bytes(self.buffer[at : at + 9])
        if head.startswith(b"<!--"):
            return self._begin(Run(at, at + 4, COMMENT))
        if b"<!--".startswith(head):
            return False
        if self._tree is not None and not self._tree.current.html:
            if head == b"<![CDATA[":
                return self._begin(Run(at, at + 9, CDATA))
            if b"<![CDATA[".startswith(head):
                return False
        if self._tree is not None and self._tree.select is not None and b"<![CDATA[".startswith(head[:3]):
            raise Ambiguous
        return self._begin(Run(at, at + 2, MARKUP))

    def _begin(self, run: Run) -> bool:
        self._run = run
        return True

    def _end_run(self, run: Run) -> bool:
        end = run.end(self.buffer)
        if end < 0:
            return False
        self._run = None
        self._at = end
        if run.terminator is COMMENT and end - run.start <= pairs.LONGEST:
            self._comment(run.start, end)
        elif self._raw is not None and self._raw[0] == b"noscript":
            self._noscript(run.start, end)
        return True

    def _tag(self, at: int) -> bool:
        found = None if self._partial else TAG.match(self.buffer, at, at + TAG_LIMIT)
        if found is None:
            found = self._rest_of_tag(at)
            if found is None:
                return False
        name = found[2].lower()
        end = found.end()
        if self._raw is not None:
            self._end_raw(at, end)
        elif found[1]:
            self._end_tag(name, at, end)
        else:
            self._start_tag(name, found.group(), at, end)
        self._at = end
        return True

    def _rest_of_tag(self, at: int) -> re.Match[bytes] | None:
        self._partial = self._partial or OpenTag(at)
        end = self._partial.end(self.buffer)
        if max(end, len(self.buffer) if end < 0 else end) - at > TAG_LIMIT:
            self._give_up()
            return None
        if end < 0:
            return None
        self._partial = None
        return TAG.match(self.buffer, at, end)

    def _start_tag(self, name: bytes, tag: bytes, at: int, end: int) -> None:
        slot = self._slot(name, tag, at)
        tree = self._tree
        if tree is None:
            if slot is None and name not in _REGIONS:
                self._plain_start(name, end)
                return
            tree = self._enter(at)
            node = tree.first(name, tag)
        else:
            node = tree.start(name, tag)
        self._settle(at, at, None)
        opened = self._open_slot(slot, node, name, at, end)
        if node is not None and node.html:
            if name == b"plaintext":
                self._give_up()
            elif name in RAW:
                self._run, self._raw = raw_text(name, end), (name, opened)

    def _plain_start(self, name: bytes, end: int) -> None:
        if name == b"plaintext":
            self._give_up()
        elif name in RAW:
            self._run = raw_text(name, end)

    def _end_tag(self, name: bytes, at: int, end: int) -> None:
        tree = self._tree
        if tree is None:
            return
        tree.lowest = len(tree.nodes)
        target = tree.end(name)
        if tree.lowest < len(tree.nodes):
            self._lose_above(tree.lowest)
        self._settle(at, end, target)
        if name == b"body" and self._open and self._open[-1].node.key == b"body":
            self._close(self._open[-1], at, end)

    def _end_raw(self, at: int, end: int) -> None:
        slot = self._raw[1] if self._raw else None
        self._raw = None
        if slot is not None and slot in self._open:
            self._close(slot, at, end)

    def _comment(self, at: int, end: int) -> None:
        comment = bytes(self.buffer[at:end])
        if pairs.closes(comment):
            self._end_pair(at, end)
            return
        written = pairs.opens(comment)
        if written is None:
            return
        name = written.decode(self._codec, "replace")
        counts = at != self._barred and self._counts_as(name, at)
        if not counts and not any(slot.mark.pair for slot in self._open):
            return
        tree = self._tree or self._enter(at)
        mark = self._mark(name, at, end) if counts else Mark(name, at, end)
        mark.pair = True
        self._open.append(_Open(mark, tree.current, len(tree.nodes)))

    def _end_pair(self, at: int, end: int) -> None:
        slot = next((slot for slot in reversed(self._open) if slot.mark.pair), None)
        if slot is None or self._tree is None:
            return
        if slot is self._open[-1] and len(self._tree.nodes) == slot.depth and self._tree.current is slot.node:
            self._close(slot, at, end)
        else:
            self._lose(slot)

    def _noscript(self, start: int, end: int) -> None:
        """What browsers without scripts see in a noscript must not end the slot for them."""
        if not self._open:
            return
        tree = Tree(lambda name: name == b"p")
        try:
            whole = read(tree, self.buffer, start, end) == end
            tree.imply()
        except (Unknown, Unclear, Ambiguous):
            whole = False
        if not whole or len(tree.nodes) > 1:
            for slot in [*self._open]:
                self._lose(slot)

    # Slots.

    def _slot(self, name: bytes, tag: bytes, at: int) -> str | None:
        """The name of the slot that this start tag opens."""
        if at == self._barred or not self._slots.needle.search(tag):
            return None
        values: dict[str, str] = {}
        for attribute in attributes(tag):
            values[attribute.name.decode(self._codec, "replace")] = attribute.text(self._codec)
        slot = values.get("data-edge-slot")
        if slot is None or slot not in self._slots.names:
            kind = name.decode(self._codec, "replace")
            slot = next((slot for selector, slot in self._slots.selectors if selector.matches(kind, values)), None)
        return slot if slot is not None and self._counts_as(slot, at) else None

    def _counts_as(self, name: str, at: int) -> bool:
        """Whether a slot of this name may still open here. In a region that is read again, as the first time."""
        if at in self._known:
            return self._known[at] is not None
        if name not in self._slots.all_names:
            return False
        count = self._counts[name] = self._counts.get(name, 0) + 1
        return count <= self._slots.times.get(name, count)

    def _mark(self, name: str, start: int, inner: int) -> Mark:
        known = self._known.get(start)
        if known is not None:
            return known
        mark = self._known[start] = Mark(name, start, inner)
        self.marks.append(mark)
        return mark

    def _open_slot(self, slot: str | None, node: Node | None, name: bytes, at: int, end: int) -> _Open | None:
        if slot is None or (node is None and name not in _ROOTS) or self._tree is None:
            return None
        mark = self._mark(slot, at, end)
        if node is None:
            mark.places, mark.lost = NOWHERE, True
            return None
        key = node.key
        if key in _NEVER_WITHIN or (not node.html and not node.open):
            mark.places = AROUND
        elif key == b"body":
            mark.places = WITHIN
        mark.text_only = key in _TEXT_ONLY
        opened = _Open(mark, node, len(self._tree.nodes) - 1)
        if node.open or (node.html and name in RAW):
            self._open.append(opened)
        else:
            mark.close(end, end)
        return opened

    def _settle(self, at: int, end: int, target: Node | None) -> None:
        """Closes the slots whose elements the last tag has closed."""
        while self._open and not self._open[-1].node.open:
            slot = self._open[-1]
            reopens = self._tree is not None and slot.node in self._tree.formatting
            if slot.mark.pair or slot.node.torn or reopens:
                self._lose(slot)
            else:
                self._close(slot, at, end if slot.node is target else at)

    def _close(self, slot: _Open, end: int, after: int) -> None:
        self._open.remove(slot)
        if end - slot.mark.inner > CONTENT_LIMIT:
            slot.mark.lost = True
        else:
            slot.mark.close(end, after)

    def _lose(self, slot: _Open) -> None:
        self._open.remove(slot)
        slot.mark.lost = True

    def _lose_above(self, depth: int) -> None:
        """An end tag has taken something apart below these slots: without it, what follows them would change."""
        for slot in [*self._open]:
            if slot.depth > depth or slot.node.torn:
                self._lose(slot)

    # Regions.

    def _enter(self, at: int) -> Tree:
        self._region = at
        self._known.clear()
        self._tree = Tree(lambda name: self._outside.lacks(name, self.buffer, at))
        return self._tree

    def _leave_region(self) -> None:
        tree = self._tree
        if tree is None or self._open or self._raw is not None or self._at == self._region:
            return
        if tree.select is not None or tree.in_foreign():
            return
        if tree.grounded:
            self._outside.keep(tree, self._at)
        self._tree = None
        self._known.clear()
        self._skip()

    def _ground(self) -> None:
        """The region needs to know what is open around it: reads it again with that known."""
        tree = self._outside.before(self.buffer, self._region)
        if tree is None:
            self._abandon()
            return
        self._tree = tree
        self._at = self._region
        self._open.clear()

    def _abandon(self) -> None:
        """What is open here cannot be known: all open slots stay as they are, and the scan goes on behind."""
        tree = self._tree
        for slot in [*self._open]:
            self._lose(slot)
        self._tree = None
        self._barred = self._at
        if tree is not None and (tree.select is not None or tree.in_foreign()):
            self._give_up()

    def _give_up(self) -> None:
        for slot in [*self._open]:
            self._lose(slot)
        self._given_up = True
