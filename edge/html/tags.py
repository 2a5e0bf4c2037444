"""Tags and their attributes, to the letter of the HTML standard (13.2.5.6 to 13.2.5.40, "Tokenization").

White space in a tag is tab, line feed, form feed, carriage return and space; not the vertical tab that `\\s` takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from edge.html.references import decode

__all__ = ["ATTRIBUTES", "TAG", "Attribute", "attributes", "set_attributes"]

_VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTE = (
    rb"(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rb"(?>[\t\n\f\r ]*+=[\t\n\f\r ]*+" + _VALUE + rb"|(?![\t\n\f\r ]*+=))"
)
ATTRIBUTES = rb"(?>[\t\n\f\r /]++|" + _ATTRIBUTE + rb")*+"
"""Everything between a tag's name and its `>`; stops short where the tag is not complete."""

TAG = rb"</?+[A-Za-z][^\t\n\f\r />]*+" + ATTRIBUTES + rb">"

_NAME = re.compile(rb"<([A-Za-z][^\t\n\f\r />]*+)")
_ONE = re.compile(
    rb"[\t\n\f\r /]*+(=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rb"""([\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|(?=>)))?+"""
)


class Attribute(NamedTuple):
    """One attribute as written: its name in lower case, its undecoded value, and offsets in the tag: `start` and
    `named` are the ends of the name, `stop` is behind the whole."""

    name: bytes
    value: bytes
    start: int
    named: int
    stop: int

    def text(self, codec: str) -> str:
        """The value as a browser sees it."""
        return decode(self.value.decode(codec, "replace"))


def attributes(tag: bytes) -> Iterator[Attribute]:
    """The attributes of a complete start tag, in order; of duplicates only the first, which is the one that counts."""
    name = _NAME.match(tag)
    at = name.end() if name else len(tag)
    seen = set()
    while found := _ONE.match(tag, at):
        label = found[1].lower()
        if label not in seen:
            seen.add(label)
            value = found[found.lastindex or 0] if (found.lastindex or 0) > 2 else b""
            yield Attribute(label, value, found.start(1), found.end(1), found.end())
        at = found.end()


def set_attributes(tag: bytes, wanted: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The start tag with these attributes: the value of one that it has is replaced where it stands, a new one
    follows the tag's name; every other byte stays."""
    standing = {attribute.name: attribute for attribute in attributes(tag)}
    name = _NAME.match(tag)
    edits: list[tuple[int, int, bytes]] = []
    for label, value in wanted:
        quoted = b'="' + _escape(value) + b'"'
        old = standing.get(label.lower())
        if old is not None:
            edits.append((old.named, old.stop, quoted))
        elif name is not None:
            edits.append((name.end(), name.end(), b" " + label + quoted))
    return _edit(tag, edits)


def _edit(tag: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    pieces = []
    at = 0
    for start, stop, new in sorted(edits, key=lambda edit: edit[0]):
        pieces += [tag[at:start], new]
        at = stop
    return b"".join([*pieces, tag[at:]])


def _escape(value: bytes) -> bytes:
    """For a double-quoted value. Numeric references stay: they are how a charset writes what it lacks."""
    return re.sub(rb"&(?!#[0-9]+;)", b"&amp;", value).replace(b'"', b"&quot;")
