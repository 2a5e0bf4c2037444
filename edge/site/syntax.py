"""What is wrong with a statement that `tomllib` refuses, in words that help whoever wrote it."""

from __future__ import annotations

import re

from edge.errors import Flaw
from edge.site.names import plain_name

__all__ = ["explain", "offset_of"]

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile(r"[“”„‟‘’‚«»]")
_LINE = re.compile(r"[^#\n]*")
_KEY = re.compile(r"[\w.-]+")
_COMMENT = re.compile(r"//|/\*|--|;|<!--")
_SECOND = re.compile(r"([A-Za-z][\w-]*)\s*=(?!=)")
_DIGITS = re.compile(r"[^\n=]*=\s*([-+]?\d[\w.:/+-]*)")
_BRACKETS = re.compile(r"\"(?:[^\"\\\n]++|\\.)*+\"?+|'[^'\n]*+'?+|#[^\n]*+|([\[{])|([\]}])")
_EMPTY = re.compile(r"(?:\s|#[^\n]*)*+")
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_NOTHING = {"none", "null", "nil", "nan", "undefined"}


def explain(statement: str, error: Exception) -> Flaw:
    """The statement's mistake, in the words of whoever wrote it where we know the mistake, else in tomllib's."""
    if isinstance(error, RecursionError):
        return Flaw("this is nested too deep", "write it flatter", 0, 1)
    message = str(error)
    start = offset_of(statement, message)
    what = _PLACE.sub("", message)
    for known in (_curly, _string, _backslash, _control, _braces, _list, _head, _key, _digits, _word, _leftover):
        flaw = known(statement, start, what)
        if flaw is not None:
            return flaw
    cause = f"this is not TOML: {what[:1].lower()}{what[1:]}"
    return Flaw(cause, "see https://toml.io for how it is written", start, start + 1)


def offset_of(text: str, message: str) -> int:
    """The character offset that tomllib's message speaks of: 3.11 says it only in words."""
    match = _PLACE.search(message)
    if match is None or match[1] is None:
        return len(text.rstrip())
    lines = text.split("\n")[: int(match[1]) - 1]
    return min(sum(map(len, lines)) + len(lines) + int(match[2]) - 1, len(text))


def _curly(statement: str, start: int, what: str) -> Flaw | None:
    match = _CURLY.search(statement)
    if match is None or not (what == "Invalid value" or "key" in what or "statement" in what):
        return None
    cure = "write straight quotes, \" or '; word processors turn them into curly ones"
    return Flaw(f"{match.group()} is a curly quote", cure, *match.span())


def _string(statement: str, start: int, what: str) -> Flaw | None:
    if not what.startswith(("Unterminated string", "Expected \"'", "Illegal character '\\n'")):
        return None
    cure = "end it with the same quotes that it begins with"
    return Flaw("this text has no closing quote", cure, _opener(statement[:start]), start)


def _opener(before: str) -> int:
    """Where the quotes stand that open the text which `before` ends in."""
    at, quote, opened = 0, 0, ""
    while at < len(before):
        if not opened and before[at] in "\"'":
            quote, opened = at, before[at] * (3 if before.startswith(before[at] * 3, at) else 1)
            at += len(opened)
        elif opened and before.startswith(opened, at):
            at += len(opened)
            opened = ""
        else:
            at += 2 if opened[:1] == '"' and before[at] == "\\" else 1
    return quote


def _backslash(statement: str, start: int, what: str) -> Flaw | None:
    if not what.startswith("Unescaped '\\'"):
        return None
    at = statement.rfind("\\", 0, start + 1)
    cure = r"write \\ for a backslash, or put the text in '…', where a backslash is just itself"
    return Flaw('a backslash in "…" begins an escape, and there is none like this', cure, at, at + 2)


def _control(statement: str, start: int, what: str) -> Flaw | None:
    if not what.startswith(("Illegal character", "Found invalid character")):
        return None
    return Flaw("an invisible control character stands here", "delete it", start, start + 1)


def _braces(statement: str, start: int, what: str) -> Flaw | None:
    at = statement.find("{")
    if not 0 <= at < start or not (what == "Unclosed inline table" or "key part" in what):
        return None
    cure = 'write { name = "…", other = "…" } in one line, without a comma after the last'
    if "}" not in statement[start:]:
        return Flaw("these braces are not closed", cure, at, at + 1)
    if what == "Unclosed inline table":
        return Flaw("a comma is missing before this", cure, start, start + 1)
    return Flaw("braces hold name = value, joined by commas, in one line", cure, at, at + 1)


