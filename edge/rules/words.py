"""A rule's text as words: what may stand in it at all, before Python's parser sees any of it.

Python's parser must never meet a text that it answers with MemoryError, RecursionError, a warning or a slow
conversion. So this module lets through only what a rule can need: dotted names of ASCII letters, plain numbers and
quoted texts, a dozen operators, and shallow nesting. Most typical mistakes (`=`, `&&`, curly quotes) are found
here too, where they can be named exactly.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from edge.errors import Flaw

__all__ = ["DEEPEST", "LONGEST", "OPERANDS", "Word", "flaws", "words"]

LONGEST = 2_000
"""Characters in a rule."""

DEEPEST = 16
"""Brackets, `not`, arithmetic and method calls inside each other."""

Shape = Literal["text", "number", "name", "operator", "open", "close", "wrong"]

OPERANDS = frozenset({"text", "number", "name"})

_WORD = re.compile(
    r"""[ \t\n]*+(?:
      (?P<prefixed>[A-Za-z]++(?:"[^"\n]*+"?|'[^'\n]*+'?))
    | (?P<text>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.]))
    | (?P<number>\.?[0-9](?:[\w.])*+)
    | (?P<name>[^\W\d](?:\w|\.(?=[^\W\d]))*+)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<operator>(?:[=!<>]=|[-+*/<>,.])(?![*/<>=]))
    | (?P<end>\Z)
    | (?P<wrong>[=!&|<>:*/]++|["'][^\n]*+|[“„«‘‚`´][^“”„«»‘’‚`´"'\n]*+[“”«»‘’`´]?+|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?:\.[A-Za-z_][A-Za-z0-9_]*+)*+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# Controls, lone surrogates, and the marks that make a text read otherwise than it runs (CVE-2021-42574).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PAIRS = {")": "(", "]": "[", "}": "{"}

_PYTHON = frozenset(keyword.kwlist) - {"and", "or", "not", "in", "is", "None", "True", "False"}
_SPELT: Mapping[str, str] = {
    "AND": "and",
    "And": "and",
    "OR": "or",
    "Or": "or",
    "NOT": "not",
    "Not": "not",
    "IN": "in",
    "In": "in",
    "IS": "is",
    **dict.fromkeys(("true", "TRUE", "yes", "Yes", "YES"), "True"),
    **dict.fromkeys(("false", "FALSE", "no", "No", "NO"), "False"),
    **dict.fromkeys(("none", "null", "NULL", "nil"), "None"),
}
_ALLOWED = (
    "a rule is made of facts, numbers and quoted texts, with and, or, not, in, is None, "
    "== != < <= > >=, + - * / and brackets"
)
_INSTEAD: Mapping[str, tuple[str, str]] = {
    "=": ("= does not compare", "write == to compare"),
    "===": ("=== is not used here", "write == to compare"),
    "!==": ("!== is not used here", "write != to compare"),
    "<>": ("<> is not used here", "write != to compare"),
    "=>": ("=> is not used here", "write >= to compare"),
    "=<": ("=< is not used here", "write <= to compare"),
    "&&": ("&& is not used here", "write and"),
    "&": ("& is not used here", "write and"),
    "||": ("|| is not used here", "write or"),
    "|": ("| is not used here", "write or"),
    "!": ("! is not used here", "write not"),
    "**": ("** (power) is not allowed", "multiply with *"),
    "//": ("// is not allowed", "divide with /"),
    "\xa0": ("a no-break space stands here", "type an ordinary space"),
    "#": ("a rule holds no comments", "put the comment on its own line of the file, outside the rule"),
    "\\": ("a backslash is not needed here", "a rule may simply go on in the next line"),
    '"': ("this text is not closed", 'end it with " in the same line'),
    "'": ("this text is not closed", "end it with ' in the same line"),
    **dict.fromkeys("“”„«»", ("curly quotes do not mark a text", 'write straight quotes: "…"')),
    **dict.fromkeys("‘’‚`´", ("this quote does not mark a text", 'write straight quotes: "…"')),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a rule. `wrong` is the shape of what cannot be a word at all."""

    shape: Shape
    text: str
    start: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """All words of `text`, in order."""
    return tuple(_word(match) for match in _WORD.finditer(text) if match.lastgroup != "end")


def _word(match: re.Match[str]) -> Word:
    shape: Any = match.lastgroup
    return Word("wrong" if shape in ("prefixed", "date") else shape, match[shape], *match.span(shape))


def flaws(text: str, found: tuple[Word, ...]) -> list[Flaw]:
    """What is wrong with the words of `text`: each by itself or, where each is right, in their order."""
    return list(_misfits(text, found)) or [*_touching(found), *_nesting(found)]


def _misfits(text: str, found: tuple[Word, ...]) -> Iterator[Flaw]:
    for match in _UNSEEN.finditer(text):
        code = f"U+{ord(match[0]):04X}"
        yield Flaw(
            f"an invisible character ({code}) stands here", "delete it and type the place anew", *match.span()
        )
    for word in found:
        complaint = _COMPLAINTS[word.shape](word.text)
        if complaint and not _UNSEEN.search(word.text):
            yield Flaw(*complaint, word.start, word.end)


def _wrong(text: str) -> tuple[str, str]:
    if text[0].isalpha():
        return "a text has letters before its quotes", "write only the quotes"
    if text[0].isdecimal():
        return "a date stands in quotes", f'write "{text}"'
    return _INSTEAD.get(text) or _INSTEAD.get(text[0]) or (f"{_clip(text)} cannot stand in a rule", _ALLOWED)


def _text(text: str) -> tuple[str, str] | None:
    if not set(_ESCAPE.findall(text)) <= set("\\\"'"):
        return "this text has a backslash before an ordinary character", "write \\\\ for one backslash"
    return None


def _number(text: str) -> tuple[str, str] | None:
    if _NUMBER.fullmatch(text):
        return None
    if text.isdecimal() and not text.startswith("0"):
        return "this number is too large", "write at most 18 digits"
    return f"{_clip(text)} is not a plain number", "write it as in 1000 or 0.5"


def _name(text: str) -> tuple[str, str] | None:
    if not _NAME.fullmatch(text):
        return f"{_clip(text)} has letters other than a to z", "put text in quotes; retype the name of a fact"
    if any(part in _PYTHON for part in text.split(".")):
        return f"{_clip(text)} is a word of Python that rules do not use", _ALLOWED
    if text in _SPELT:
        return f"{text} is not written like this", f"write {_SPELT[text]}"
    return None


def _fine(text: str) -> None:
    return None


_COMPLAINTS = {
    "wrong": _wrong,
    "text": _text,
    "number": _number,
    "name": _name,
    "operator": _fine,
    "open": _fine,
    "close": _fine,
}


def _touching(found: tuple[Word, ...]) -> Iterator[Flaw]:
    """Two texts or numbers side by side. Python would glue the texts together."""
    for left, right in pairwise(found):
        if left.shape in ("text", "number") and right.shape in ("text", "number"):
            yield Flaw("nothing stands between these two", "put a comma between them", left.start, right.end)


def _nesting(found: tuple[Word, ...]) -> Iterator[Flaw]:
    """Brackets that do not pair, and more than DEEPEST things inside each other.

    `depth` counts what the parser may nest at this word: every bracket, `not`, sign, operator and method call
    since the last `and`, `or` or comma of the same bracket.
    """
    open_brackets: list[tuple[Word, int]] = []
    depth = 0
    for word in found:
        if word.shape == "open":
            open_brackets.append((word, depth))
            depth += 1
        elif word.shape == "close":
            if not open_brackets or open_brackets[-1][0].text != _PAIRS[word.text]:
                yield Flaw(
                    f"{word.text} closes nothing", "delete it, or open the bracket before", word.start, word.end
                )
                return
            depth = open_brackets.pop()[1] + 1
        elif word.text in ("and", "or", ","):
            depth = open_brackets[-1][1] + 1 if open_brackets else 0
        elif word.text == "not" or word.shape == "operator":
            depth += 1
        if depth > DEEPEST or word.text.count(".") > DEEPEST:
            cure = "split the rule: give parts of it a name in segments.toml"
            yield Flaw(f"more than {DEEPEST} things stand inside each other here", cure, word.start, word.end)
            return
    for bracket, _ in open_brackets:
        yield Flaw(f"{bracket.text} is never closed", "close the bracket", bracket.start, bracket.end)


def _clip(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
