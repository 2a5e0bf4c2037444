"""Bytes → slots. Sans-I/O; takes chunks of any size.

Outside of slots the page is skipped by one regular expression (`skip`). At a slot, and at what else needs care
(drawings, menus), a *region* begins: each token goes through a `Tree` that knows what is open, until no slot is
open any more. The tree of a region begins on a floor; if a question comes up whose answer lies in the page before
it, that page is read once by a tree of its own, and the region once more on top of it.

Nothing depends on how the page was cut: every limit counts bytes of the page.
"""

from __future__ import annotations

import re

from edge.html import pairs
from edge.html.elements import RAW
from edge.html.marks import Mark
from edge.html.openings import CONTENT_LIMIT, Opening, Openings
from edge.html.outside import REACH, Outside, read
from edge.html.runs import CDATA, COMMENT, MARKUP, Run, raw_text
from edge.html.skip import SIMPLE_HOSTS, simple_content, skip, skip_opaque
from edge.html.slots import Search, Slots
from edge.html.stack import Unclear, Unknown
from edge.html.tags import TAG, OpenTag
from edge.html.tree import Ambiguous, Tree

__all__ = ["TAG_LIMIT", "Scanner"]

TAG_LIMIT = 64 * 1024
"""Bytes of one tag; past that the rest of the page is left as it is."""

_REGIONS = frozenset([b"svg", b"math", b"select", b"frameset"])
_ROOTS = frozenset([b"html", b"head"])


