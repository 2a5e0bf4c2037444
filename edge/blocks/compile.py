"""A block's source to a block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jinja2 import Template, nodes

from edge.blocks.block import Block
from edge.blocks.grammar import check_grammar
from edge.blocks.language import ENVIRONMENT, parse
from edge.blocks.markup import follow_markup
from edge.blocks.metering import meter
from edge.blocks.names import bind_names
from edge.blocks.needs import needed
from edge.blocks.said import read_said
from edge.errors import BlockError, Flaw
from edge.facts import Catalogue

__all__ = ["MAX_SOURCE", "compile_block"]

MAX_SOURCE = 1 << 18
"""Characters of a block's source."""


def compile_block(name: str, source: str, facts: Catalogue) -> Block:
    """The block `name`, which may read `facts`. Raises BlockError with every flaw; offsets are characters of
    `source`."""
    if len(source) > MAX_SOURCE:
        cure = "refer to images and scripts by URL"
        raise BlockError(Flaw(f"a block is at most {MAX_SOURCE:,} characters long", cure, MAX_SOURCE, len(source)))
    try:
        return _compile(name, source, facts)
    except BlockError as error:
        raise BlockError(_in_source(error.flaws, source)) from None


def _compile(name: str, written: str, facts: Catalogue) -> Block:
    source = re.sub(r"\r\n?", "\n", written)
    tree = parse(source)
    wrong, known = check_grammar(tree, source)
    if not known:
        _raise(wrong)
    said = read_said(source)
    tree, inputs, unknown = bind_names(tree, source, facts)
    markup = follow_markup(tree, source)
    _raise([*said.flaws, *wrong, *unknown, *_apart(markup.flaws, wrong), *said.check(markup)])
    said.write(tree, markup)
    variables = needed(tree)
    needs = tuple(given for given in inputs if given.variable in variables)
    template = _template(tree, source)
    line_ends = tuple(found.start() for found in re.finditer("\n", source))
    return Block(name, written, inputs, template, markup.raw, said.lang, said.dir, line_ends, needs)


def _template(tree: nodes.Template, source: str) -> Template:
    """The template as Python runs it. What the grammar lets pass and Python does not has parts within parts."""
    try:
        return ENVIRONMENT.from_string(meter(tree))
    except (RecursionError, MemoryError, SyntaxError):
        raise BlockError(
            Flaw("this is too deep for Python", "make several blocks of it", 0, len(source))
        ) from None


def _apart(flaws: Iterable[Flaw], wrong: Iterable[Flaw]) -> Iterator[Flaw]:
    """The flaws at places where nothing else is wrong: a misspelt door is not told twice."""
    places = [flaw.start for flaw in wrong]
    return (flaw for flaw in flaws if not any(flaw.start <= place < flaw.end for place in places))


def _raise(flaws: Iterable[Flaw]) -> None:
    found = sorted(dict.fromkeys(flaws), key=lambda flaw: (flaw.start, flaw.end))
    if found:
        raise BlockError(found)


def _in_source(flaws: Iterable[Flaw], source: str) -> list[Flaw]:
    """The flaws at their offsets in the source as it was written: two characters may end a line there."""
    ends = [found.start() - index for index, found in enumerate(re.finditer(r"\r\n", source))]

    def written(offset: int) -> int:
        return offset + sum(end < offset for end in ends)

    return [Flaw(flaw.cause, flaw.cure, written(flaw.start), written(flaw.end)) for flaw in flaws]
