"""A text with facts in it, `Good morning, {{ city }}`, as one expression of the template language.

What fills a place in a template, such as a widget's title, is no markup: it is escaped as a whole where the
template prints it. So `<` and `&` in it are just themselves, and only `{{ … }}` means something.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from edge.blocks.compile import compile_block
from edge.blocks.language import Tag, parse, tags
from edge.errors import BlockError, Flaw
from edge.facts import Catalogue
from edge.html.urls import reach

__all__ = ["as_expression", "literal"]

_AROUND = {"text": ("<p>", "</p>"), "url": ('<a href="', '">a</a>')}
"""Markup in which a text is tried out: what may stand in `{{ }}` depends on where that stands."""

_TAG = re.compile(r"\{[{%#]")
_MARKUP = re.compile("[<>&\"']")
_BRACES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "{}%#"})


def literal(value: str | int | bool | None) -> str:
    """The value as templates write it, in one line and without anything that begins or ends a tag."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).translate(_BRACES)
    return "none" if value is None else str(value).lower()


def as_expression(text: str, facts: Catalogue, kind: Literal["text", "url"] = "text") -> str:
    """The text as an expression. A fact in it that is not known for a visitor fails the block that prints it.

    Raises BlockError with every flaw, at its offset in `text`."""
    text = text.replace("\r", " ")
    if not _TAG.search(text):
        return literal(text)
    parse(text)
    found = tuple(_variables(text))
    flaws = [*(_beginning(text, found[0]) if kind == "url" else ())]
    # Where no fact may stand, it is not said which filter it needs there.
    flaws += _tried(text, found, facts, "text" if flaws else kind)
    if flaws:
        raise BlockError(flaws)
    # Text first: what `~` joins is text, and has to be known.
    return "(" + " ~ ".join(['""', *_written(text, found)]) + ")"


def _variables(text: str) -> Iterator[Tag]:
    for tag in tags(text):
        if tag.kind != "variable":
            cure = "write text and {{ facts }} here; for more, make a block or a widget of your own"
            raise BlockError(Flaw("only {{ … }} can stand in this text", cure, tag.start, tag.start + 2))
        yield tag


def _tried(text: str, found: tuple[Tag, ...], facts: Catalogue, kind: str) -> tuple[Flaw, ...]:
    before, after = _AROUND[kind]
    ends = [0, *(place for tag in found for place in (tag.start, tag.end)), len(text)]
    pieces = [text[start:end] for start, end in pairwise(ends)]
    pieces[::2] = [_MARKUP.sub("x", piece) for piece in pieces[::2]]
    try:
        compile_block("", before + "".join(pieces) + after, facts)
    except BlockError as error:
        width = len(before)
        return tuple(Flaw(one.cause, one.cure, one.start - width, one.end - width) for one in error.flaws)
    return ()


def _beginning(text: str, first: Tag) -> Iterator[Flaw]:
    """Where a URL leads is settled before its first fact; more than the slash of its path, too: what is empty
    behind that would make a host of what follows."""
    if reach(text[: first.start]) != "settled":
        cure = "write more of it out before the {{ … }}: /in/{{ …|urlencode }}"
        yield Flaw("a fact may not choose where the address leads", cure, first.start, first.end)


def _written(text: str, found: tuple[Tag, ...]) -> Iterator[str]:
    at = 0
    for tag in found:
        before = text[at : tag.start]
        yield literal(before.rstrip() if text.startswith("{{-", tag.start) else before)
        yield "(" + text[tag.inner : tag.inner_end].replace("\n", " ") + ")"
        at = tag.end
    yield literal(text[at:])
