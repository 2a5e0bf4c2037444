"""A block's source to a block."""

from __future__ import annotations

import re
from collections.abc import Iterable

from edge.blocks.block import Block
from edge.blocks.grammar import check_grammar
from edge.blocks.language import ENVIRONMENT, parse
from edge.blocks.markup import follow_markup
from edge.blocks.metering import meter
from edge.blocks.names import bind_names
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
        raise BlockError(Flaw(f"A block is at most {MAX_SOURCE:,} characters long", cure, MAX_SOURCE, len(source)))
    try:
        return _compile(name, re.sub(r"\r\n?", "\n", source), facts)
    except BlockError as error:
        raise BlockError(_in_source(error.flaws, source)) from None


def _compile(name: str, source: str, facts: Catalogue) -> Block:
    tree = parse(source)
    _raise(check_grammar(tree, source))
    said = read_said(source)
    tree, inputs, unknown = bind_names(tree, source, facts)
    markup = follow_markup(tree, source)
    _raise([*said.flaws, *unknown, *markup.flaws, *said.check(markup)])
    said.write(tree, markup)
    template = ENVIRONMENT.from_string(meter(tree))
    return Block(name, inputs, template, markup.raw, said.lang, said.dir)


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
