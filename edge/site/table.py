"""One table of a TOML file, read key by key: a value of the wrong kind is reported and reads as absent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from edge.errors import Flaw, Problem
from edge.facts import suggest
from edge.site.names import hint, listed, plain_name
from edge.site.positions import Path
from edge.site.toml import Document

__all__ = ["NAME", "Table", "kind_of", "tables"]

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
"""What slots, segments, experiences, personas and traits may be called."""

MAX_TABLES = 5_000
"""Slots, experiences or personas of one site: some of the checks compare each with each."""

_DIGITS = 20
"""A text of so many digits holds no number that is asked for."""

_Type = TypeVar("_Type")

_KINDS: tuple[tuple[type, str], ...] = (
    (str, "a text"),
    (int, "a number"),
    (float, "a number with a fraction"),
    (list, "a list"),
    (dict, "a table"),
    (datetime, "a date and time"),
    (date, "a date"),
    (time, "a time of day"),
)


def kind_of(value: object) -> str:
    """What a TOML value is, in words."""
    if isinstance(value, bool):
        return str(value).lower()
    return next(words for kind, words in _KINDS if isinstance(value, kind))


def _number_in(value: object) -> int | None:
    """The whole number that a text holds, or a number with the fraction 0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    digits = value.strip() if isinstance(value, str) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < _DIGITS else None


class Table:
    """A table at `path` of `document`. Problems go to the list it was given."""

    def __init__(self, document: Document, path: Path, problems: list[Problem]) -> None:
        self.document = document
        self.path = path
        self.problems = problems
        value: Any = document.data
        for part in path:
            value = value[part]
        self.data: Mapping[str, Any] = value
        self.misspelt: set[str] = set()

    @property
    def name(self) -> str:
        return str(self.path[-1])

    @property
    def damaged(self) -> bool:
        """Whether statements of this table were already reported and left out."""
        lost = self.document.damaged
        return self.path[0] in lost if self.path else bool(lost)

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def lacks(self, *keys: str) -> bool:
        """Whether none of the keys is there, nor might be in what was already reported."""
        return not self.damaged and not any(key in self.data or key in self.misspelt for key in keys)

    def only(self, known: Collection[str], later: Collection[str] = (), told: Collection[str] = ()) -> None:
        """Report every key that is none of `known`, but for those of which something was already `told`. Those of
        `later` are announced, not supported."""
        for key in self.data:
            if key in told:
                continue
            if key in later:
                self.at_key(key, f'"{key}" is not supported yet', "leave it out for now")
            elif key not in known:
                self.misspelt.add(suggest(key, known) or "")
                self.at_key(
                    key, f'there is no key "{key}" here', hint(key, known, f"the keys are {listed(known)}")
                )

    def at_key(self, key: str, cause: str, cure: str) -> None:
        self.problems.append(self.document.at_key((*self.path, key), cause, cure))

    def at_value(self, key: str, cause: str, cure: str, *inner: str | int) -> None:
        self.problems.append(self.document.at_value((*self.path, key, *inner), cause, cure))

    def at_head(self, cause: str, cure: str) -> None:
        self.problems.append(self.document.at_key(self.path, cause, cure))

    def in_string(self, key: str, flaw: Flaw, *inner: str | int) -> None:
        self.problems.append(self.document.in_string((*self.path, key, *inner), flaw))

    def _typed(self, key: str, kind: type[_Type], example: str) -> _Type | None:
        value = self.data.get(key)
        if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
            return value
        self.at_value(key, f'"{key}" is {kind_of(value)}', f"write {example}")
        return None

    def text(self, key: str, example: str) -> str | None:
        """The key's text. `example` completes "write …"."""
        return self._typed(key, str, example)

    def flag(self, key: str, otherwise: bool) -> bool:
        value = self._typed(key, bool, f"{key} = true or {key} = false")
        return otherwise if value is None else value

    def whole(self, key: str, otherwise: int, least: int, most: int, example: int | None = None) -> int:
        """A whole number from `least` to `most`. Of another value, the cure has the number that stands in it, else
        the `example`, else `otherwise`."""
        meant = _number_in(self.data.get(key))
        if meant is None or not least <= meant <= most:
            meant = otherwise if example is None else example
        value = self._typed(key, int, f"a whole number: {key} = {meant}")
        if value is None:
            return otherwise
        if least <= value <= most:
            return value
        self.at_value(key, f'"{key}" is {value}', f"write a whole number from {least} to {most}")
        return otherwise

    def wholes(self, otherwise: object, bounds: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """A whole number for each key of `bounds`, from the one to the other; what is absent or wrong is that of
        `otherwise`."""
        return {key: self.whole(key, getattr(otherwise, key), *of_it) for key, of_it in bounds.items()}

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """One of the `known` words."""
        value = self.text(key, "one of " + listed(known))
        if value is None or value in known:
            return value
        self.at_value(key, f'there is no {key} "{value}"', hint(value, known, f"write one of {listed(known)}"))
        return None

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list of texts; one text stands for a list of one."""
        return tuple(text for text, _ in self.placed_texts(key, example))

    def placed_texts(self, key: str, example: str) -> list[tuple[str, tuple[int, ...]]]:
        """The texts, each with its place in the value: `in_string(key, flaw, *place)`."""
        value = self.data.get(key)
        if value is None:
            return []
        if isinstance(value, str):
            return [(value, ())]
        if not isinstance(value, list):
            self.at_value(key, f'"{key}" is {kind_of(value)}', f"write {example}")
            return []
        for index, one in enumerate(value):
            if not isinstance(one, str):
                self.at_value(key, f"this is {kind_of(one)}", f"write texts: {example}", index)
        return [(one, (index,)) for index, one in enumerate(value) if isinstance(one, str)]

    def table(self, key: str, example: str) -> Table | None:
        """The table at `key`, written in braces or under its own head."""
        if self._typed(key, dict, example) is None:
            return None
        return Table(self.document, (*self.path, key), self.problems)


def tables(document: Document, what: str, problems: list[Problem], most: int = MAX_TABLES) -> Iterator[Table]:
    """Every top-level table of a file, in its order. Anything else at the top, any name that cannot be one, and
    more than `most` are reported. `what` says what the file lists: "a slot"."""
    for number, (name, value) in enumerate(document.data.items()):
        if number == most:
            cause = f"there are more than {most:,} of them here"
            problems.append(document.at_key((name,), cause, "remove those that are not used"))
            return
        if not isinstance(value, dict):
            _not_a_table(document, name, value, what, problems)
        elif not NAME.fullmatch(name):
            cure = f"a name has a–z, 0–9, - and _, at most 100 of them: [{plain_name(name)[:100]}]"
            problems.append(document.at_key((name,), f'"{name}" cannot name {what}', cure))
        else:
            yield Table(document, (name,), problems)


def _not_a_table(document: Document, name: str, value: Any, what: str, problems: list[Problem]) -> None:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        cause, cure = f"[[{name}]] is a list of tables", f"write single brackets: [{name}]"
    else:
        cause, cure = (
            f'"{name}" stands above the first [name]',
            f"each key belongs to {what}: put it below its [name]",
        )
    problems.append(document.at_key((name,), cause, cure))
