"""The stack of open elements and the list of active formatting elements (HTML standard, 13.2.4.2 and 13.2.4.3).

Only what decides where an element ends is kept: no text, no tree. A stack may begin in the middle of a page, on
a floor: what is open below it is not known, and a question whose answer lies there raises Unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from edge.html.elements import FORMATTING, IMPLIED, SCOPE, SPECIAL

__all__ = ["DEPTH", "Node", "Stack", "Unclear", "Unknown", "is_special"]

DEPTH = 512
"""The deepest nesting that browsers agree on: from here on Blink lays children beside each other."""

_ADOPTIONS = 4096


class Unknown(Exception):  # noqa: N818 - no error: a question to ask elsewhere
    """The answer depends on what is open around the bytes that were seen."""


class Unclear(Exception):  # noqa: N818
    """Browsers do not agree on the answer, or it would cost too much."""


class Node:
    """An open element. `torn` says that it left the stack from its middle: its content is in two places."""

    __slots__ = ("first", "html", "key", "mode", "open", "point", "tag", "torn")

    def __init__(self, key: bytes, tag: bytes = b"", html: bool = True) -> None:
        self.key = key
        self.tag = tag
        self.html = html
        self.open = False
        self.torn = False
        self.point = b""
        """Where HTML may stand in foreign content: b"html", b"text" or b"annotation"."""
        self.mode = b""
        """Of a template: what its first tags have made of it."""
        self.first: Node | None = None
        """Of a clone: the element that the page's tag made."""

    def clone(self) -> Node:
        clone = Node(self.key, self.tag)
        clone.first = self.first or self
        return clone


def is_special(node: Node) -> bool:
    """Whether an element is special, in the standard's sense. Blink has not made `search` one."""
    if node.key == b"search":
        raise Unclear
    return node.key in SPECIAL


