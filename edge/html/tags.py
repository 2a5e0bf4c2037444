"""Tags and their attributes, to the letter of the HTML standard (13.2.5.6 to 13.2.5.40, "Tokenization").

White space in a tag is tab, line feed, form feed, carriage return and space; not vertical tab, as in `\\s`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import NamedTuple

from edge.html.references import decode

__all__ = ["ATTRIBUTES", "TAG", "Attribute", "OpenTag", "attributes", "self_closing", "set_attributes"]

_VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTE = (
    rb"(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rb"(?>[\t\n\f\r ]*+=[\t\n\f\r ]*+" + _VALUE + rb"|(?![\t\n\f\r ]*+=))"
)
ATTRIBUTES = rb"(?>[\t\n\f\r /]++|" + _ATTRIBUTE + rb")*+"
"""Everything between a tag's name and its `>`; stops short where the tag is not complete."""

TAG = re.compile(rb"<(/?+)([A-Za-z][^\t\n\f\r />]*+)" + ATTRIBUTES + rb">")

_NAME = re.compile(rb"<([A-Za-z][^\t\n\f\r />]*+)")
_ONE = re.compile(
    rb"[\t\n\f\r /]*+(=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rb"""([\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|(?=>)))?+"""
)


class Attribute(NamedTuple):
    """One attribute: its name in lower case, its value as written, and where in the tag its name and it end."""

    name: bytes
    value: bytes
    named: int
    stop: int

    def text(self, codec: str) -> str:
        """The value as a browser sees it."""
        return decode(self.value.decode(codec, "replace"))


def attributes(tag: bytes) -> Iterator[Attribute]:
    """The attributes of a complete start tag, in order; of duplicates the first, which is the one that counts."""
    seen = set()
    for found in _each(tag):
        label = found[1].lower()
        if label not in seen:
            seen.add(label)
            yield Attribute(label, found[3] or found[4] or found[5] or b"", found.end(1), found.end())


def _each(tag: bytes) -> Iterator[re.Match[bytes]]:
    name = _NAME.match(tag)
    at = name.end() if name else len(tag)
    while found := _ONE.match(tag, at):
        yield found
        at = found.end()


def self_closing(tag: bytes) -> bool:
    """Whether a start tag ends in `/>`; a slash that belongs to an unquoted value does not count."""
    if not tag.endswith(b"/>"):
        return False
    return max((found.end() for found in _each(tag)), default=0) < len(tag) - 1


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


class OpenTag:
    """A tag whose end has not come yet: looks for it in each new piece, from where it stopped."""

    __slots__ = ("_at", "_state")

    def __init__(self, start: int) -> None:
        self._at = start + 1
        self._state = _States.NAME

    def shift(self, count: int) -> None:
        """The buffer has lost its first `count` bytes."""
        self._at -= count

    def end(self, buffer: bytes | bytearray, limit: int) -> int:
        """Behind the `>` of the tag, -1 while there is none before `limit`."""
        while True:
            run, exits, other = _STATES[self._state]
            found = run.match(buffer, self._at, limit)
            self._at = found.end() if found else self._at
            sign = bytes(buffer[self._at : min(self._at + 1, limit)])
            if not sign:
                return -1
            self._state = exits.get(sign, other)
            if self._state is _States.END:
                return self._at + 1
            self._at += sign in exits


class _States(Enum):
    NAME = auto()
    BETWEEN = auto()
    ATTRIBUTE = auto()
    AFTER_ATTRIBUTE = auto()
    BEFORE_VALUE = auto()
    DOUBLE = auto()
    SINGLE = auto()
    UNQUOTED = auto()
    END = auto()


# What a state swallows; where it goes on which sign, that one swallowed; where on any other.
_STATES: Mapping[_States, tuple[re.Pattern[bytes], Mapping[bytes, _States], _States]] = {
    _States.NAME: (re.compile(rb"[^\t\n\f\r />]*"), {b">": _States.END}, _States.BETWEEN),
    _States.BETWEEN: (
        re.compile(rb"[\t\n\f\r /]*"),
        {b">": _States.END, b"=": _States.ATTRIBUTE},
        _States.ATTRIBUTE,
    ),
    _States.ATTRIBUTE: (
        re.compile(rb"[^\t\n\f\r />=]*"),
        {b">": _States.END, b"=": _States.BEFORE_VALUE, b"/": _States.BETWEEN},
        _States.AFTER_ATTRIBUTE,
    ),
    _States.AFTER_ATTRIBUTE: (
        re.compile(rb"[\t\n\f\r ]*"),
        {b">": _States.END, b"=": _States.BEFORE_VALUE, b"/": _States.BETWEEN},
        _States.ATTRIBUTE,
    ),
    _States.BEFORE_VALUE: (
        re.compile(rb"[\t\n\f\r ]*"),
        {b">": _States.END, b'"': _States.DOUBLE, b"'": _States.SINGLE},
        _States.UNQUOTED,
    ),
    _States.DOUBLE: (re.compile(rb'[^"]*'), {b'"': _States.BETWEEN}, _States.BETWEEN),
    _States.SINGLE: (re.compile(rb"[^']*"), {b"'": _States.BETWEEN}, _States.BETWEEN),
    _States.UNQUOTED: (re.compile(rb"[^\t\n\f\r >]*"), {b">": _States.END}, _States.BETWEEN),
}
