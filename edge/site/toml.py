"""A TOML file read with `tomllib`, every key and value with its place, every statement that is wrong reported."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from edge.errors import Flaw, Problem
from edge.site.positions import MAX_DEPTH, Path, Positions, Span, Statement, locate, string_offsets
from edge.site.syntax import explain, offset_of
from edge.site.text import Text

__all__ = ["Document", "parse_toml"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's values and where they stand.

    `damaged` are the top-level names that lost statements to mistakes already reported: what is missing there says
    nothing. `complete` is False where even the names of some tables could not be read.
    """

    text: Text
    data: Mapping[str, Any] = field(default_factory=dict)
    positions: Positions = field(default_factory=Positions)
    damaged: frozenset[str] = frozenset()
    complete: bool = True

    def at_key(self, path: Path, cause: str, cure: str) -> Problem:
        """A problem with the key at `path`, or with the nearest thing around it that has a place."""
        return self.text.problem(*_nearest(self.positions.keys, path), cause, cure)

    def at_value(self, path: Path, cause: str, cure: str) -> Problem:
        """A problem with the value at `path`; a table's is shown at its key."""
        values = self.positions.values
        return self.text.problem(*_nearest(values if path in values else self.positions.keys, path), cause, cure)

    def in_string(self, path: Path, flaw: Flaw) -> Problem:
        """A problem with some characters of the string at `path`."""
        span = self.positions.values.get(path)
        if span is None:
            return self.at_value(path, flaw.cause, flaw.cure)
        offsets = string_offsets(self.text.content[slice(*span)], span[0])
        last = len(offsets) - 1
        start, end = offsets[min(flaw.start, last)], offsets[min(max(flaw.end, flaw.start), last)]
        return self.text.problem(start, end, flaw.cause, flaw.cure)


def _nearest(places: Mapping[Path, Span], path: Path) -> Span:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, (0, 0))


def parse_toml(text: Text, problems: list[Problem]) -> Document:
    """The document in `text`. Statements that are wrong are added to `problems` and left out."""
    positions = locate(text.content)
    if any(statement.deep for statement in positions.statements):
        return _mended(text, positions, problems)
    try:
        return Document(text, tomllib.loads(text.content), positions)
    except (ValueError, RecursionError):
        return _mended(text, positions, problems)


def _mended(text: Text, positions: Positions, problems: list[Problem]) -> Document:
    """The document without the statements that are wrong: each of them is reported."""
    wrong: list[Statement] = []
    for statement, problem in _mistakes(text, positions):
        wrong.append(statement)
        if problem is not None:
            problems.append(problem)
    content = _without(text.content, wrong)
    damaged = frozenset(str(statement.path[0]) for statement in wrong if statement.path)
    complete = all(statement.path for statement in wrong)
    try:
        data = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        problems.append(_contradiction(text, positions, offset_of(content, str(error))))
        return Document(text, {}, positions, complete=False)
    return Document(text, data, positions, damaged, complete)


def _without(content: str, wrong: list[Statement]) -> str:
    """The text with blanks where the wrong statements stand, so that all others keep their places."""
    pieces, at = [], 0
    for statement in wrong:
        pieces += [content[at : statement.start], " " * (statement.end - statement.start)]
        at = statement.end
    return "".join([*pieces, content[at:]])


def _mistakes(text: Text, positions: Positions) -> Iterator[tuple[Statement, Problem | None]]:
    """The statements to leave out, each with its problem. What follows a header that is wrong goes with it."""
    seen: dict[Path, int] = {}
    skipping = False
    for statement in positions.statements:
        if skipping and not statement.opens:
            yield statement, None
            continue
        problem = _mistake(text, statement) or _repeated(text, statement, seen)
        skipping = problem is not None and statement.opens
        if problem is not None:
            yield statement, problem


def _mistake(text: Text, statement: Statement) -> Problem | None:
    if statement.deep:
        cause, cure = f"this key has more than {MAX_DEPTH} parts", "join fewer names by dots"
        return text.problem(statement.start, statement.start + 1, cause, cure)
    alone = text.content[statement.start : statement.end]
    try:
        tomllib.loads(alone)
    except (ValueError, RecursionError) as error:
        flaw = explain(alone, error)
        start = statement.start
        return text.problem(start + flaw.start, start + flaw.end, flaw.cause, flaw.cure)
    return None


def _repeated(text: Text, statement: Statement, seen: dict[Path, int]) -> Problem | None:
    """A key or table may be written once."""
    first = seen.setdefault(statement.path, statement.start)
    if first == statement.start:
        return None
    name = ".".join(map(str, statement.path if statement.opens else statement.path[-1:]))
    what = f"[{name}]" if statement.opens else f'"{name}"'
    return text.problem(
        *statement.key,
        f"{what} is already there, in line {text.line(first)}",
        "keep one of the two, or give this one another name" if statement.opens else "keep one of the two",
    )


def _contradiction(text: Text, positions: Positions, offset: int) -> Problem:
    """The last resort: statements that are right by themselves but not together, such as a table below a value."""
    places = [one.key for one in positions.statements if one.start <= offset] or [(0, 1)]
    cause = "this and something before it cannot both be: a key has a value or keys of its own"
    return text.problem(*places[-1], cause, "keep one of the two")
