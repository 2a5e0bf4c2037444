"""Where elements begin and end: the rules of tree construction (HTML standard, 13.2.6), without the tree.

The insertion mode is not kept: what is open says which one it is ("reset the insertion mode appropriately"). The
contents of `select` are read differently by browsers before and after 2025; only what both agree on is understood.
"""

from __future__ import annotations

from collections.abc import Callable

from edge.html.body import Ambiguous, Body
from edge.html.elements import CLOSES_P, FORMATTING, HEAD, RAW, SCOPE, TABLE_PARTS, VOID
from edge.html.stack import Node, Unclear

__all__ = ["Ambiguous", "Tree"]

_P = frozenset([b"p"])
_SELECT = frozenset([b"select"])
_TEMPLATE = frozenset([b"template"])
_LASTING = FORMATTING | {b"form"}
_IN_SELECT = frozenset([b"option", b"optgroup", b"hr", b"script", b"select"])
_NEEDING_CONTEXT = frozenset([b"body", b"button", b"form", b"frameset"])
_TEMPLATE_MODES = {
    b"noscript": b"body",
    # For the standard they say nothing of what the template holds, for Chromium it is no parts of a table.
    **dict.fromkeys([b"base", b"basefont", b"bgsound", b"noframes", b"title"], b"disputed"),
}


class Tree(Body):
    """Open elements, fed with tags and text. `start` returns the element that a start tag made, None where the
    parser drops the tag; `end` returns the element that an end tag was for, None where it closed none."""

    def __init__(self, floor: Callable[[bytes], bool] | None = None) -> None:
        super().__init__(floor)
        self.body = floor is not None
        self.dropped: list[bytes] = []
        """Tags in the open menu that older browsers drop, and that newer ones have not seen closed."""

    def first(self, name: bytes, tag: bytes) -> Node | None:
        """The first start tag on the floor: most go in wherever they stand, and what they close lies below."""
        if name in TABLE_PARTS or name in _NEEDING_CONTEXT:
            return self.start(name, tag)
        below, self._floor = self._floor, lambda name: True
        node = self.start(name, tag)
        self._floor = below
        if name in CLOSES_P:
            self.absent = _P
        return node

    def is_apart(self) -> bool:
        """Whether what is open makes tags mean something else than in the body, a table or the head."""
        return self.select is not None or any(not node.html or node.key == b"template" for node in self.nodes)

    def start(self, name: bytes, tag: bytes) -> Node | None:
        if self.is_foreign(name):
            node = self.foreign_start(name, tag)
            if node is not None:
                return node
        if self.select is not None:
            return self._start_in_select(name, tag)
        if not self.body and not self._head(name):
            return self.current if name == b"body" else None
        if name != b"col" and name != b"template" and not self.leave_colgroup():
            return None
        if self.current.key == b"template" and not self.current.mode:
            self.current.mode = _TEMPLATE_MODES.get(name, b"")
        if name in HEAD:
            return self._start_head(name, tag)
        if name in TABLE_PARTS:
            return self.start_part(name, tag)
        if self.current.key == b"template" and not self.current.mode:
            self.current.mode = b"body"
        return self.start_in_body(name, tag)

    def end(self, name: bytes) -> Node | None:
        if not self.current.html:
            node, done = self.foreign_end(name)
            if done:
                return node
        if self.select is not None:
            return self._end_in_select(name)
        if name == b"template":
            return self._end_template()
        if not self.body and not self._body_for_end(name):
            return None
        return self.end_in_body(name)

    def text(self, data: bytes) -> None:
        if not self.current.html or self.select is not None:
            return
        if data.strip(b"\t\n\f\r \0"):
            self.frameset_ok = False
            if not self.body and not self.in_template():
                self._make_body()
            self.current.torn = self.current.key == b"colgroup"  # it ends within the text
            self.leave_colgroup()
        elif self.current.key in TABLE_PARTS or self.current.key == b"table" or not self.body:
            return
        if self.formatting:
            self.reconstruct()

    # Before the body.

    def _head(self, name: bytes) -> bool:
        """Whether the tag counts: before the body, or by beginning it."""
        if name in HEAD or self.in_template():
            return True
        if name == b"html" or name == b"head":
            return False
        if name == b"frameset":
            raise Ambiguous
        self._make_body()
        return name != b"body"

    def _make_body(self) -> None:
        self.body = True
        self.push(Node(b"body"))

    def _body_for_end(self, name: bytes) -> bool:
        if self.in_template():
            return True
        if name in (b"body", b"html", b"br"):
            self._make_body()
            return True
        return False

    # Select, as far as old and new browsers agree.

    def _start_in_select(self, name: bytes, tag: bytes) -> Node | None:
        if name in RAW - {b"script"} or name in (b"template", b"plaintext", b"svg", b"math", b"keygen"):
            raise Ambiguous
        if name in TABLE_PARTS or name == b"table":
            raise Ambiguous
        if name == b"input":
            self._leave_select()
            return self.start(name, tag)
        if name not in _IN_SELECT:
            if name not in VOID:
                self.dropped.append(name)
            return None
        if name == b"select":
            self._leave_select()
            return None
        if name == b"script":
            return Node(name, tag)
        if self.current.key == b"option":
            self._end_option()
        if name != b"option" and self.current.key == b"optgroup":
            self._end_option()
        return Node(name, tag) if name == b"hr" else self.push(Node(name, tag))

    def _end_in_select(self, name: bytes) -> Node | None:
        if name == b"select":
            return self._leave_select()
        if name in TABLE_PARTS or name == b"table" or name == b"template":
            raise Ambiguous
        if name == b"optgroup" and self.current.key == b"option" and self.nodes[-2].key == b"optgroup":
            self._end_option()
        if name in (b"option", b"optgroup") and self.current.key == name:
            return self._end_option()
        if self.dropped[-1:] == [name]:
            self.dropped.pop()
        else:
            self.dropped.append(b"/" + name)
        return None

    def _end_option(self) -> Node:
        node = self.pop()
        node.torn = bool(self.dropped)
        return node

    def _leave_select(self) -> Node:
        self.select = None
        dropped = {*self.dropped}
        self.dropped.clear()
        if dropped & SCOPE:
            raise Ambiguous  # in new browsers the menu is still open
        if dropped & _LASTING:
            raise Unclear
        return self.pop_until(_SELECT)

    # Templates and what else may stand in the head.

    def _start_head(self, name: bytes, tag: bytes) -> Node:
        node = Node(name, tag)
        if name == b"template":
            self.mark()
            self.push(node)
        return node

    def _end_template(self) -> Node | None:
        if not self.in_template():
            return None
        node = self.pop_until(_TEMPLATE)
        self.clear_to_marker()
        return node
