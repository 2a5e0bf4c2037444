"""What is wrong with a statement that `tomllib` refuses, in words that help whoever wrote it."""

from __future__ import annotations

import re

__all__ = ["explain"]

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile(r"[“”„‟‘’‚«»]")
_WORDS = {"true", "false"}
_NULLS = {"none", "null", "nil", "undefined"}
_VALUE = re.compile(r"[^#\n]*")


def explain(statement: str, error: Exception) -> tuple[int, int, str, str]:
    """Where in the statement its mistake stands (first and last offset), the cause and the cure."""
    if isinstance(error, RecursionError):
        return 0, 1, "this is nested too deep", "write it flatter"
    message = str(error)
    start = _offset(statement, message)
    what = _PLACE.sub("", message)
    for looks in (_curly, _string, _bracket, _table, _colon, _bare, _leftover):
        found = looks(statement, start, what)
        if found is not None:
            return found
    return (
        start,
        start + 1,
        f"this is not TOML: {what[:1].lower()}{what[1:]}",
        "see https://toml.io for how it is written",
    )


def _offset(statement: str, message: str) -> int:
    """The character offset that the error speaks of: 3.11 says it only in its text."""
    match = _PLACE.search(message)
    if match is None or match[1] is None:
        return len(statement.rstrip())
    lines = statement.split("\n")[: int(match[1]) - 1]
    return min(sum(map(len, lines)) + len(lines) + int(match[2]) - 1, len(statement))


_Found = tuple[int, int, str, str] | None


def _curly(statement: str, start: int, what: str) -> _Found:
    match = _CURLY.search(statement)
    if match is None or not (what == "Invalid value" or "key" in what or "statement" in what):
        return None
    cure = "write straight quotes: \" or '; word processors turn them into curly ones"
    return *match.span(), f"{match.group()} is a curly quote", cure


def _string(statement: str, start: int, what: str) -> _Found:
    if what == "Unterminated string" or (what.startswith("Illegal character '\\n'")):
        opener = _last_opener(statement[:start])
        return opener, start, "this text has no closing quote", "end it with the same quote that it begins with"
    if what.startswith("Unescaped '\\'"):
        at = statement.rfind("\\", 0, start + 1)
        cure = r"write \\ for a backslash, or put the text in '…', where a backslash is just itself"
        return at, at + 2, 'a backslash in "…" begins an escape, and there is none like this', cure
    if what.startswith(("Illegal character", "Found invalid character")):
        return (
            start,
            start + 1,
            "there is an invisible control character here",
            "delete it and type this part again",
        )
    return None


def _last_opener(before: str) -> int:
    """Where the quote stands that opens the text which `before` ends in."""
    at = quote = -1
    open_with = ""
    while (at := at + 1) < len(before):
        char = before[at]
        if open_with:
            at += char == "\\" and open_with[0] == '"'
            if before.startswith(open_with, at):
                at += len(open_with) - 1
                open_with = ""
        elif char in "\"'":
            quote = at
            open_with = before[at : at + 3] if before.startswith(char * 3, at) else char
            at += len(open_with) - 1
    return max(quote, 0)


def _bracket(statement: str, start: int, what: str) -> _Found:
    if what == "Unclosed array":
        at = statement.find("[")
        return at, at + 1, "this list is not closed, or lacks a comma", 'write it as ["…", "…"]'
    if what == "Unclosed inline table" or ("{" in statement[:start] and "\n" in statement[:start]):
        at = statement.find("{")
        cure = 'write it as { name = "…", other = "…" }, all in one line'
        return at, at + 1, "this table in braces is not closed, lacks a comma, or goes over several lines", cure
    return None


def _table(statement: str, start: int, what: str) -> _Found:
    if not statement.startswith("["):
        return None
    line = statement.split("\n")[0].rstrip()
    if what.startswith("Expected ']'") and " " in line.strip("[] "):
        return (
            0,
            len(line),
            "the name of a table has no spaces",
            "write dashes: [" + "-".join(line.strip("[] ").split()) + "]",
        )
    return 0, len(line), "this is not the head of a table", "write the name alone in brackets: [my-name]"


def _colon(statement: str, start: int, what: str) -> _Found:
    if not what.startswith("Expected '='"):
        return None
    line = statement.split("\n")[0]
    key = re.match(r"[\w.-]+", line)
    if key is None:
        return None
    if statement[start : start + 1] == ":":
        return start, start + 1, "a key and its value are joined by `=`, not by `:`", f"{key[0]} = …"
    return 0, len(line.rstrip()), "there is no `=` here", f"write a key and its value: {key[0]} = …"


def _bare(statement: str, start: int, what: str) -> _Found:
    if what != "Invalid value":
        return None
    match = _VALUE.match(statement, start)
    word = match.group().strip() if match else ""
    if not word:
        return start, start + 1, "there is no value after `=`", 'write one, text in quotes: "…"'
    return (start, start + len(word), *_word(word))


def _word(word: str) -> tuple[str, str]:
    lowered = word.lower()
    if lowered in _WORDS:
        return f"`{word}` is written in small letters", lowered
    if lowered in _NULLS or lowered in ("yes", "no", "on", "off"):
        return f"`{word}` is no value", "write true, false, or leave the line out"
    if word[0] in "\"'":
        return "this text is not written as TOML wants it", 'put it in quotes: "…"'
    return "text stands in quotes", f'"{word}"'


def _leftover(statement: str, start: int, what: str) -> _Found:
    if not what.startswith("Expected newline or end"):
        return None
    rest = statement[start:].split("\n")[0].rstrip()
    if any(quote in rest for quote in "\"'"):
        cure = "a text that holds \" goes in '…', one that holds ' in \"…\", one with both in '''…'''"
        return (
            start,
            start + len(rest),
            "the text ended before this: it holds the quote that it is written in",
            cure,
        )
    return (
        start,
        start + len(rest),
        "there is something left over after the value",
        "text stands in quotes, and each key on a line of its own",
    )
