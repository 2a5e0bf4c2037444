"""The tokenizer of the HTML standard (section 13.2.5) as a table, as far as a block's markup needs it.

Raw text and what begins with `<!` need several characters at once and are not in it; what follows a quoted value
is read as if a space came first, which is what browsers do after they have complained.
"""

from __future__ import annotations

import re
from types import MappingProxyType

__all__ = ["IN_TAG", "RUNS", "STATES"]

IN_TAG = frozenset(("tag name", "before name", "name", "after name", "unquoted"))
"""The states in which another attribute could be written, after a space."""

# state -> character -> (next state, what to do, read the character again there). " " is any white space, "a" any
# ASCII letter, "" anything else.
_Step = tuple[str, str, bool]
_Row = dict[str, _Step]


def _to(state: str, action: str = "", *, again: bool = False) -> _Step:
    return state, action, again


_NESTED = _to("bogus", "nested")
_TAG_END: _Row = {">": _to("data", "end"), "/": _to("slash", "slash"), "<": _NESTED}
_COMMENT: _Row = {"-": _to("comment -"), "": _to("comment")}
STATES: MappingProxyType[str, _Row] = MappingProxyType(
    {
        "data": {"<": _to("tag open", "mark"), "": _to("data")},
        "tag open": {
            "/": _to("end tag open"),
            "!": _to("declaration"),
            "?": _to("bogus", "bogus"),
            "a": _to("tag name", "open", again=True),
            "": _to("data", "less than", again=True),
        },
        "end tag open": {"a": _to("tag name", "close", again=True), "": _to("bogus", "bogus", again=True)},
        "tag name": {" ": _to("before name"), **_TAG_END, "": _to("tag name", "element")},
        "before name": {" ": _to("before name"), **_TAG_END, "": _to("name", "new name")},
        "name": {" ": _to("after name"), "=": _to("before value"), **_TAG_END, "": _to("name", "more name")},
        "after name": {" ": _to("after name"), "=": _to("before value"), **_TAG_END, "": _to("name", "new name")},
        "before value": {
            " ": _to("before value"),
            '"': _to("double"),
            "'": _to("single"),
            ">": _to("data", "end"),
            "": _to("unquoted", again=True),
        },
        "double": {'"': _to("before name", "named"), "": _to("double", "value")},
        "single": {"'": _to("before name", "named"), "": _to("single", "value")},
        "unquoted": {
            " ": _to("before name", "named"),
            ">": _to("data", "end"),
            "<": _NESTED,
            "": _to("unquoted", "value"),
        },
        "slash": {">": _to("data", "self end"), "": _to("before name", again=True)},
        "bogus": {">": _to("data"), "": _to("bogus")},
        "comment start": {"-": _to("comment start -"), ">": _to("data"), "": _to("comment", again=True)},
        "comment start -": {"-": _to("comment --"), ">": _to("data"), "": _to("comment", again=True)},
        "comment": _COMMENT,
        "comment -": {"-": _to("comment --"), "": _to("comment", again=True)},
        "comment --": {
            ">": _to("data"),
            "!": _to("comment --!"),
            "-": _to("comment --"),
            "": _to("comment", again=True),
        },
        "comment --!": {"-": _to("comment -"), ">": _to("data"), "": _to("comment", again=True)},
        "cdata": {"]": _to("cdata ]"), "": _to("cdata")},
        "cdata ]": {"]": _to("cdata ]]"), "": _to("cdata", again=True)},
        "cdata ]]": {">": _to("data"), "]": _to("cdata ]]"), "": _to("cdata", again=True)},
    }
)

# Runs of characters that the table would take one by one to the same effect.
RUNS = MappingProxyType(
    {
        "data": re.compile(r"[^<]+"),
        "double": re.compile(r'[^"]+'),
        "single": re.compile(r"[^']+"),
        "comment": re.compile(r"[^-]+"),
        "cdata": re.compile(r"[^\]]+"),
        "raw text": re.compile(r"[^<]+"),
    }
)
