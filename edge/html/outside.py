"""What is open around a region: the page before it, read when a region asks and no earlier."""

from __future__ import annotations

import re

from edge.html.elements import RAW
from edge.html.runs import CDATA, COMMENT, MARKUP, Run, raw_text
from edge.html.stack import Unclear
from edge.html.tags import TAG
from edge.html.tree import Ambiguous, Tree

__all__ = ["REACH", "Outside", "in_link", "read"]

REACH = 2 * 1024 * 1024
"""Bytes from the start of a page within which the surroundings of a region can be known."""

_GLANCE = 4096

Buffer = bytes | bytearray

_OLD = re.compile(
    rb"<!doctype[\t\n\f\r ]++html[\t\n\f\r ]*+"
    rb"(?:system[\t\n\f\r ]++[\"']about:legacy-compat[\"'][\t\n\f\r ]*+)?+>",
    re.I,
)


class Outside:
    """The page up to where it was last asked about."""

    def __init__(self) -> None:
        self._tree: Tree | None = Tree()
        self._read = 0
        self._searched: dict[bytes, int] = {}

    def lacks(self, name: bytes, buffer: Buffer, end: int) -> bool:
        """Whether no start tag of this name stands before `end`. A quick answer to most questions."""
        if end > REACH:
            return False
        since = self._searched.get(name, 0)
        if since < 0:
            return False
        found = re.compile(rb"<" + re.escape(name) + rb"[\t\n\f\r />]", re.I).search(buffer, since, end)
        self._searched[name] = -1 if found else max(since, end - len(name) - 2)
        return found is None

    def before(self, buffer: Buffer, end: int) -> Tree | None:
        """The tree of all that stands before `end`; None where that cannot be known. Whoever gets it may go on
        with it, and gives it back with `keep`."""
        tree, self._tree = self._tree, None
        if tree is None or end > REACH:
            return None
        try:
            read(tree, buffer, self._read, end)
        except (Unclear, Ambiguous):
            return None
        return tree

    def keep(self, tree: Tree, at: int) -> None:
        self._tree, self._read = tree, at

    def lose(self) -> None:
        self._tree = None


def in_link(buffer: Buffer, end: int) -> bool:
    """Whether a link seems to be open at `end`, from a quick look at what stands before it."""
    since = max(0, end - _GLANCE)
    opened = max(
        buffer.rfind(b"<a ", since, end), buffer.rfind(b"<a>", since, end), buffer.rfind(b"<a\n", since, end)
    )
    return opened > buffer.rfind(b"</a>", since, end)


def read(tree: Tree, buffer: Buffer, at: int, end: int) -> int:
    """Feeds the tree with the tokens from `at` on; returns where the last complete one ends, `end` at most."""
    while at < end:
        if buffer[at] != 0x3C:
            to = buffer.find(b"<", at, end)
            to = end if to < 0 else to
            tree.text(bytes(buffer[at:to]))
        elif found := TAG.match(buffer, at, end):
            to = _tag(tree, found, buffer)
        else:
            to = _other(tree, buffer, at, end)
        if to < 0 or to > end:
            return at
        at = to
    return at


def _tag(tree: Tree, found: re.Match[bytes], buffer: Buffer) -> int:
    name = found[2].lower()
    if found[1]:
        tree.end(name)
        return found.end()
    node = tree.start(name, found.group())
    if node is None or not node.html or name not in RAW:
        return found.end()
    end = raw_text(name, found.end()).end(buffer)
    closing = TAG.match(buffer, end) if end >= 0 else None
    return closing.end() if closing else -1


def _other(tree: Tree, buffer: Buffer, at: int, end: int) -> int:
    head = bytes(buffer[at : at + 9])
    if head.startswith(b"<!--"):
        return Run(at, at + 4, COMMENT).end(buffer)
    if head == b"<![CDATA[" and not tree.current.html:
        return Run(at, at + 9, CDATA).end(buffer)
    if head[1:2] in (b"!", b"?", b"/"):
        to = Run(at, at + 2, MARKUP).end(buffer)
        if head.lower().startswith(b"<!doctype") and not tree.body and to > 0:
            tree.quirks = False if _OLD.match(buffer, at) else None
        return to
    tree.text(b"<")
    return at + 1
