"""SVG and MathML (HTML standard, 13.2.6.5): where HTML begins again in them, and what `/>` closes."""

from __future__ import annotations

from edge.html.elements import BREAKOUT
from edge.html.stack import Node, Stack
from edge.html.tags import attributes, self_closing

__all__ = ["Foreign"]

_HTML_POINTS = frozenset([b"svg foreignobject", b"svg desc", b"svg title"])
_TEXT_POINTS = frozenset(b"math " + name for name in (b"mi", b"mo", b"mn", b"ms", b"mtext"))
_FONT = frozenset([b"color", b"face", b"size"])
_ENCODINGS = frozenset(["text/html", "application/xhtml+xml"])


class Foreign(Stack):
    """What tags do in foreign content."""

    def is_foreign(self, name: bytes) -> bool:
        """Whether the rules for foreign content apply to this start tag."""
        node = self.current
        if node.html or node.point == b"html":
            return False
        if node.point == b"text":
            return name in (b"mglyph", b"malignmark")
        return not (node.point == b"annotation" and name == b"svg")

    def in_foreign(self) -> bool:
        return any(not node.html for node in self.nodes)

    def foreign_start(self, name: bytes, tag: bytes) -> Node | None:
        """None where the tag ends the foreign content and is read again as HTML."""
        if name in BREAKOUT or (name == b"font" and any(found.name in _FONT for found in attributes(tag))):
            self._break_out()
            return None
        return self.foreign_root(name, tag, self.current.key.split(b" ")[0])

    def foreign_root(self, name: bytes, tag: bytes, namespace: bytes = b"") -> Node:
        node = Node((namespace or name) + b" " + name, tag, html=False)
        node.point = _point(node.key, tag)
        self.push(node)
        if self_closing(tag):
            self.pop()
        return node

    def foreign_end(self, name: bytes) -> tuple[Node | None, bool]:
        """The element closed, and whether that was all; if not, the tag is read as HTML."""
        if name in (b"br", b"p"):
            self._break_out()
            return None, False
        for node in reversed(self.nodes):
            if node.html:
                return None, False
            if node.key.endswith(b" " + name):
                self.pop_through(node)
                return node, True
        return None, False

    def _break_out(self) -> None:
        while not self.current.html and self.current.point not in (b"html", b"text"):
            self.pop()


def _point(key: bytes, tag: bytes) -> bytes:
    if key in _HTML_POINTS:
        return b"html"
    if key in _TEXT_POINTS:
        return b"text"
    if key != b"math annotation-xml":
        return b""
    encoding = next((found.text("latin-1") for found in attributes(tag) if found.name == b"encoding"), "")
    return b"html" if encoding.lower() in _ENCODINGS else b"annotation"
