"""What a widget is given, checked against what it takes, as expressions of the template language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from edge.blocks import as_expression, literal
from edge.errors import BlockError
from edge.facts import suggest
from edge.site.names import hint, listed
from edge.site.table import Table, kind_of
from edge.site.traits import Facts
from edge.site.widgets.addresses import address_flaw
from edge.site.widgets.widget import Input, InputKind

__all__ = ["read_values"]

_LONGEST = 2_000
"""Characters of a text whose schema says nothing."""

_MOST = 50
"""Members of a list whose schema says nothing."""

_Member = TypeVar("_Member")

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # the shape of RFC 5646


def read_values(table: Table, inputs: Mapping[str, Input], what: str, facts: Facts) -> dict[str, str]:
    """Every input's expression, by name: `none` for what is absent and has no default. What is wrong is reported;
    `what` says whose inputs they are: 'the widget "hero"'."""
    _unknown(table, inputs, what)
    found = {one.name: _Reader(table, one, facts).read() for one in inputs.values()}
    for one in inputs.values():
        if one.required and table.lacks(one.name):
            table.at_head(f'{what} lacks "{one.name}"', f"write {_example(one)}: {one.about}")
        if one.as_many_as:
            _check_length(table, one.name, table.data.get(one.as_many_as), one.as_many_as)
        for inner in one.fields.values():
            if inner.as_many_as:
                _check_lengths(table, one, inner)
    return found


def _unknown(table: Table, inputs: Mapping[str, Input], what: str) -> None:
    for key in table.data.keys() - inputs.keys():
        table.misspelt.add(suggest(key, inputs) or "")
        table.at_key(key, f'{what} takes no "{key}"', hint(key, inputs, f"it takes {listed(inputs)}"))


def _check_lengths(table: Table, one: Input, inner: Input) -> None:
    rows = table.data.get(one.name)
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            part = Table(table.document, (*table.path, one.name, index), table.problems)
            _check_length(part, inner.name, table.data.get(inner.as_many_as), inner.as_many_as)


def _check_length(table: Table, key: str, other: object, name: str) -> None:
    own = table.data.get(key)
    if isinstance(own, list) and isinstance(other, list) and len(own) != len(other):
        cure = "write one for each of them" if len(own) < len(other) else f'leave some out, or add to "{name}"'
        table.at_value(key, f'there are {len(own)} here, and {len(other)} in "{name}"', cure)


class _Reader:
    """Reads the input `one` from a table."""

    def __init__(self, table: Table, one: Input, facts: Facts) -> None:
        self._table = table
        self._input = one
        self._facts = facts
        self._key = one.name

    def read(self) -> str:
        if self._key not in self._table:
            return literal(self._input.default)
        return _READERS[self._input.kind](self)

    def _text(self) -> str:
        text = self._table.text(self._key, f"a text in quotes: {_example(self._input)}")
        return "none" if text is None else self._expression(text)

    def _expression(self, text: str, *inner: int) -> str:
        """A text as an expression; `inner` is its place in a list."""
        of_list = self._input.kind == "texts"
        least = 1 if of_list or self._input.least is None else self._input.least
        most = _LONGEST if of_list else self._input.most or _LONGEST
        if len(text.strip()) < least:
            self._table.at_value(self._key, f'"{self._key}" is empty', "write it, or leave the line out", *inner)
        elif len(text) > most:
            cause = f'"{self._key}" has {len(text):,} characters'
            self._table.at_value(self._key, cause, f"write {most:,} at most", *inner)
        elif self._key == "lang" and not _LANGUAGE.fullmatch(text):
            self._table.at_value("lang", f'"{text}" is no language', 'write it as in RFC 5646: "th", "pt-BR"')
        elif not self._facts.unsure(text):
            return self._compiled(text, *inner)
        return "none"

    def _compiled(self, text: str, *inner: int) -> str:
        try:
            return as_expression(text, self._facts.catalogue, "url" if self._input.kind == "url" else "text")
        except BlockError as error:
            for flaw in error.flaws:
                self._table.in_string(self._key, flaw, *inner)
        return "none"

    def _url(self) -> str:
        text = self._table.text(self._key, f"an address in quotes: {_example(self._input)}")
        if text is None:
            return "none"
        flaw = address_flaw(text)
        if flaw is not None:
            self._table.in_string(self._key, flaw)
            return "none"
        return "none" if self._facts.unsure(text) else self._compiled(text)

    def _number(self) -> str:
        least, most = self._input.least or 0, self._input.most or 1_000_000_000
        return literal(self._table.whole(self._key, least, least, most))

    def _flag(self) -> str:
        return literal(self._table.flag(self._key, otherwise=False))

    def _choice(self) -> str:
        return literal(self._table.choice(self._key, self._input.choices))

    def _date(self) -> str:
        value = self._table.data[self._key]
        try:
            if isinstance(value, str):
                return literal(date.fromisoformat(value).isoformat())
            if isinstance(value, date) and not isinstance(value, datetime):
                return literal(value.isoformat())
        except ValueError:
            self._table.at_value(
                self._key, f'"{value}" is no day', f"write year-month-day: {_example(self._input)}"
            )
            return "none"
        self._table.at_value(self._key, f'"{self._key}" is {kind_of(value)}', f"write {_example(self._input)}")
        return "none"

    def _group(self) -> str:
        inner = self._table.table(self._key, _example(self._input))
        what = "an image" if self._input.kind == "image" else f"a {self._input.kind}"
        return "none" if inner is None else _map(read_values(inner, self._input.fields, what, self._facts))

    def _texts(self) -> str:
        texts = self._members(str, "texts")
        return f"[{', '.join(self._expression(text, index) for index, text in texts)}]"

    def _list(self) -> str:
        document, problems = self._table.document, self._table.problems
        found = []
        for index, _ in self._members(dict, "tables in braces"):
            row = Table(document, (*self._table.path, self._key, index), problems)
            found.append(_map(read_values(row, self._input.fields, f'one of "{self._key}"', self._facts)))
        return f"[{', '.join(found)}]"

    def _members(self, kind: type[_Member], words: str) -> list[tuple[int, _Member]]:
        """Those members of the list that are of the right kind, each with its index."""
        members = self._table.data[self._key]
        if not isinstance(members, list):
            self._table.at_value(
                self._key, f'"{self._key}" is {kind_of(members)}', f"write {_example(self._input)}"
            )
            return []
        least, most = self._input.least or 1, self._input.most or _MOST
        if not least <= len(members) <= most:
            count = f'"{self._key}" has {len(members)} member{"s" * (len(members) != 1)}'
            bounds = f"{least} to {most}" if least < most else str(most)
            self._table.at_value(self._key, count, f"write {bounds} of them")
        for index, one in enumerate(members[:most]):
            if not isinstance(one, kind):
                cure = f"write {words}: {_example(self._input)}"
                self._table.at_value(self._key, f"this is {kind_of(one)}", cure, index)
        return [(index, one) for index, one in enumerate(members[:most]) if isinstance(one, kind)]


_READERS: Mapping[InputKind, Callable[[_Reader], str]] = {
    "text": _Reader._text,
    "url": _Reader._url,
    "number": _Reader._number,
    "flag": _Reader._flag,
    "choice": _Reader._choice,
    "date": _Reader._date,
    "link": _Reader._group,
    "image": _Reader._group,
    "texts": _Reader._texts,
    "list": _Reader._list,
}


def _map(values: Mapping[str, str]) -> str:
    """What is absent stays so: a template asks `if row.text`."""
    present = (f'"{name}": {value}' for name, value in values.items() if value != "none")
    return f"{{{', '.join(present)}}}"


def _example(one: Input) -> str:
    """How the input is written."""
    return f"{one.name} = {_EXAMPLES.get(one.kind) or _written(one)}"


_EXAMPLES: Mapping[InputKind, str] = {
    "text": '"…"',
    "url": '"/headphones"',
    "flag": "true",
    "date": '"2026-12-24"',
    "link": '{ text = "…", href = "/headphones" }',
    "image": '{ src = "/img/room.jpg", alt = "…", width = 1200, height = 900 }',
    "texts": '["…", "…"]',
}


def _written(one: Input) -> str:
    if one.kind == "choice":
        return f'"{one.choices[0]}"' if one.choices else '"…"'
    if one.kind == "list":
        inner = ", ".join(_example(part) for part in one.fields.values() if part.required)
        return f"[{{ {inner} }}]"
    return "…" if one.default is None else str(one.default)
