"""What is wrong with a template that Jinja cannot read, in words that help whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from jinja2 import TemplateSyntaxError

from edge.errors import Flaw
from edge.facts import suggest

__all__ = ["Tokens", "explain"]

Tokens = Callable[[str], Iterable[tuple[int, str, str]]]
"""The tokens of a source: offset, kind, text."""

_KNOWN = "blocks know {% if %}, {% for %} and {% set %}"
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set")
_INNERMOST = re.compile(r"needs to be closed is '(\w+)'")
_TAG = re.compile(r"nknown tag '(\w+)'")
_GOT = re.compile(r"got '(.+?)'$|unexpected (?:char )?['\"](.+?)['\"](?:,| at|$)")
_LONGEST = 300  # of a message, which may have a word of the template in it
_ENDS = ("end of print statement", "end of statement block", "end of template")
_MISSING: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "Missing end of comment tag": ("{#", "{# is never closed", "write #} where the comment ends"),
        "Missing end of raw directive": ("{%", "{% raw %} is never closed", "write {% endraw %} where it ends"),
    }
)


def explain(error: TemplateSyntaxError, source: str, tokens: Tokens) -> Flaw:
    """The mistake that stopped Jinja, whose line number is an offset in `source`."""
    message = str(error.message)[:_LONGEST].rstrip(".")
    start = min(error.lineno, len(source))
    if message in _MISSING:
        mark, cause, cure = _MISSING[message]
        return _word(source, max(source.rfind(mark, 0, start), 0), cause, cure)
    innermost = _INNERMOST.search(message)
    unknown = _TAG.search(message)
    if unknown:
        return _tag(unknown[1], innermost and innermost[1], source, start)
    if innermost:
        return _left_open(innermost[1], source, tokens)
    if message.lower().startswith("unexpected end of template"):
        return _half(source, tokens)
    return _misplaced(message, source, start)


def _word(source: str, start: int, cause: str, cure: str) -> Flaw:
    word = re.compile(r"\{[{%#]|\w+|\S?").match(source, start)
    return Flaw(cause, cure, start, word.end() if word else start)


def _tag(name: str, open_: str | None, source: str, start: int) -> Flaw:
    if open_ in ("if", "for"):
        other = name.removeprefix("end")
        cause = f"{{% {name} %}} comes while {{% {open_} %}} is open"
        if name in _TAGS and (name.startswith("end") or other in ("else", "elif")):
            return _word(source, start, cause, f"write {{% end{open_} %}} before it")
    if name in _TAGS:
        opener = "for" if name == "endfor" else "if"
        cause = f"{{% {name} %}} stands outside of any {{% {opener} %}}"
        return _word(source, start, cause, f"write {{% {opener} … %}} before it, or leave it out")
    near = suggest(name, _TAGS)
    return _word(source, start, f"there is no tag {{% {name} %}}", f"did you mean {near}?" if near else _KNOWN)


def _left_open(name: str, source: str, tokens: Tokens) -> Flaw:
    """The innermost tag that nothing closes, shown where it began."""
    start = _began(name, source, tokens)
    if name in ("if", "for"):
        return _word(source, start, f"{{% {name} %}} is never closed", f"write {{% end{name} %}} where it ends")
    if name == "set":
        return _word(source, start, "{% set %} gives no value", "write {% set name = value %}")
    return _word(source, start, f"{{% {name} %}} is not available", _KNOWN)


def _began(name: str, source: str, tokens: Tokens) -> int:
    opened: list[int] = []
    before = ""
    for at, kind, text in tokens(source):
        if kind == "name" and before == "block_begin":
            if text == name:
                opened.append(at)
            elif text == f"end{name}" and opened:
                opened.pop()
        before = before if kind == "whitespace" else kind
    return opened[-1] if opened else 0


def _half(source: str, tokens: Tokens) -> Flaw:
    """`{{` or `{%` that the source ends in."""
    start, mark = 0, "{{"
    for at, kind, text in tokens(source):
        if kind in ("variable_begin", "block_begin"):
            start, mark = at, text[:2]
    closing = "}}" if mark == "{{" else "%}"
    return Flaw(f"{mark} is never closed", f"write {closing} where it ends", start, start + 2)


def _misplaced(message: str, source: str, start: int) -> Flaw:
    found = _GOT.search(message)
    got = next((part for part in found.groups() if part), "") if found else ""
    if got in _ENDS:
        return _word(source, start, "something is missing before this", "write a value, such as a fact")
    if got == "=":
        return _word(source, start, "= does not compare", "write == to compare")
    if got in ('"', "'"):
        return _word(source, start, "this text is not closed", f"end it with {got}")
    if got:
        cure = "look at what stands before it: a value, perhaps with filters after |"
        return _word(source, start, f"{got} cannot stand here", cure)
    return _word(source, start, message[:1].lower() + message[1:], "see Jinja's template documentation")
