"""Whether a place in a script is code, and not inside a string, a comment or a regular expression.

A `/` in JavaScript divides or opens a regular expression, and only a full parser knows which. So this machine
follows every reading at once: a state is a set of names, and a place is code only if all of them say so. A
template literal has no state: whatever follows a backtick is not known to be code. The same machine reads JSON.
"""

from __future__ import annotations

import re
from types import MappingProxyType

__all__ = ["CODE", "is_code", "is_string", "read_script"]

CODE = frozenset(("code",))
"""Where a script begins."""

_CODE_LIKE = frozenset(("code", "-", "--"))
_STRINGS = frozenset(("double", "single"))
_NEWLINES = "\n\r\u2028\u2029"
_PLAIN = re.compile(r"[^\"'`/\-]+")

_Row = dict[str, tuple[str, ...]]
_CODE: _Row = {'"': ("double",), "'": ("single",), "`": (), "/": ("slash",), "-": ("-",)}

# state -> character -> the states it leads to; "" is any other character.
# A string or regular expression that a line break cuts off is no reading of a script that runs.
_TABLE: MappingProxyType[str, _Row] = MappingProxyType(
    {
        "code": {**_CODE, "": ("code",)},
        "-": {**_CODE, "-": ("--",), "": ("code",)},
        "--": {**_CODE, "-": ("--",), ">": (), "": ("code",)},  # `-->` may begin a comment (ECMA-262 B.1.1)
        "double": {'"': ("code",), "\\": ("double\\",), "\n": (), "\r": (), "": ("double",)},
        "single": {"'": ("code",), "\\": ("single\\",), "\n": (), "\r": (), "": ("single",)},
        "double\\": {"": ("double",)},
        "single\\": {"": ("single",)},
        "line": {**dict.fromkeys(_NEWLINES, ("code",)), "": ("line",)},
        "block": {"*": ("block*",), "": ("block",)},
        "block*": {"*": ("block*",), "/": ("code",), "": ("block",)},
        "regex": {
            **dict.fromkeys(_NEWLINES, ()),
            "/": ("code",),
            "[": ("class",),
            "\\": ("regex\\",),
            "": ("regex",),
        },
        "class": {**dict.fromkeys(_NEWLINES, ()), "]": ("regex",), "\\": ("class\\",), "": ("class",)},
        "regex\\": {**dict.fromkeys(_NEWLINES, ()), "": ("regex",)},
        "class\\": {**dict.fromkeys(_NEWLINES, ()), "": ("class",)},
    }
)


def is_code(states: frozenset[str]) -> bool:
    """Whether every reading of the script so far says that the next character is code."""
    return bool(states) and states <= _CODE_LIKE


def is_string(states: frozenset[str]) -> bool:
    """Whether every reading of the script so far says that the next character is inside a quoted string."""
    return bool(states) and states <= _STRINGS


def read_script(states: frozenset[str], text: str) -> frozenset[str]:
    """The states after `text`."""
    at = 0
    while at < len(text) and states:
        plain = _PLAIN.match(text, at) if states == CODE else None
        if plain:
            at = plain.end()
            continue
        states = frozenset(after for state in states for after in _step(state, text[at]))
        at += 1
    return states


def _step(state: str, char: str) -> tuple[str, ...]:
    if state != "slash":
        row = _TABLE[state]
        return row.get(char, row[""])
    if char == "/":
        return ("line",)
    if char == "*":
        return ("block",)
    return _step("code", char) + _step("regex", char)
