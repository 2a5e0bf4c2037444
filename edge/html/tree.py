"""Where elements begin and end: the rules of tree construction (HTML standard, 13.2.6), without the tree.

The insertion mode is not kept: what is open says which one it is ("reset the insertion mode appropriately"). The
contents of `select` are read differently by browsers before and after 2025; only what both agree on is understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from edge.html.elements import (
    BLOCKS,
    BUTTON_SCOPE,
    CLOSES_P,
    FORMATTING,
    HEAD,
    HEADINGS,
    LIST_SCOPE,
    RAW,
    SCOPE,
    SPECIAL,
    TABLE_PARTS,
    VOID,
)
from edge.html.foreign import Foreign
from edge.html.stack import Node, Unclear, Unknown
from edge.html.tables import Tables

__all__ = ["Ambiguous", "Tree"]

_P = frozenset([b"p"])
_LI = frozenset([b"li"])
_FORM = frozenset([b"form"])
_BUTTON = frozenset([b"button"])
_BODY = frozenset([b"body"])
_SELECT = frozenset([b"select"])
_RUBY = frozenset([b"ruby"])
_NOBR = frozenset([b"nobr"])
_TEMPLATE = frozenset([b"template"])
_LOOKED_THROUGH = frozenset([b"address", b"div", b"p"])
_MARKED = frozenset([b"applet", b"marquee", b"object"])
_BETWEEN_CELLS = frozenset([b"table", b"tbody", b"row"])
_IN_SELECT = frozenset([b"option", b"optgroup", b"hr", b"script", b"select"])
_IGNORED = TABLE_PARTS | {b"frame", b"head", b"body", b"html"}
_NEEDING_CONTEXT = frozenset([b"body", b"form", b"frameset"])
_NO_FRAMESET = frozenset(
    b"pre listing li dd dt button applet marquee object table area br embed img keygen wbr hr image textarea xmp "
    b"iframe select".split()
)


class Ambiguous(Exception):  # noqa: N818 - no error: from here on nobody can say what is a tag
    """Browsers differ in what is a tag from here on."""


class Tree(Tables, Foreign):
    """Open elements, fed with tags and text. `start` returns the element that a start tag made, None where the
    parser drops the tag; `end` returns the element that an end tag was for, None where it closed none."""

    def __init__(self, floor: Callable[[bytes], bool] | None = None) -> None:
        super().__init__(floor)
        self.select: Node | None = None
        self.form: Node | None = None
        self.quirks: bool | None = True if floor is None else None
        """None where that is not known, or hangs on one of the old document types."""
        self.body = floor is not None
        self.frameset_ok = True

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
        if name in HEAD:
            return self._start_head(name, tag)
        if name in TABLE_PARTS:
            return self.start_part(name, tag)
        if self.current.key == b"template" and not self.current.mode:
            self.current.mode = b"body"
        return self._start_in_body(name, tag)

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
        return self._end_in_body(name)

    def text(self, data: bytes) -> None:
        if not self.current.html or self.select is not None:
            return
        if data.strip(b"\t\n\f\r \0"):
            self.frameset_ok = False
            if not self.body and not self._in_template():
                self._make_body()
            self.leave_colgroup()
        elif self.current.key in TABLE_PARTS or self.current.key == b"table" or not self.body:
            return
        if self.formatting:
            self.reconstruct()

    # Before the body.

    def _in_template(self) -> bool:
        return any(node.key == b"template" for node in self.nodes) or self.below(_TEMPLATE)

    def _head(self, name: bytes) -> bool:
        """Whether the tag counts: before the body, or by beginning it."""
        if name in HEAD or self._in_template():
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
        if self._in_template():
            return True
        if name in (b"body", b"html", b"br"):
            self._make_body()
            return True
        return False

    # Select, as far as old and new browsers agree.

    def _start_in_select(self, name: bytes, tag: bytes) -> Node | None:
        if name in RAW - {b"script"} or name in (b"template", b"plaintext", b"svg", b"math", b"keygen", b"input"):
            raise Ambiguous
        if name in TABLE_PARTS or name == b"table":
            raise Ambiguous
        if name not in _IN_SELECT:
            return None
        if name == b"select":
            self._leave_select()
            return None
        if name == b"script":
            return Node(name, tag)
        if self.current.key == b"option":
            self.pop()
        if name != b"option" and self.current.key == b"optgroup":
            self.pop()
        return Node(name, tag) if name == b"hr" else self.push(Node(name, tag))

    def _end_in_select(self, name: bytes) -> Node | None:
        if name == b"select":
            return self._leave_select()
        if name in TABLE_PARTS or name == b"table" or name == b"template":
            raise Ambiguous
        if name == b"optgroup" and self.current.key == b"option" and self.nodes[-2].key == b"optgroup":
            self.pop()
        if name in (b"option", b"optgroup") and self.current.key == name:
            return self.pop()
        return None

    def _leave_select(self) -> Node:
        self.select = None
        return self.pop_until(_SELECT)

    # Templates and what else may stand in the head.

    def _start_head(self, name: bytes, tag: bytes) -> Node:
        node = Node(name, tag)
        if name == b"template":
            self.mark()
            self.push(node)
        return node

    def _end_template(self) -> Node | None:
        if not self._in_template():
            return None
        node = self.pop_until(_TEMPLATE)
        self.clear_to_marker()
        return node

    # In body.

    def _start_in_body(self, name: bytes, tag: bytes) -> Node | None:
        if name in _NO_FRAMESET:
            self.frameset_ok = False
        if name in _IGNORED:
            self._ignore(name)
            return None
        if name == b"frameset":
            self._frameset()
            return None
        special = self._STARTS.get(name)
        if special is not None:
            return special(self, name, tag)
        if name in CLOSES_P:
            self.close_p()
        else:
            self.reconstruct()
        node = Node(name, tag)
        return node if name in VOID or name in RAW else self.push(node)

    def _ignore(self, name: bytes) -> None:
        if name == b"body" and not self.grounded:
            raise Unknown

    def _frameset(self) -> None:
        if not self.grounded:
            raise Unknown
        if self.frameset_ok:
            raise Ambiguous

    def close_p(self) -> None:
        if self.has(_P, BUTTON_SCOPE):
            self.imply(_P)
            self.pop_until(_P)

    def _heading(self, name: bytes, tag: bytes) -> Node:
        self.close_p()
        if self.current.key in HEADINGS:
            if not self.grounded:
                raise Unknown
            self.pop()
        return self.push(Node(name, tag))

    def _form(self, name: bytes, tag: bytes) -> Node | None:
        if self._in_template():
            self.close_p()
            return self.push(Node(name, tag))
        if self.form is not None or self.below(_FORM):
            return None
        if self.mode() in _BETWEEN_CELLS:
            self.form = Node(name, tag)
            return self.form
        self.close_p()
        self.form = self.push(Node(name, tag))
        return self.form

    def _item(self, name: bytes, tag: bytes) -> Node:
        names = _LI if name == b"li" else frozenset([b"dd", b"dt"])
        for node in reversed(self.nodes):
            if node.key in names:
                self.imply(frozenset([node.key]))
                self.pop_through(node)
                break
            if node.key in SPECIAL and node.key not in _LOOKED_THROUGH:
                break
        else:
            self.below(names)
        self.close_p()
        return self.push(Node(name, tag))

    def _button(self, name: bytes, tag: bytes) -> Node:
        if self.has(_BUTTON):
            self.imply()
            self.pop_until(_BUTTON)
        self.reconstruct()
        return self.push(Node(name, tag))

    def _anchor(self, name: bytes, tag: bytes) -> Node:
        open_one = self.last_formatting(name)
        if open_one is not None:
            self.adopt(name)
            if open_one in self.formatting:
                self.formatting.remove(open_one)
            self.take(open_one)
        elif None not in self.formatting and (len(self.nodes) < 2 or self.nodes[1].key not in SPECIAL):
            # An <a> around a block is taken apart, but the block stays whole.
            self.below(frozenset([name]))
        return self._formatting(name, tag)

    def _nobr(self, name: bytes, tag: bytes) -> Node:
        self.reconstruct()
        if self.has(_NOBR):
            self.adopt(name)
        return self._formatting(name, tag)

    def _formatting(self, name: bytes, tag: bytes) -> Node:
        self.reconstruct()
        node = self.push(Node(name, tag))
        self.push_formatting(node)
        return node

    def _object(self, name: bytes, tag: bytes) -> Node:
        self.reconstruct()
        node = self.push(Node(name, tag))
        self.mark()
        return node

    def _table(self, name: bytes, tag: bytes) -> Node | None:
        if self.mode() in _BETWEEN_CELLS:
            if self.end_table() is None:
                return None
            return self.start(name, tag)
        if self.quirks is None:
            self._p_around_table()
        elif not self.quirks:
            self.close_p()
        return self.push(Node(name, tag))

    def _p_around_table(self) -> None:
        """Only a page in quirks mode keeps a table in a paragraph."""
        if self.has(_P, BUTTON_SCOPE):
            raise Unclear if self.grounded else Unknown

    def _select(self, name: bytes, tag: bytes) -> Node:
        self.reconstruct()
        self.select = self.push(Node(name, tag))
        return self.select

    def _option(self, name: bytes, tag: bytes) -> Node:
        if self.current.key == b"option":
            self.pop()
        self.reconstruct()
        return self.push(Node(name, tag))

    def _ruby(self, name: bytes, tag: bytes) -> Node:
        if self.has(_RUBY):
            self.imply(frozenset([b"rtc"]) if name in (b"rp", b"rt") else frozenset())
        return self.push(Node(name, tag))

    def _root(self, name: bytes, tag: bytes) -> Node:
        self.reconstruct()
        return self.foreign_root(name, tag)

    def _textarea(self, name: bytes, tag: bytes) -> Node:
        return Node(name, tag)

    _STARTS: ClassVar[Mapping[bytes, Callable[[Tree, bytes, bytes], Node | None]]] = {
        **dict.fromkeys(HEADINGS, _heading),
        **dict.fromkeys(FORMATTING, _formatting),
        **dict.fromkeys(_MARKED, _object),
        **dict.fromkeys([b"rb", b"rtc", b"rp", b"rt"], _ruby),
        **dict.fromkeys([b"li", b"dd", b"dt"], _item),
        **dict.fromkeys([b"option", b"optgroup"], _option),
        **dict.fromkeys([b"svg", b"math"], _root),
        **dict.fromkeys([b"textarea", b"noembed", b"noscript", b"param", b"source", b"track"], _textarea),
        b"a": _anchor,
        b"button": _button,
        b"form": _form,
        b"nobr": _nobr,
        b"select": _select,
        b"table": _table,
    }

    def _end_in_body(self, name: bytes) -> Node | None:
        if name in TABLE_PARTS or name == b"table":
            return self.end_part(name)
        if self.current.key == b"template" and not self.current.mode:
            return None
        if not self.leave_colgroup():
            return None
        if name in BLOCKS:
            return self.close(frozenset([name]))
        if name in FORMATTING:
            return self.adopt(name)
        special = self._ENDS.get(name)
        return special(self, name) if special is not None else self.close_any(name)

    def _end_item(self, name: bytes) -> Node | None:
        return self.close(frozenset([name]), LIST_SCOPE if name == b"li" else SCOPE)

    def _end_p(self, name: bytes) -> Node | None:
        return self.close(_P, BUTTON_SCOPE)

    def _end_heading(self, name: bytes) -> Node | None:
        return self.close(HEADINGS)

    def _end_object(self, name: bytes) -> Node | None:
        node = self.close(frozenset([name]))
        if node is not None:
            self.clear_to_marker()
        return node

    def _end_form(self, name: bytes) -> Node | None:
        if self._in_template():
            return self.close(_FORM)
        node, self.form = self.form, None
        if node is None:
            self.below(_FORM)
            return None
        if not node.open or not self.has(_FORM):
            return None
        self.imply()
        self.take(node)
        return node

    def _end_nothing(self, name: bytes) -> None:
        """`</br>` makes a `<br>`; after `</body>` and `</html>` text goes on in the body."""
        if name == b"br":
            self.reconstruct()

    _ENDS: ClassVar[Mapping[bytes, Callable[[Tree, bytes], Node | None]]] = {
        **dict.fromkeys(HEADINGS, _end_heading),
        **dict.fromkeys(_MARKED, _end_object),
        **dict.fromkeys([b"li", b"dd", b"dt"], _end_item),
        **dict.fromkeys([b"br", b"body", b"html"], _end_nothing),
        b"form": _end_form,
        b"p": _end_p,
    }
