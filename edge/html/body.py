"""What tags do in the body of a page (HTML standard, 13.2.6.4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from edge.html.elements import (
    BLOCKS,
    BUTTON_SCOPE,
    CLOSES_P,
    FORMATTING,
    HEADINGS,
    LIST_SCOPE,
    RAW,
    SCOPE,
    SPECIAL,
    TABLE_PARTS,
    VOID,
)
from edge.html.foreign import Foreign
from edge.html.stack import Node, Unclear, Unknown, is_special
from edge.html.tables import Tables

__all__ = ["Ambiguous", "Body"]

_P = frozenset([b"p"])
_LI = frozenset([b"li"])
_FORM = frozenset([b"form"])
_BUTTON = frozenset([b"button"])
_RUBY = frozenset([b"ruby"])
_NOBR = frozenset([b"nobr"])
_TEMPLATE = frozenset([b"template"])
_LOOKED_THROUGH = frozenset([b"address", b"div", b"p"])
_MARKED = frozenset([b"applet", b"marquee", b"object"])
_BETWEEN_CELLS = frozenset([b"table", b"tbody", b"row"])
_IGNORED = TABLE_PARTS | {b"frame", b"head", b"body", b"html"}
_NO_FRAMESET = frozenset(
    b"pre listing li dd dt button applet marquee object table area br embed img keygen wbr hr image textarea xmp "
    b"iframe select".split()
)


class Ambiguous(Exception):  # noqa: N818 - no error: from here on nobody can say what is a tag
    """Browsers differ in what is a tag from here on."""


class Body(Tables, Foreign):
    """Start tags return the element that they made, end tags the one that they were for; None for none."""

    def __init__(self, floor: Callable[[bytes], bool] | None = None) -> None:
        super().__init__(floor)
        self.select: Node | None = None
        """The menu that is open: inside of it other rules hold."""
        self.form: Node | None = None
        self.quirks: bool | None = True if floor is None else None
        """None where that is not known, or hangs on one of the old document types."""
        self.frameset_ok = True

    def reaching(self) -> Iterator[Node]:
        """What has its effect wherever it stands in the stack."""
        yield from filter(None, self.formatting)
        if self.form is not None:
            yield self.form

    def in_template(self) -> bool:
        return any(node.key == b"template" for node in self.nodes) or self.below(_TEMPLATE)

    def start_in_body(self, name: bytes, tag: bytes) -> Node | None:
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
            if self.pending():
                raise Unclear  # a block of text would open them in the first heading, and so keep it open
            self.pop()
        return self.push(Node(name, tag))

    def _form(self, name: bytes, tag: bytes) -> Node | None:
        between_cells = self.mode() in _BETWEEN_CELLS
        if self.in_template():
            if between_cells:
                return None
            self.close_p()
            return self.push(Node(name, tag))
        if self.form is not None or self.below(_FORM):
            return None
        if between_cells:
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
            if node.key not in _LOOKED_THROUGH and is_special(node):
                break
        else:
            self.below(names)
        self.close_p()
        return self.push(Node(name, tag))

    def _button(self, name: bytes, tag: bytes) -> Node:
        if self.has(_BUTTON):
            raise Unclear  # the standard ends the first one, Chromium nests them
        self.reconstruct()
        return self.push(Node(name, tag))

    def _anchor(self, name: bytes, tag: bytes) -> Node:
        open_one = self.last_formatting(name)
        if open_one is not None:
            self.adopt(name)
            if open_one in self.formatting:
                self.forget(open_one)
            self.take(open_one)
        elif None not in self.formatting and (len(self.nodes) < 2 or self.nodes[1].key not in SPECIAL):
            # An <a> around a block is taken apart, but the block stays whole; the scanner looks for one nearby.
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
            return self._table(name, tag)
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

    _STARTS: ClassVar[Mapping[bytes, Callable[[Body, bytes, bytes], Node | None]]] = {
        **dict.fromkeys(HEADINGS, _heading),
        **dict.fromkeys(FORMATTING, _formatting),
        **dict.fromkeys(_MARKED, _object),
        **dict.fromkeys([b"rb", b"rtc", b"rp", b"rt"], _ruby),
        **dict.fromkeys([b"li", b"dd", b"dt"], _item),
        **dict.fromkeys([b"option", b"optgroup"], _option),
        **dict.fromkeys([b"svg", b"math"], _root),
        **dict.fromkeys(
            [b"iframe", b"textarea", b"noembed", b"noscript", b"param", b"source", b"track"], _textarea
        ),
        b"a": _anchor,
        b"button": _button,
        b"form": _form,
        b"nobr": _nobr,
        b"select": _select,
        b"table": _table,
    }

    def end_in_body(self, name: bytes) -> Node | None:
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
        if self.in_template():
            return self._end_form_in_template()
        node, self.form = self.form, None
        if node is None:
            self.below(_FORM)
            return None
        self.forgotten.append(node)
        if not node.open or not self.has(_FORM):
            return None
        self.imply()
        self.take(node)
        return node

    def _end_form_in_template(self) -> Node | None:
        if not self.has(_FORM):
            return None
        self.imply()
        if self.current.key != b"form":
            raise Unclear  # the standard closes what is open in the form, Chromium does not
        return self.pop()

    def _end_nothing(self, name: bytes) -> None:
        """`</br>` makes a `<br>`; after `</body>` and `</html>` text goes on in the body."""
        if name == b"br":
            self.reconstruct()

    _ENDS: ClassVar[Mapping[bytes, Callable[[Body, bytes], Node | None]]] = {
        **dict.fromkeys(HEADINGS, _end_heading),
        **dict.fromkeys(_MARKED, _end_object),
        **dict.fromkeys([b"li", b"dd", b"dt"], _end_item),
        **dict.fromkeys([b"br", b"body", b"html"], _end_nothing),
        b"form": _end_form,
        b"p": _end_p,
    }
