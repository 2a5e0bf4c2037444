"""Where in HTML a character of a block stands: the tokenizer of the HTML standard (section 13.2.5) as a table.

A block is a template, so its text comes in pieces, and a piece may be read from more than one place: `read` takes
a place and a piece and gives the place after it. Places are values that compare equal when nothing that matters
differs, so that whoever walks the template can tell whether two branches meet again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from edge.errors import Flaw
from edge.html.nesting import RAW_TEXT, Stack, Tag, close, foreign, open_
from edge.html.script import CODE, read_script
from edge.html.states import IN_TAG, RUNS, STATES
from edge.html.urls import extend_url, url_attribute

__all__ = ["TEXT", "Reading", "Top", "Where", "read", "skip"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a block's markup.

    `state` is a tokenizer state: "data", "raw text", "tag open", "tag name", "before name", "name", "after name",
    "before value", "double", "single", "unquoted", "slash", "declaration", "bogus", "comment" and its ends,
    "cdata" and its ends. `element` is the tag being written, or the raw-text element; `value` the beginning of
    a URL, if the attribute holds one; `script` the readings of a script (`edge.html.script`); `own` which of lang
    and dir the tag says; `pending` characters that mean something only together with the next.
    """

    state: str = "data"
    stack: Stack = ()
    element: str = ""
    tag_at: int = 0
    slash_at: int = 0
    closing: bool = False
    attribute: str = ""
    value: str = ""
    own: frozenset[str] = frozenset()
    script: frozenset[str] = CODE
    pending: str = ""

    @property
    def in_tag(self) -> bool:
        """Whether another attribute could be written here, after a space."""
        return self.state in IN_TAG


TEXT = Where()
"""Where a block begins."""


@dataclass(frozen=True, slots=True)
class Top:
    """The end of a start tag outside of any element of the block: attributes may be added at `at`."""

    at: int
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a piece came to. `bare` is where text stands outside of any element, or None; `raw` the
    characters beyond ASCII in scripts and styles, where a character reference is no way to write them."""

    where: Where
    flaws: tuple[Flaw, ...]
    tops: tuple[Top, ...]
    bare: int | None
    raw: str


DEEPEST = 256
"""Elements of a block within one another: browsers give up at 512, and nobody writes more."""

_SPACE = "\t\n\f\r "
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")  # of ASCII only, as HTML does

_BARE = re.compile(r"[^\t\n\f\r ]")


def read(where: Where, text: str, offset: int) -> Reading:
    """Read `text`, which begins at `offset` of the block's source, from `where`."""
    reader = _Reader(where, offset)
    reader.read(text)
    return Reading(reader.where(), tuple(reader.flaws), tuple(reader.tops), reader.bare, reader.raw)


def skip(where: Where) -> Where:
    """The place after a variable that stands at `where`."""
    reader = _Reader(where, 0)
    if reader.state == "before value":
        reader.state = "unquoted"
    if url_attribute(reader.attribute):
        reader.value = extend_url(reader.attribute, reader.value, "x")
    if reader.script:
        reader.script = read_script(reader.script, "x")
    return reader.where()


