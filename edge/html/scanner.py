"""Bytes → slots. Sans-I/O; takes chunks of any size.

Outside of slots the page is skipped by one regular expression (`skip`). At a slot, and at what else needs care
(drawings, menus, templates), a *region* begins: each token goes through a `Tree` that knows what is open, until no
slot is open any more. The tree of a region begins on a floor; if a question comes up whose answer lies in the page
before it, that page is read once by a tree of its own, and the region once more on top of it.

Nothing depends on how the page was cut: every limit counts bytes of the page.
"""

from __future__ import annotations

import re

from edge.html import pairs
from edge.html.elements import BUTTON_SCOPE, RAW
from edge.html.lexer import TAG_LIMIT, Lexer
from edge.html.marks import Mark
from edge.html.openings import CONTENT_LIMIT, Opening, Openings
from edge.html.outside import REACH, Outside, in_link, read
from edge.html.runs import COMMENT, Run, raw_text
from edge.html.skip import SIMPLE_HOSTS, simple_content, skip, skip_opaque
from edge.html.slots import Search, Slots
from edge.html.stack import Node, Unclear, Unknown
from edge.html.tags import attributes
from edge.html.tree import Ambiguous, Tree

__all__ = ["Scanner"]

_REGIONS = frozenset([b"svg", b"math", b"select", b"frameset", b"template"])
_ROOTS = frozenset([b"html", b"head"])
_MERGED = frozenset([b"html", b"body"])
"""Their tags set attributes of the elements that exist, outside of any slot."""


