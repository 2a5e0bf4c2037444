"""Where every key and value of a TOML text stands, because `tomllib` does not say.

A lenient walk over the statements of TOML 1.0 (https://toml.io/en/v1.0.0): it finds where things stand in a text
that is right, and where each statement begins and ends in one that is not. Whether a statement is right, and what
its value is, `tomllib` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["MAX_DEPTH", "Path", "Positions", "Span", "Statement", "locate", "string_offsets"]

Path = tuple[str | int, ...]
"""The way to a value: keys of tables, indexes of arrays."""

Span = tuple[int, int]
"""Character offsets: the first, and the one after the last."""

MAX_DEPTH = 32
"""Arrays and inline tables within one another, and parts of a key: nobody writes more, and deeper ones exhaust the
parser's stack."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_REST = re.compile(r"[^\n]*+")
_BARE = re.compile(r"[^\s=.\[\]{},\"'#]++")
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*+|[^\s,\]}#]++")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""(?:""?(?!"))?+'
    r"|'''(?:[^']++|'(?!''))*+'''(?:''?(?!'))?+"
    r'|"(?!"")(?:[^"\\\n]++|\\[^\n])*+"'
    r"|'(?!'')[^'\n]*+'",
    re.DOTALL,
)
_TABLE = r"^[ \t]*\[{1,2}[^\[\]\n,]+\]{1,2}[ \t]*(?:#.*)?$"
_NEXT_TABLE = re.compile(_TABLE, re.MULTILINE)
_NEXT = re.compile(rf"{_TABLE}|^[ \t]*[\w.-]+[ \t]*=(?!=)", re.MULTILINE)
"""A line that opens a table or sets a key: where reading goes on after a value without an end. In a text over
several lines, a rule say, a line may well look as if it set a key."""

