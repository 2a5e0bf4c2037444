"""What a widget is given, checked against what it takes, as expressions of the template language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from edge.blocks import as_expression, literal
from edge.errors import BlockError
from edge.facts import suggest
from edge.site.names import hint, listed
from edge.site.table import Table, kind_of
from edge.site.traits import Facts
from edge.site.widgets.addresses import address_flaw
from edge.site.widgets.widget import Input, InputKind

__all__ = ["example", "read_values"]

_LONGEST = 2_000
"""Characters of a text whose schema says nothing."""

_MOST = 50
"""Members of a list whose schema says nothing."""

_HIGHEST = 1_000_000_000
"""A number whose schema says nothing."""

_SIZES = {"width": 1200, "height": 900}
"""Numbers of which the least would be no sensible example."""

_Member = TypeVar("_Member")

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # the shape of RFC 5646


def read_values(
    table: Table, inputs: Mapping[str, Input], what: str, facts: Facts, around: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Every input's expression, by name: `none` for what is absent and has no default. What is wrong is reported;
    `what` says whose inputs they are: 'the widget "hero"'. `around` is the data of the widget that `table` is a
    row of."""
    _unknown(table, inputs, what)
    lists = table.data if around is None else around
    found = {one.name: _Reader(table, one, facts, lists).read() for one in inputs.values()}
    for one in inputs.values():
        if one.required and table.lacks(one.name):
            table.at_head(f'{what} lacks "{one.name}"', f"write {example(one)}: {one.about}")
    return found


def _unknown(table: Table, inputs: Mapping[str, Input], what: str) -> None:
    for key in table.data.keys() - inputs.keys():
        table.misspelt.add(suggest(key, inputs) or "")
        table.at_key(key, f'{what} takes no "{key}"', hint(key, inputs, f"it takes {listed(inputs)}"))


class _Reader:
    """Reads the input `one` from a table. `lists` has those lists that one may have to be as long as."""

    def __init__(self, table: Table, one: Input, facts: Facts, lists: Mapping[str, Any]) -> None:
        self._table = table
        self._input = one
        self._facts = facts
        self._lists = lists
        self._key = one.name

    def read(self) -> str:
        if self._key not in self._table:
            return literal(self._input.default)
        return _READERS[self._input.kind](self)

    def _text(self) -> str:
        text = self._table.text(self._key, f"a text in quotes: {example(self._input)}")
        return "none" if text is None else self._expression(text)

    def _expression(self, text: str, *inner: int) -> str:
        """A text as an expression; `inner` is its place in a list."""
        of_list = self._input.kind == "texts"
        least = 1 if of_list or self._input.least is None else self._input.least
        most = _LONGEST if of_list else self._input.most or _LONGEST
        if len(text.strip()) < least:
            leave = "" if self._input.required else ", or leave it out" if of_list else ", or leave the line out"
            self._table.at_value(self._key, f'"{self._key}" is empty', f"write it{leave}", *inner)
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
        text = self._table.text(self._key, f"an address in quotes: {example(self._input)}")
        if text is None:
            return "none"
        flaw = address_flaw(text)
        if flaw is not None:
            self._table.in_string(self._key, flaw)
            return "none"
        return "none" if self._facts.unsure(text) else self._compiled(text)

    def _number(self) -> str:
        least, most = self._input.least or 0, self._input.most or _HIGHEST
        return literal(self._table.whole(self._key, least, least, most, _number(self._input)))

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
                self._key, f'"{value}" is no day', f"write year-month-day: {example(self._input)}"
            )
            return "none"
        self._table.at_value(self._key, f'"{self._key}" is {kind_of(value)}', f"write {example(self._input)}")
        return "none"

    def _group(self) -> str:
        inner = self._table.table(self._key, example(self._input))
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
            what = f'one of "{self._key}"'
            found.append(_map(read_values(row, self._input.fields, what, self._facts, self._lists)))
        return f"[{', '.join(found)}]"

    def _members(self, kind: type[_Member], words: str) -> list[tuple[int, _Member]]:
        """Those members of the list that are of the right kind, each with its index."""
        members = self._table.data[self._key]
        if not isinstance(members, list):
            self._table.at_value(
                self._key, f'"{self._key}" is {kind_of(members)}', f"write {example(self._input)}"
            )
            return []
        self._check_length(members)
        most = self._input.most or _MOST
        for index, one in enumerate(members[:most]):
            if not isinstance(one, kind):
                cure = f"write {words}: {example(self._input)}"
                self._table.at_value(self._key, f"this is {kind_of(one)}", cure, index)
        return [(index, one) for index, one in enumerate(members[:most]) if isinstance(one, kind)]

    def _check_length(self, members: list[Any]) -> None:
        """One thing is told: that the list which goes with this one has another length, else that this has too few
        members or too many."""
        least, most = self._input.least or 1, self._input.most or _MOST
        name, own = self._input.as_many_as, len(members)
        other = self._lists.get(name) if name else None
        if isinstance(other, list) and own != len(other):
            cure = "write one for each of them" if own < len(other) else f'leave some out, or add to "{name}"'
            cause = f'there {"is" if own == 1 else "are"} {own} here, and {len(other)} in "{name}"'
            self._table.at_value(self._key, cause, cure)
        elif not least <= own <= most:
            count = f'"{self._key}" has {own} member{"s" * (own != 1)}'
            bounds = f"{least} to {most}" if least < most else str(most)
            self._table.at_value(self._key, count, f"write {bounds} of them")


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


def example(one: Input) -> str:
    """How the input is written: `title = "…"`, which can be pasted as it is."""
    return f"{one.name} = {_EXAMPLES.get(one.kind) or _written(one)}"


_EXAMPLES: Mapping[InputKind, str] = {
    "text": '"…"',
    "url": '"/headphones"',
    "flag": "true",
    "date": '"2026-12-24"',
    "link": '{ text = "…", href = "/headphones" }',
    "image": '{ src = "/img/room.jpg", alt = "…", width = 1200, height = 900 }',
}


def _written(one: Input) -> str:
    if one.kind == "choice":
        return f'"{one.choices[0]}"' if one.choices else '"…"'
    if one.kind == "list":
        inner = ", ".join(example(part) for part in one.fields.values() if part.required)
        return _several(f"{{ {inner} }}", one.least or 1)
    if one.kind == "texts":
        return _several('"…"', one.least or min(2, one.most or 2))
    return str(_number(one))


def _several(member: str, number: int) -> str:
    return f"[{', '.join([member] * min(number, _MOST))}]"


def _number(one: Input) -> int:
    """A number that the input may be."""
    if isinstance(one.default, int):
        return one.default
    least, most = one.least or 0, one.most or _HIGHEST
    return min(max(_SIZES.get(one.name, 1), least), most)
