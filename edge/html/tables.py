"""Tables (HTML standard, 13.2.6.4.9 to 13.2.6.4.15), and templates that stand for a part of one."""

from __future__ import annotations

from edge.html.elements import TABLE_SCOPE
from edge.html.stack import Node, Stack, Unclear

__all__ = ["Tables"]

_TABLE = frozenset([b"table"])
_CAPTION = frozenset([b"caption"])
_ROW = frozenset([b"tr"])
_CELLS = frozenset([b"td", b"th"])
_BODIES = frozenset([b"tbody", b"tfoot", b"thead"])

# "Clear the stack back to a … context": what ends it.
_TABLE_CONTEXT = frozenset([b"table", b"template", b"html"])
_BODY_CONTEXT = _BODIES | {b"template", b"html"}
_ROW_CONTEXT = frozenset([b"tr", b"template", b"html"])

_MODES = {
    b"td": b"cell",
    b"th": b"cell",
    b"tr": b"row",
    b"tbody": b"tbody",
    b"thead": b"tbody",
    b"tfoot": b"tbody",
    b"caption": b"caption",
    b"colgroup": b"colgroup",
    b"table": b"table",
    b"body": b"body",
    b"html": b"body",
    b"select": b"select",
}
_TEMPLATE_MODES = {
    b"col": b"colgroup",
    b"tr": b"tbody",
    b"td": b"row",
    b"th": b"row",
}


class Tables(Stack):
    """What the parts of a table close and open."""

    def mode(self) -> bytes:
        """The insertion mode, from what is open."""
        for node in reversed(self.nodes):
            if node.key == b"template":
                return node.mode or b"template"
            if node.key in _MODES:
                return _MODES[node.key]
        self.below(_TABLE | {b"template"})
        return b"body"

    def leave_colgroup(self) -> bool:
        """Most things end a colgroup. False where the tag is dropped: in a template that holds columns."""
        if self.current.key == b"colgroup":
            self.pop()
        return not (self.current.key == b"template" and self.current.mode == b"colgroup")

    def start_part(self, name: bytes, tag: bytes) -> Node | None:
        """A start tag of `caption`, `col`, `colgroup`, `tbody`, `td`, `tfoot`, `th`, `thead` or `tr`."""
        while True:
            mode = self.mode()
            if mode == b"template":
                self._in_template_of(name)
            elif mode == b"disputed":
                raise Unclear
            elif mode == b"table":
                return self._start_in_table(name, tag)
            elif mode == b"colgroup":
                if name == b"col":
                    return Node(name, tag)
                if not self._pop_colgroup():
                    return None
            elif mode == b"tbody" and name in _ROW | _CELLS:
                self._clear_to(_BODY_CONTEXT)
                return self._insert_row(name, tag)
            elif mode == b"row" and name in _CELLS:
                return self._insert_cell(name, tag)
            elif mode in (b"body", b"select") or not self._close_part(mode):
                return None

    def _in_template_of(self, name: bytes) -> None:
        template = next(node for node in reversed(self.nodes) if node.key == b"template")
        template.mode = _TEMPLATE_MODES.get(name, b"table")

    def _start_in_table(self, name: bytes, tag: bytes) -> Node:
        self._clear_to(_TABLE_CONTEXT)
        if name == b"caption":
            self.mark()
        if name == b"col":
            self.push(Node(b"colgroup"))
            return Node(name, tag)
        if name in _ROW | _CELLS:
            self.push(Node(b"tbody"))
            return self._insert_row(name, tag)
        return self.push(Node(name, tag))

    def _insert_row(self, name: bytes, tag: bytes) -> Node:
        if name == b"tr":
            return self.push(Node(name, tag))
        self.push(Node(b"tr"))
        return self._insert_cell(name, tag)

    def _insert_cell(self, name: bytes, tag: bytes) -> Node:
        self._clear_to(_ROW_CONTEXT)
        node = self.push(Node(name, tag))
        self.mark()
        return node

    def _clear_to(self, context: frozenset[bytes]) -> None:
        while self.current.key not in context:
            self.pop()

    def _pop_colgroup(self) -> bool:
        if self.current.key != b"colgroup":
            return False
        self.pop()
        return True

    def _close_part(self, mode: bytes) -> bool:
        """Closes the caption, cell, row or table body that we are in; False where there is none."""
        if mode == b"caption":
            return self._close_marked(_CAPTION)
        if mode == b"cell":
            return self._close_marked(_CELLS)
        names, context = (_ROW, _ROW_CONTEXT) if mode == b"row" else (_BODIES, _BODY_CONTEXT)
        if not self.has(names, TABLE_SCOPE):
            return False
        self._clear_to(context)
        self.pop()
        return True

    def _close_marked(self, names: frozenset[bytes]) -> bool:
        if self.close(names, TABLE_SCOPE) is None:
            return False
        self.clear_to_marker()
        return True

    def end_table(self) -> Node | None:
        return self.close(_TABLE, TABLE_SCOPE)

    def end_part(self, name: bytes) -> Node | None:
        """An end tag of a table or of a part of one."""
        mode = self.mode()
        if mode == b"body" or mode == b"select":
            return self.close_any(name)
        if mode == b"template" or name == b"col":
            return None
        if mode == b"colgroup" and name != b"colgroup":
            return self.end_part(name) if self._pop_colgroup() else None
        names = frozenset([name])
        if not self._may_end(name, mode):
            return None
        if self.has(names, TABLE_SCOPE):
            return self._end(names, mode)
        if name == b"table" and mode not in (b"cell", b"table") and self._close_part(mode):
            return self.end_part(name)  # in a template that holds parts of a table
        return None

    def _may_end(self, name: bytes, mode: bytes) -> bool:
        """Some modes ignore the end tags of what can only be inside or around them."""
        if name == b"table":
            return True
        if mode == b"caption":
            return name == b"caption"
        if mode == b"cell":
            return name in _CELLS | _ROW | _BODIES
        if mode == b"row":
            return name in _ROW | _BODIES
        if mode == b"tbody":
            return name in _BODIES
        return mode == b"colgroup" and name == b"colgroup"

    def _end(self, names: frozenset[bytes], mode: bytes) -> Node:
        node = next(node for node in reversed(self.nodes) if node.key in names)
        marks = sum(other.key in _CELLS | _CAPTION for other in self.nodes[self.nodes.index(node) :])
        self.imply()
        self.pop_through(node)
        for _ in range(marks):
            self.clear_to_marker()
        return node