@dataclass(slots=True)
class _Reader:
    """A place on its way through a piece of text."""

    at: Where
    offset: int
    flaws: list[Flaw] = field(default_factory=list)
    tops: list[Top] = field(default_factory=list)
    bare: int | None = None
    raw: str = ""
    state: str = ""
    stack: Stack = ()
    element: str = ""
    tag_at: int = 0
    slash_at: int = 0
    closing: bool = False
    attribute: str = ""
    value: str = ""
    own: frozenset[str] = frozenset()
    script: frozenset[str] = CODE
    pending: str = ""

    def __post_init__(self) -> None:
        for name in Where.__slots__:
            setattr(self, name, getattr(self.at, name))

    def where(self) -> Where:
        if self.state in ("data", "raw text"):  # nothing is being written there
            self.tag_at = self.slash_at = 0
        return Where(**{name: getattr(self, name) for name in Where.__slots__})

    def read(self, text: str) -> None:
        at = 0
        while at < len(text):
            run = RUNS.get(self.state)
            plain = run.match(text, at) if run and not self.pending else None
            if plain:
                self._run(plain[0], at)
                at = plain.end()
            elif self.state == "raw text":
                at += self._raw(text[at], at)
            elif self.state == "declaration":
                at += self._declaration(text[at], at)
            else:
                at += self._step(text[at], at)

    def _step(self, char: str, at: int) -> int:
        """Take one character by the table; 0 if it is to be read again."""
        row = STATES[self.state]
        key = char if char in row else " " if char in _SPACE else "a" if char.isascii() and char.isalpha() else ""
        state, action, again = row[key if key in row else ""]
        before, self.state = self.state, state
        if action:
            _ACTIONS[action](self, char, self.offset + at, before)
        return 0 if again else 1

    def _run(self, text: str, at: int) -> None:
        if self.state == "data":
            self._text(text, at)
        elif self.state == "raw text":
            self._script(text)
        elif self.state in ("double", "single"):
            self._more_value(text, 0, "")
        if "</noscript" in text.lower() and self._in_noscript():
            self._hidden_noscript(self.offset + at)

    def _text(self, text: str, at: int) -> None:
        bare = None if self.stack or self.bare is not None else _BARE.search(text)
        if bare:
            self.bare = self.offset + at + bare.start()

    # Raw text, and what begins with `<!`: a few characters must be seen together.

    def _raw(self, char: str, at: int) -> int:
        seen = self.pending + char.translate(_LOWER)
        end = f"</{self.element}"
        if self.pending == end and char in "\t\n\f\r />":
            self.pending = ""
            self.closing, self.tag_at, self.own = True, self.offset + at - len(end), frozenset()
            self.state = "before name"
            return 0
        targets = (end, "<!--" if self.element == "script" else end, "</noscript" if self._in_noscript() else end)
        if any(target.startswith(seen) for target in targets):
            self.pending = seen
            if seen == "<!--":
                self._flaw("<!-- in a script changes where it ends", "leave it out", self.offset + at - 3, 4)
            elif seen == "</noscript":
                self._hidden_noscript(self.offset + at - 9)
            return 1
        self._script(self.pending or char)
        again = bool(self.pending)
        self.pending = ""
        return 0 if again else 1

    def _declaration(self, char: str, at: int) -> int:
        seen = self.pending + char
        targets = ("--", "[CDATA[") if foreign(self.stack) else ("--",)
        if seen in targets:
            self.pending, self.state = "", "comment start" if seen == "--" else "cdata"
            return 1
        if any(target.startswith(seen) for target in targets):
            self.pending = seen
            return 1
        self.pending, self.state = "", "bogus"
        self._bogus(char, 0, "")
        return 0

    # Actions of the table

    def _mark(self, char: str, at: int, before: str) -> None:
        self.tag_at = at

    def _less_than(self, char: str, at: int, before: str) -> None:
        self._text("<", self.tag_at - self.offset)

    def _bogus(self, char: str, at: int, before: str) -> None:
        self._flaw("This is neither a tag nor a comment", "write &lt; for <, or <!-- … -->", self.tag_at, 2)

    def _nested(self, char: str, at: int, before: str) -> None:
        self._flaw("The tag before this < is not closed", "write its >, or &lt; for <", at, 1)

    def _open(self, char: str, at: int, before: str) -> None:
        self.element, self.closing, self.attribute, self.own = "", before == "end tag open", "", frozenset()

    def _name(self, char: str, at: int, before: str) -> None:
        self.element += char.translate(_LOWER)

    def _new_name(self, char: str, at: int, before: str) -> None:
        self._named()
        self.attribute, self.value = char.translate(_LOWER), ""

    def _more_name(self, char: str, at: int, before: str) -> None:
        self.attribute += char.translate(_LOWER)

    def _more_value(self, text: str, at: int, before: str) -> None:
        if url_attribute(self.attribute):
            self.value = extend_url(self.attribute, self.value, text)

    def _end_value(self, char: str, at: int, before: str) -> None:
        self._named()

    def _slash(self, char: str, at: int, before: str) -> None:
        self.slash_at = at

    def _end(self, char: str, at: int, before: str) -> None:
        self._tag(at + 1, insert=at, self_closing=False)

    def _self_end(self, char: str, at: int, before: str) -> None:
        self._tag(at + 1, insert=self.slash_at, self_closing=True)

    def _named(self) -> None:
        """An attribute is complete."""
        if self.attribute in ("lang", "dir"):
            self.own |= {self.attribute}
        self.attribute = self.value = ""

    def _tag(self, end: int, *, insert: int, self_closing: bool) -> None:
        self._named()
        tag = Tag(self.element, self.tag_at, end, self.closing, self_closing)
        self.stack, flaw = (close if self.closing else open_)(self.stack, tag)
        if flaw:
            self.flaws.append(flaw)
        if len(self.stack) > DEEPEST:
            self._flaw(
                f"More than {DEEPEST} elements are open here", "nest them less", self.tag_at, end - self.tag_at
            )
            self.stack = self.stack[:DEEPEST]
        if not self.closing and (not self.stack or self.stack[0].tag is tag):
            self.tops.append(Top(insert, self.own))
        opened = bool(self.stack) and self.stack[-1].tag is tag
        if opened and self.element in RAW_TEXT and self.stack[-1].space == "html":
            self.state, self.script, self.pending = "raw text", CODE, ""
        else:
            self.element, self.script = "", CODE
        self.closing, self.own = False, frozenset()

    def _script(self, text: str) -> None:
        if self.element in ("script", "style") and not text.isascii():
            self.raw += "".join(char for char in text if not char.isascii())
        if self.element == "script":
            self.script = read_script(self.script, text)

    def _in_noscript(self) -> bool:
        return any(element.name == "noscript" for element in self.stack)

    def _hidden_noscript(self, at: int) -> None:
        self._flaw("</noscript ends the <noscript> here where scripts run", "leave it out", at, 10)

    def _flaw(self, cause: str, cure: str, at: int, width: int) -> None:
        self.flaws.append(Flaw(cause, cure, at, at + width))


_ACTIONS = MappingProxyType(
    {
        "mark": _Reader._mark,
        "less than": _Reader._less_than,
        "bogus": _Reader._bogus,
        "nested": _Reader._nested,
        "open": _Reader._open,
        "close": _Reader._open,
        "element": _Reader._name,
        "new name": _Reader._new_name,
        "more name": _Reader._more_name,
        "value": _Reader._more_value,
        "named": _Reader._end_value,
        "slash": _Reader._slash,
        "end": _Reader._end,
        "self end": _Reader._self_end,
    }
)
