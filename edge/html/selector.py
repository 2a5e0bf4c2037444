"""Slots for HTML that cannot be touched: one compound CSS selector."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Mapping
from dataclasses import dataclass

from edge.errors import Flaw, SelectorError

__all__ = ["Selector", "parse_selector"]

_ALLOWED = (
    "a selector is one of tag, #id, .class, [attr], [attr=value], or several of them in one: section#main.hero"
)
_NAME = r"-?(?:[A-Za-z_\u0080-\U0010ffff]|\\[!-~])(?:[\w\u0080-\U0010ffff-]|\\[!-~])*"
_TAG = re.compile(_NAME)
_PART = re.compile(
    rf"""\#(?P<id>(?:[\w\u0080-\U0010ffff-]|\\[!-~])+)
      | \.(?P<cls>{_NAME})
      | \[\s*(?P<attr>{_NAME})\s*(?:=\s*(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)'|(?P<bare>{_NAME}))
        \s*)?\]""",
    re.X | re.A,
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A parsed selector. `attributes` holds (name, value), ids among them, None for any value; all `classes` must
    stand in the class attribute. Ids and classes compare as written, tags and attribute names in any case."""

    text: str
    tag: str | None = None
    attributes: tuple[tuple[str, str | None], ...] = ()
    classes: frozenset[str] = frozenset()

    def matches(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """`tag` and the attributes' names in lower case, values decoded."""
        if self.tag is not None and self.tag != tag:
            return False
        for name, value in self.attributes:
            if name not in attributes or (value is not None and attributes[name] != value):
                return False
        return not self.classes or self.classes <= set(re.split("[ \t\n\f\r]+", attributes.get("class", "")))

    @property
    def needles(self) -> tuple[bytes, ...]:
        """Patterns one of which is found in every tag that this selector matches."""
        ids = [value for name, value in self.attributes if name == "id" and value]
        if ids or self.classes:
            return _needle_of_value(ids[0] if ids else min(self.classes))
        if self.attributes:
            return (_any_case(self.attributes[0][0]),)
        return (b"<" + _any_case(self.tag or "") + rb"(?=[\t\n\f\r />])",)


def parse_selector(text: str) -> Selector:
    """Reads one compound selector; raises SelectorError saying where it stops being one and what is allowed."""
    tag = None
    attributes: list[tuple[str, str | None]] = []
    classes = set()
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    at = start
    if found := _TAG.match(text, at):
        tag, at = _plain(found.group()).lower(), found.end()
    while at < end:
        part = _PART.match(text, at)
        if part is None:
            raise SelectorError(_flaw(text, at))
        if part["id"]:
            attributes.append(("id", _plain(part["id"])))
        elif part["cls"]:
            classes.add(_plain(part["cls"]))
        else:
            values = (part["double"], part["single"], part["bare"] and _plain(part["bare"]))
            value = next((value for value in values if value is not None), None)
            attributes.append((_plain(part["attr"]).lower(), value))
        at = part.end()
    if at == start:
        raise SelectorError(Flaw("the selector is empty", _ALLOWED, at, at))
    return Selector(text.strip(), tag, tuple(attributes), frozenset(classes))


_REFUSED = {
    " ": "one element cannot be picked by its ancestors",
    ">": "one element cannot be picked by its parent",
    "+": "one element cannot be picked by its neighbours",
    "~": "one element cannot be picked by its neighbours",
    ",": "a slot has one selector",
    ":": "pseudo-classes need a browser",
    "*": "any element at all is no slot",
    "[": "an attribute is written [name] or [name=value]",
    "#": "an id is missing after #",
    ".": "a class is missing after .",
}


def _flaw(text: str, at: int) -> Flaw:
    why = _REFUSED.get(text[at], f"{text[at]!r} has no meaning here")
    return Flaw(f"the selector {text.strip()!r} cannot be used: {why}", _ALLOWED, at, at + 1)


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _any_case(name: str) -> bytes:
    """Attribute and tag names outside ASCII compare as they are; in which charset, only the page knows."""
    return b"".join(
        b"[%c%c]" % (char.lower().encode(), char.upper().encode())
        if char.isascii() and char.isalpha()
        else (re.escape(char.encode()) if char.isascii() else b"[\\x80-\\xff]+?")
        for char in name
    )


def _needle_of_value(value: str) -> tuple[bytes, ...]:
    """The value as it stands, or spelled with references: numeric ones, or the named ones of its signs."""
    plain = b"".join(re.escape(char.encode()) if char.isascii() else b"[\\x80-\\xff&]" for char in value[:1])
    if value.isascii():
        plain = re.escape(value.encode())
    named = sorted({name.rstrip(";") for name, text in html.entities.html5.items() if set(text) & set(value)})
    return (plain, b"&#", *(b"&" + name.encode() for name in named))