class Scanner:
    """Feed it a page: `marks` are the slots found so far, in order, `certain` is how many bytes are understood.

    `buffer` holds the page from offset `base` on; what nobody needs any more can be dropped from its front.
    """

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        self.buffer: bytes | bytearray = b""
        self.base = 0
        self.certain = 0
        self._openings = Openings(slots, codec)
        self._search = Search(slots)
        self._outside = Outside()
        # Offsets in the buffer, not in the page:
        self._at = 0
        self._region = 0
        self._barred = -1
        # What is unfinished:
        self._run: Run | None = None
        self._raw: tuple[bytes, Opening | None] | None = None
        self._partial: OpenTag | None = None
        self._tree: Tree | None = None
        self._given_up = False

    @property
    def marks(self) -> list[Mark]:
        return self._openings.marks

    def feed(self, data: bytes) -> None:
        if not self.buffer:
            self.buffer = data
        elif isinstance(self.buffer, bytes):
            self.buffer = bytearray(self.buffer + data)
        else:
            self.buffer += data
        while not self._given_up and self._step():
            pass
        if self._given_up:
            self._at = len(self.buffer)
        self.certain = self.base + self._understood()
        self._openings.release_long(self.certain)

    def close(self) -> None:
        """The page ends here: what is open stays so."""
        self.certain = self.base + len(self.buffer)
        for mark in self.marks:
            if not mark.closed and not mark.lost:
                mark.lose(self.certain + 1)

    def drop(self, end: int) -> None:
        """Forgets the page before offset `end`, once no region can ask about it any more."""
        at = self._at if self._run is None else self._run.at
        if self.base + at <= REACH:
            return
        count = min(end - self.base, self._needed())
        if count < TAG_LIMIT:
            return
        self.buffer = bytearray(self.buffer)
        del self.buffer[:count]
        self.base += count
        self._at -= count
        self._region -= count
        self._barred -= count
        self._search.shift(count)
        if self._run is not None:
            self._run.shift(count)
        if self._partial is not None:
            self._partial.shift(count)

    def _needed(self) -> int:
        if self._run is None:
            return self._at
        holds = any(not opening.mark.lost for opening in self._openings.open)
        return self._run.start if holds else self._run.at

    def _understood(self) -> int:
        run = self._run
        if run is None:
            return self._at
        if run.terminator is COMMENT and len(self.buffer) - run.start <= pairs.LONGEST:
            return run.start
        return run.certain(self.buffer)

    def _step(self) -> bool:
        """Goes one token on; False where that takes more bytes."""
        try:
            if self._run is not None:
                return self._end_run(self._run)
            if self._tree is not None:
                self._leave_region(self._tree)
            elif self._partial is None:
                self._skip()
            return self._at < len(self.buffer) and self._token()
        except Unknown:
            self._ground()
        except Unclear:
            self._outside.lose()
            self._abandon()
        except Ambiguous:
            self._give_up()
        return not self._given_up

    def _skip(self) -> None:
        needle = self._search.next(self.buffer, self._at)
        while True:
            limit = self._at + TAG_LIMIT
            to = skip(self.buffer, self._at, min(needle, limit))
            if to == self._at:
                to = skip_opaque(self.buffer, self._at, needle, limit)
                if to == self._at:
                    return
                needle = self._search.next(self.buffer, to)
            self._at = to

    # Tokens.

    def _token(self) -> bool:
        at, buffer = self._at, self.buffer
        self._openings.lose_long(self.base + at)
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
        if self._tree is not None and b"<![CDATA[".startswith(head):
            if self._tree.select is not None:
                raise Ambiguous
            if not self._tree.current.html:
                return len(head) == 9 and self._begin(Run(at, at + 9, CDATA))
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
        elif self._raw is not None and self._raw[0] == b"noscript" and self._openings.open:
            self._noscript(run.start, end)
        return True

    def _tag(self, at: int) -> bool:
        found = None if self._partial else TAG.match(self.buffer, at, at + TAG_LIMIT)
        found = found or self._rest_of_tag(at)
        if found is None:
            return False
        self._at = found.end()
        try:
            self._whole_tag(found)
        except (Unknown, Unclear):
            self._at = at
            raise
        return True

    def _rest_of_tag(self, at: int) -> re.Match[bytes] | None:
        self._partial = self._partial or OpenTag(at)
        end = self._partial.end(self.buffer, at + TAG_LIMIT)
        if end < 0:
            if len(self.buffer) - at > TAG_LIMIT:
                self._give_up()
            return None
        self._partial = None
        return TAG.match(self.buffer, at, end)

    def _whole_tag(self, found: re.Match[bytes]) -> None:
        name = found[2].lower()
        if self._raw is not None:
            self._end_raw(found.start(), found.end())
        elif found[1]:
            self._end_tag(name, found.start(), found.end())
        else:
            self._start_tag(name, found.group(), found.start(), found.end())

    def _start_tag(self, name: bytes, tag: bytes, at: int, end: int) -> None:
        marked = at != self._barred and self._search.next(self.buffer, at) < end
        slot = self._openings.name_of(name, tag) if marked else None
        tree = self._tree
        if tree is not None:
            node = tree.start(name, tag)
            self._openings.settle(tree, self.base + at, self.base + end)
        elif slot is None and name not in _REGIONS:
            self._content(name, end)
            return
        elif slot is not None and name in SIMPLE_HOSTS and self._simple_slot(slot, name, at, end):
            return
        elif at == self._barred:
            self._give_up()
            return
        else:
            tree = self._enter(at)
            node = tree.first(name, tag)
        opening = None
        if slot is not None and (node is not None or name in _ROOTS):
            mark = self._openings.begin(slot, self.base + at, self.base + end)
            opening = self._openings.open_element(name, node, mark, tree) if mark else None
        if node is not None and node.html:
            self._content(name, end, opening)

    def _simple_slot(self, slot: str, name: bytes, at: int, end: int) -> bool:
        """A slot whose content is so plain that one match finds its end."""
        limit = min(self._search.next(self.buffer, end), end + TAG_LIMIT)
        content = simple_content(name, self.buffer, end, limit)
        if content is None:
            return False
        self._openings.enter_region()
        mark = self._openings.begin(slot, self.base + at, self.base + end)
        if mark is not None:
            mark.close(self.base + content[0], self.base + content[1], self.base + content[1])
        self._at = content[1]
        return True

    def _content(self, name: bytes, end: int, opening: Opening | None = None) -> None:
        """Elements whose content holds no tags."""
        if name == b"plaintext":
            self._give_up()
        elif name in RAW:
            self._run = raw_text(name, end)
            self._raw = (name, opening) if self._tree is not None else None

    def _end_tag(self, name: bytes, at: int, end: int) -> None:
        tree = self._tree
        if tree is None:
            return
        at, end = self.base + at, self.base + end
        tree.lowest = len(tree.nodes)
        target = tree.end(name)
        if tree.lowest < len(tree.nodes):
            self._openings.lose_above(tree.lowest, end)
        self._openings.settle(tree, at, end, target)
        innermost = self._openings.open[-1:]
        if name == b"body" and innermost and innermost[0].node.key == b"body":
            self._openings.close(innermost[0], at, end, end)

    def _end_raw(self, at: int, end: int) -> None:
        opening = self._raw[1] if self._raw else None
        self._raw = None
        if opening is not None and opening in self._openings.open:
            self._openings.close(opening, self.base + at, self.base + end, self.base + end)

    def _comment(self, at: int, end: int) -> None:
        comment = bytes(self.buffer[at:end])
        if pairs.closes(comment):
            if self._tree is not None:
                self._openings.close_pair(self.base + at, self.base + end, self._tree)
            return
        name = pairs.opens(comment)
        if name is not None and self._openings.takes_pair(name):
            self._openings.open_pair(name, self.base + at, self.base + end, self._tree or self._enter(at))

    def _noscript(self, start: int, end: int) -> None:
        """What browsers without scripts see in a noscript must not end the slot for them."""
        if end - start > CONTENT_LIMIT:
            return
        tree = Tree(lambda name: name == b"p")
        try:
            whole = read(tree, self.buffer, start, end) == end
            tree.imply()
        except (Unknown, Unclear, Ambiguous):
            whole = False
        if not whole or len(tree.nodes) > 1:
            self._openings.lose(self._openings.open, self.base + end)

    # Regions.

    def _enter(self, at: int) -> Tree:
        self._region = at
        self._openings.enter_region()
        self._tree = Tree(self._lacks)
        return self._tree

    def _lacks(self, name: bytes) -> bool:
        within = self.base + self._at <= REACH
        return within and self._outside.lacks(name, self.buffer, self._region)

    def _leave_region(self, tree: Tree) -> None:
        if self._openings.open or self._raw is not None or self._partial is not None or self._at == self._region:
            return
        if tree.select is not None or tree.in_foreign():
            return
        if tree.grounded:
            self._outside.keep(tree, self._at)
        self._tree = None
        self._skip()

    def _ground(self) -> None:
        """The region needs to know what is open around it: reads it again with that known."""
        within = self.base + self._at <= REACH
        tree = self._outside.before(self.buffer, self._region) if within else None
        if tree is None:
            self._abandon()
            return
        self._tree = tree
        self._at = self._region
        self._search.rewind(self._region)
        self._openings.restart()

    def _abandon(self) -> None:
        """What is open here cannot be known: all open slots stay as they are, and the scan goes on behind."""
        tree = self._tree
        self._openings.lose(self._openings.open, self.base + len(self.buffer))
        self._tree = None
        self._raw = None
        self._barred = self._at
        if tree is not None and (tree.select is not None or tree.in_foreign()):
            self._give_up()

    def _give_up(self) -> None:
        self._openings.lose(self._openings.open, self.base + len(self.buffer))
        self._given_up = True