_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\n[ \t\n]*|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One `[table]` or `key = value`: its span, the path it opens or sets, and that of its key.

    A setting without a key that can be read has the path of its table, such a head an empty one. `whole` is False
    where the statement has no clear end. `deep` where it has a key of more than MAX_DEPTH parts: what it takes to
    read that grows with the square of them.
    """

    start: int
    end: int
    opens: bool
    path: Path
    key: Span
    whole: bool = True
    deep: bool = False


@dataclass(slots=True)
class Positions:
    """What `locate` found. A key written in several places stands at the first."""

    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)


class _LostError(Exception):
    """The text at hand is no TOML."""


def locate(text: str) -> Positions:
    """Positions of all keys and values. Never raises: what cannot be followed is a statement of its own."""
    walk = _Walk(text)
    walk.document()
    return walk.found


class _Walk:
    """The walk's place in the text, and what it has found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.deep = False
        self.table: Path = ()
        self.arrays: dict[Path, int] = {}
        self.found = Positions()

    def document(self) -> None:
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.header()
            else:
                self.setting()
            self.skip(_BLANK)

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def expect(self, literal: str) -> None:
        if not self.text.startswith(literal, self.at):
            raise _LostError
        self.at += len(literal)

    def header(self) -> None:
        start = self.at
        brackets = 2 if self.text.startswith("[[", start) else 1
        self.at += brackets
        path: Path = ()
        key = (start, start)
        try:
            parts = self.key()
            self.expect("]" * brackets)
            path = self.open(parts, repeated=brackets == 2)
            key = (parts[0][1][0], parts[-1][1][1])
        except _LostError:
            pass
        self.table = path
        self.skip(_REST)
        self.note(Statement(start, self.at, True, path, key, deep=self.deep))

    def open(self, parts: list[tuple[str, Span]], *, repeated: bool) -> Path:
        """The path a header opens: an array of tables stands for its last table."""
        path: Path = ()
        for number, (name, span) in enumerate(parts, 1):
            path += (name,)
            self.found.keys.setdefault(path, span)
            if repeated and number == len(parts):
                self.arrays[path] = self.arrays.get(path, -1) + 1
            if path in self.arrays:
                path += (self.arrays[path],)
        self.found.keys.setdefault(path, parts[-1][1])
        return path

    def setting(self) -> None:
        start = self.at
        path = self.table
        key = (start, start)
        whole = True
        try:
            parts = self.key()
            path, key = self.named(self.table, parts)
            self.expect("=")
            self.skip(_SPACE)
            self.value(path)
        except _LostError:
            block = self.text.startswith(('"""', "'''"), self.at)
            whole = self.depth == 0 and not block
            if not whole:
                self.give_up(start, _NEXT_TABLE if block else _NEXT)
        self.skip(_REST)
        self.note(Statement(start, self.at, False, path, key, whole, self.deep))

    def note(self, statement: Statement) -> None:
        self.found.statements.append(statement)
        self.deep = False

    def give_up(self, start: int, onward: re.Pattern[str]) -> None:
        """Go to the end of the last line that can belong to a value without an end."""
        self.depth = 0
        line = self.text.find("\n", start) + 1 or len(self.text)
        match = onward.search(self.text, line)
        self.at = match.start() - 1 if match else len(self.text)

    def named(self, table: Path, parts: list[tuple[str, Span]]) -> tuple[Path, Span]:
        path = table
        for name, span in parts:
            path += (name,)
            self.found.keys.setdefault(path, span)
        return path, (parts[0][1][0], parts[-1][1][1])

    def key(self) -> list[tuple[str, Span]]:
        """A key of one or several parts, joined by dots."""
        parts = [self.part()]
        while self.text.startswith(".", self.at):
            self.at += 1
            parts.append(self.part())
            if len(parts) > MAX_DEPTH:
                self.deep = True
                raise _LostError
        return parts

    def part(self) -> tuple[str, Span]:
        self.skip(_SPACE)
        start = self.at
        match = _STRING.match(self.text, start) or _BARE.match(self.text, start)
        if match is None:
            raise _LostError
        self.at = match.end()
        self.skip(_SPACE)
        raw = match.group()
        return (_unquoted(raw) if raw[0] in "\"'" else raw), match.span()

    def value(self, path: Path) -> None:
        start = self.at
        opener = self.text[start : start + 1]
        if opener == "[":
            self.array(path)
        elif opener == "{":
            self.inline(path)
        else:
            match = (_STRING if opener and opener in "\"'" else _SCALAR).match(self.text, start)
            if match is None:
                raise _LostError
            self.at = match.end()
        self.found.values.setdefault(path, (start, self.at))

    def array(self, path: Path) -> None:
        self.enter()
        index = 0
        while not self.text.startswith("]", self.at):
            self.value((*path, index))
            self.comma("]")
            index += 1
        self.leave()

    def inline(self, path: Path) -> None:
        self.enter()
        while not self.text.startswith("}", self.at):
            inner, _ = self.named(path, self.key())
            self.expect("=")
            self.skip(_SPACE)
            self.value(inner)
            self.comma("}")
        self.leave()

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _LostError
        self.at += 1
        self.skip(_BLANK)

    def leave(self) -> None:
        self.depth -= 1
        self.at += 1

    def comma(self, closer: str) -> None:
        self.skip(_BLANK)
        if not self.text.startswith(closer, self.at):
            self.expect(",")
            self.skip(_BLANK)


def _unquoted(raw: str) -> str:
    """The characters of a quoted key, as far as a position needs them."""
    offsets = string_offsets(raw, 0)
    inner = raw[1:-1]
    if raw[0] == "'" or "\\" not in inner:
        return inner
    return "".join(_plain(raw[start:end]) for start, end in pairwise(offsets))


def _plain(piece: str) -> str:
    if piece[0] != "\\":
        return piece
    if piece[1] in "uUx":
        return chr(min(int(piece[2:], 16), 0x10FFFF)) if len(piece) > 2 else piece
    return {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}.get(piece[1], piece[1])


def string_offsets(raw: str, start: int) -> list[int]:
    """Where each character of a TOML string's value stands, and last its closing quote.

    `raw` is the string as written, with its quotes; `start` is where it stands.
    """
    quotes = 3 if raw.startswith(('"""', "'''")) else 1
    at, end = quotes, len(raw) - quotes
    if quotes == 3 and raw.startswith("\n", at):
        at += 1  # "a newline immediately following the opening delimiter will be trimmed"
    if raw[0] == "'":
        return list(range(start + at, start + end + 1))
    offsets = []
    while at < end:
        match = _ESCAPE.match(raw, at) if raw[at] == "\\" else None
        if match is None or "\n" not in match.group():
            offsets.append(start + at)
        at = match.end() if match else at + 1
    offsets.append(start + end)
    return offsets