def _list(statement: str, start: int, what: str) -> Flaw | None:
    if what == "Unclosed array" and "]" in statement[start:]:
        return Flaw("a comma is missing before this", 'write ["…", "…"]', start, start + 1)
    if what != "Unclosed array" and (what != "Invalid value" or not _EMPTY.fullmatch(statement, start)):
        return None
    at = _unclosed(statement)
    return None if at is None else Flaw("this [ is never closed", 'write ["…", "…"]', at, at + 1)


def _unclosed(statement: str) -> int | None:
    """Where the [ stands that is the innermost bracket left open, if it is one."""
    open_at: list[int] = []
    for found in _BRACKETS.finditer(statement):
        if found[1]:
            open_at.append(found.start())
        elif found[2] and open_at:
            open_at.pop()
    return open_at[-1] if open_at and statement[open_at[-1]] == "[" else None


def _head(statement: str, start: int, what: str) -> Flaw | None:
    if not statement.startswith("["):
        return None
    line = statement.split("\n")[0].rstrip()
    name = line.strip("[] ")
    if what.startswith("Expected ']'") and " " in name:
        return Flaw("the name of a table has no spaces", f"write dashes: [{'-'.join(name.split())}]", 0, len(line))
    if what.startswith(("Expected ']'", "Invalid initial character")) and not name.isascii() and '"' not in name:
        return Flaw("a name has a–z, 0–9, - and _", f"write [{plain_name(name)}]", 0, len(line))
    return Flaw("this is not the head of a table", "write the name alone in brackets: [my-name]", 0, len(line))


def _key(statement: str, start: int, what: str) -> Flaw | None:
    if not what.startswith(("Expected '='", "Invalid statement")):
        return None
    here = statement[start : start + 1]
    if mark := _COMMENT.match(statement):
        return Flaw("a comment begins with #", f"write # instead of {mark[0]}", *mark.span())
    if not here.isascii():
        return Flaw("a key is written with the letters a to z", "give the key its English name", start, start + 1)
    key = _KEY.match(statement)
    if key is None:
        return Flaw("a line begins with a key", 'write a key, = and its value: about = "…"', start, start + 1)
    if here == ":":
        return Flaw("a key and its value are joined by =, not by :", f"write {key[0]} = …", start, start + 1)
    line = statement.split("\n")[0].rstrip()
    return Flaw("there is no = here", f"write a key, = and its value: {key[0]} = …", 0, len(line))


def _digits(statement: str, start: int, what: str) -> Flaw | None:
    match = _DIGITS.match(statement)
    if match is None or not what.startswith(("Expected newline or end", "Invalid date", "Exceeds")):
        return None
    if start > match.end(1) or _SECOND.match(statement, start):
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}", match[1]):
        return Flaw("a time of day has seconds here", f"write {match[1]}:00", *match.span(1))
    cure = "write a date as 2026-12-24, a number as 300 or 0.5, a text in quotes"
    return Flaw("this is neither a number nor a date", cure, *match.span(1))


def _word(statement: str, start: int, what: str) -> Flaw | None:
    if what != "Invalid value":
        return None
    match = _LINE.match(statement, start)
    word = match.group().strip() if match else ""
    if not word:
        return Flaw("there is no value after =", 'write one, a text in quotes: "…"', start, start + 1)
    end = start + len(word)
    if word.lower() in _WORDS:
        return Flaw(f"{word} is no value", f"write {_WORDS[word.lower()]}", start, end)
    if word.lower() in _NOTHING:
        return Flaw(f"{word} is no value", "leave the line out where there is none", start, end)
    if word[0].isalnum() or word[0] in "/#.":
        return Flaw("a text stands in quotes", f"write {_quoted(_bare(word))}", start, end)
    return Flaw("this is no value", 'write one, a text in quotes: "…"', start, end)


def _bare(word: str) -> str:
    """The word without the closing quote of a text whose opening one was forgotten."""
    return word[:-1] if word[-1] in "\"'" and word.count(word[-1]) % 2 else word


def _quoted(word: str) -> str:
    return f"'{word}'" if '"' in word else f'"{word}"'


def _leftover(statement: str, start: int, what: str) -> Flaw | None:
    if not what.startswith("Expected newline or end"):
        return None
    rest = statement[start:].split("\n")[0].rstrip()
    end = start + len(rest)
    if second := _SECOND.match(rest):
        return Flaw(f"a second key, {second[1]}, stands in this line", "put it on a line of its own", start, end)
    if any(quote in rest for quote in "\"'"):
        cure = "a text that holds \" goes in '…', one that holds ' in \"…\", one with both in '''…'''"
        return Flaw("the text ended before this: it holds the quote that it is written in", cure, start, end)
    return Flaw("something is left over after the value", "put a text in quotes, a comment after #", start, end)