class Scanner(Lexer):
    """Feed it a page: `marks` are the slots found so far, in order, `certain` is how many bytes are understood.

    What nobody needs any more can be dropped from the front of the buffer.
    """

    def __init__(self, slots: Slots, codec: str = "utf-8") -> None:
        super().__init__()
        self.certain = 0
        self._openings = Openings(slots, codec)
        self._search = Search(slots)
        self._outside = Outside()
        self._tree: Tree | None = None
        """Of the region that we are in."""
        self._region = 0
        """Where in the buffer that began."""
        self._raw: tuple[bytes, Opening | None] | None = None
        """The raw text element in it that is open, and its slot."""
        self._barred = -1
        """Where no region may begin, because nobody could say what is open there."""
        self._given_up = False

    @property
    def marks(self) -> list[Mark]:
        return self._openings.marks

    def feed(self, data: bytes) -> None:
        self.append(data)
        while not self._given_up and self._step():
            pass
        if self._given_up:
            self.at = len(self.buffer)
        self.certain = self.base + self.understood()
        self._openings.release_long(self.certain)

    def drop(self, end: int) -> None:
        """Forgets the page before offset `end`, once no region can ask about it any more."""
        at = self.at if self.run is None else self.run.at
        if self.base + at <= REACH:
            return
        if self.run is not None and not all(opening.mark.lost for opening in self._openings.open):
            at = self.run.start
        count = min(end - self.base, at)
        if count >= TAG_LIMIT:
            self.shift(count)
            self._search.shift(count)
            self._region -= count
            self._barred -= count

    def close(self) -> None:
        """The page ends here: what is open stays so."""
        self.certain = self.base + len(self.buffer)
        for mark in self.marks:
            if not mark.closed and not mark.lost:
                mark.lose(self.certain + 1)

    def _step(self) -> bool:
        """Goes one token on; False where that takes more bytes."""
        try:
            if self.run is None:
                if self._tree is not None:
                    self._leave_region(self._tree)
                elif self.partial is None:
                    self._skip()
                self._openings.lose_long(self.base + self.at)
            return (self.run is not None or self.at < len(self.buffer)) and self.token()
        except Unknown:
            self._ground()
        except Unclear:
            self._outside.lose()
            self._abandon()
        except Ambiguous:
            self._give_up()
        return not self._given_up

    def _skip(self) -> None:
        needle = self._search.next(self.buffer, self.at)
        while True:
            limit = self.at + TAG_LIMIT
            to = skip(self.buffer, self.at, min(needle, limit))
            if to == self.at:
                to = skip_opaque(self.buffer, self.at, needle, limit)
                if to == self.at:
                    return
                needle = self._search.next(self.buffer, to)
            self.at = to

    # Tokens.

    def on_text(self, start: int, end: int) -> None:
        if self._tree is not None:
            self._tree.text(bytes(self.buffer[start:end]))

    def has_cdata(self) -> bool:
        if self._tree is not None and self._tree.select is not None:
            raise Ambiguous
        return self._tree is not None and not self._tree.current.html

    def on_run(self, run: Run, end: int) -> None:
        if run.terminator is COMMENT and end - run.start <= pairs.LONGEST:
            self._comment(run.start, end)
        elif self._raw is not None and self._raw[0] == b"noscript" and self._openings.open:
            self._noscript(run.start, end)

    def on_long_tag(self) -> None:
        self._give_up()

    def on_tag(self, tag: re.Match[bytes]) -> None:
        name = tag[2].lower()
        try:
            if self._raw is not None:
                self._end_raw(tag.start(), tag.end())
            elif tag[1]:
                self._end_tag(name, tag.start(), tag.end())
            else:
                self._start_tag(name, tag.group(), tag.start(), tag.end())
        except (Unknown, Unclear):
            self.at = tag.start()
            raise

    def _start_tag(self, name: bytes, tag: bytes, at: int, end: int) -> None:
        marked = at != self._barred and self._search.next(self.buffer, at) < end
        slot = self._openings.name_of(name, tag) if marked else None
        tree = self._tree
        if tree is not None:
            node = self._start_in(tree, name, tag, self.base + at, self.base + end)
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

    def _start_in(self, tree: Tree, name: bytes, tag: bytes, at: int, end: int) -> Node | None:
        """A start tag in a region: what it makes, and which slots it closes or takes apart."""
        if name == b"a" and not tree.grounded and end <= REACH and in_link(self.buffer, self._region):
            raise Unknown
        in_html = not tree.is_foreign(name)
        node = tree.start(name, tag)
        if in_html:
            self._openings.lose_foreign(end)
        if name in _MERGED and any(attributes(tag)):
            self._openings.lose(self._openings.open, end)
        self._openings.settle(tree, at, end, made=node)
        return node

    def _simple_slot(self, slot: str, name: bytes, at: int, end: int) -> bool:
        """A slot whose content is so plain that one match finds its end."""
        limit = min(self._search.next(self.buffer, end), end + TAG_LIMIT)
        content = simple_content(name, self.buffer, end, limit)
        if content is None:
            return False
        if self.buffer.find(b"<a", end, content[0]) >= 0 and in_link(self.buffer, at):
            return False
        self._openings.enter_region()
        mark = self._openings.begin(slot, self.base + at, self.base + end)
        if mark is not None:
            mark.close(self.base + content[0], self.base + content[1], self.base + content[1])
        self.at = content[1]
        return True

    def _content(self, name: bytes, end: int, opening: Opening | None = None) -> None:
        """Elements whose content holds no tags."""
        if name == b"plaintext":
            self._give_up()
        elif name in RAW:
            self.run = raw_text(name, end)
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
        tree = Tree(lambda name: name == b"p" and self._outside_of_p())
        try:
            whole = read(tree, self.buffer, start, end) == end
        except (Unknown, Unclear, Ambiguous):
            whole = False
        if not whole or len(tree.nodes) > 1:
            self._openings.lose(self._openings.open, self.base + end)

    def _outside_of_p(self) -> bool:
        return self._tree is not None and not self._tree.has(frozenset([b"p"]), BUTTON_SCOPE)

    # Regions.

    def _enter(self, at: int) -> Tree:
        self._region = at
        self._openings.enter_region()
        self._tree = Tree(self._lacks)
        return self._tree

    def _lacks(self, name: bytes) -> bool:
        within = self.base + self.at <= REACH
        return within and self._outside.lacks(name, self.buffer, self._region)

    def _leave_region(self, tree: Tree) -> None:
        if self._openings.open or self._raw is not None or self.partial is not None or self.at == self._region:
            return
        if tree.is_apart():
            return
        if tree.grounded:
            self._outside.keep(tree, self.at)
        self._tree = None
        self._skip()

    def _ground(self) -> None:
        """The region needs to know what is open around it: reads it again with that known."""
        within = self.base + self.at <= REACH
        tree = self._outside.before(self.buffer, self._region) if within else None
        if tree is None:
            self._abandon()
            return
        self._tree = tree
        self.at = self._region
        self._search.rewind(self._region)
        self._openings.restart()

    def _abandon(self) -> None:
        """What is open here cannot be known: all open slots stay as they are, and the scan goes on behind."""
        tree = self._tree
        self._openings.lose(self._openings.open, self.base + len(self.buffer))
        self._tree = None
        self._raw = None
        self._barred = self.at
        if tree is not None and (tree.select is not None or tree.in_foreign()):
            self._give_up()

    def _give_up(self) -> None:
        self._openings.lose(self._openings.open, self.base + len(self.buffer))
        self._given_up = True