class Stack:
    """What is open. `floor` says of a name whether no such element can be open below; without it nothing is."""

    def __init__(self, floor: Callable[[bytes], bool] | None = None) -> None:
        root = Node(b"" if floor else b"html")
        root.open = True
        self.nodes = [root]
        self.formatting: list[Node | None] = []
        self.lowest = 1 << 30
        """The lowest place in the stack that an adoption or a form has taken something from."""
        self.forgotten: list[Node] = []
        """Formatting elements and forms that the last tag has ended for all that follows."""
        self.absent: frozenset[bytes] = frozenset()
        """What the first element on the floor has closed."""
        self._floor = floor
        self._adoptions = 0

    @property
    def current(self) -> Node:
        return self.nodes[-1]

    def push(self, node: Node) -> Node:
        if len(self.nodes) >= DEPTH:
            raise Unclear
        node.open = True
        self.nodes.append(node)
        return node

    def pop(self) -> Node:
        node = self.nodes.pop()
        node.open = False
        return node

    def pop_until(self, names: frozenset[bytes]) -> Node:
        while True:
            node = self.pop()
            if node.key in names:
                return node

    def pop_through(self, last: Node) -> None:
        while last.open:
            self.pop()

    def has(self, names: frozenset[bytes], barriers: frozenset[bytes] = SCOPE) -> bool:
        """Whether one of these is open in the scope that ends at the barriers."""
        for node in reversed(self.nodes):
            if node.key in names:
                return True
            if node.key in barriers:
                return False
        return self.below(names)

    def below(self, names: frozenset[bytes]) -> bool:
        """False if none of these can be open below the floor."""
        if self._floor is None or names <= self.absent or all(map(self._floor, names)):
            return False
        raise Unknown

    @property
    def grounded(self) -> bool:
        """Whether the stack begins with the page."""
        return self._floor is None

    def imply(self, but: frozenset[bytes] = frozenset()) -> None:
        """Generate implied end tags."""
        while self.nodes[-1].key in IMPLIED and self.nodes[-1].key not in but:
            self.pop()

    def close(self, names: frozenset[bytes], barriers: frozenset[bytes] = SCOPE) -> Node | None:
        """What most end tags do: closes the innermost of these and all in it; None where none is in scope."""
        return self.pop_until(names) if self.has(names, barriers) else None

    def close_any(self, name: bytes) -> Node | None:
        """ "Any other end tag"."""
        for node in reversed(self.nodes):
            if node.key == name:
                self.pop_through(node)
                return node
            if is_special(node):
                return None
        self.below(frozenset([name]))
        return None

    # Active formatting elements: None is a marker.

    def mark(self) -> None:
        self.formatting.append(None)

    def clear_to_marker(self) -> None:
        while self.formatting and self.formatting.pop() is not None:
            pass

    def push_formatting(self, node: Node) -> None:
        """At most three alike ("Noah's Ark")."""
        alike = [other for other in self._since_marker() if other.key == node.key and other.tag == node.tag]
        if len(alike) >= 3:
            self.forget(alike[-1])
        self.formatting.append(node)

    def forget(self, node: Node) -> None:
        self.formatting.remove(node)
        self.forgotten.append(node.first or node)

    def last_formatting(self, name: bytes) -> Node | None:
        for node in self._since_marker():
            if node.key == name:
                return node
        return None

    def _since_marker(self) -> list[Node]:
        found = []
        for node in reversed(self.formatting):
            if node is None:
                break
            found.append(node)
        return found

    def pending(self) -> bool:
        """Whether text would open formatting elements again."""
        return bool(self.formatting) and (last := self.formatting[-1]) is not None and not last.open

    def reconstruct(self) -> None:
        """Opens again what was closed without its end tag."""
        at = len(self.formatting)
        while at and (node := self.formatting[at - 1]) is not None and not node.open:
            at -= 1
        for index in range(at, len(self.formatting)):
            closed = self.formatting[index]
            if closed is not None:
                closed.torn = True
                self.formatting[index] = self.push(closed.clone())

    def adopt(self, name: bytes) -> Node | None:
        """The adoption agency algorithm (13.2.6.4.7): closes a formatting element in the midst of others. Returns
        the element that this closed, if it came to nothing worse."""
        if self.current.key == name and self.current not in self.formatting:
            return self.pop()
        for turn in range(8):
            element = self.last_formatting(name)
            if element is None:
                if turn:
                    return None
                if None not in self.formatting:
                    self.below(frozenset([name]))
                return self.close_any(name)
            if not element.open:
                self.forget(element)
                return None
            index = self.nodes.index(element)
            if any(node.key in SCOPE for node in self.nodes[index + 1 :]):
                return None
            block = next(filter(is_special, self.nodes[index + 1 :]), None)
            if block is None:
                self.pop_through(element)
                self.forget(element)
                return element
            self._adopt(element, index, block)
        return None

    def _adopt(self, element: Node, index: int, block: Node) -> None:
        self._adoptions += 1
        if self._adoptions > _ADOPTIONS:
            raise Unclear
        self.lowest = min(self.lowest, index)
        bookmark = self._replace_between(element, index, block)
        clone = element.clone()
        clone.open = True
        self.formatting.insert(bookmark, clone)
        self.forget(element)
        self._tear(element)
        self.nodes.insert(self.nodes.index(block) + 1, clone)

    def _replace_between(self, element: Node, index: int, block: Node) -> int:
        """Clones the formatting elements between the two, takes the others off the stack. Returns where in the
        list the clone of `element` goes."""
        bookmark: Node | None = None
        for count, node in enumerate(reversed(self.nodes[index + 1 : self.nodes.index(block)]), 1):
            if count > 3 and node in self.formatting:
                self.forget(node)
            if node not in self.formatting:
                self._tear(node)
                continue
            clone = node.clone()
            clone.open = True
            self.formatting[self.formatting.index(node)] = clone
            self.nodes[self.nodes.index(node)] = clone
            node.open, node.torn = False, True
            bookmark = bookmark or clone
        return self.formatting.index(bookmark or element) + (bookmark is not None)

    def _tear(self, node: Node) -> None:
        self.nodes.remove(node)
        node.open, node.torn = False, True

    def take(self, node: Node) -> None:
        """Takes an element from wherever it is in the stack."""
        if node is self.current:
            self.pop()
        elif node.open:
            self.lowest = min(self.lowest, self.nodes.index(node))
            self._tear(node)


assert not FORMATTING & SPECIAL
