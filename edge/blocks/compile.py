"""A block's source to a block (a first version)."""

from __future__ import annotations

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from edge.blocks.block import Block
from edge.errors import BlockError, Flaw
from edge.facts import Catalogue

__all__ = ["compile_block"]

_ENV = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def compile_block(name: str, source: str, facts: Catalogue) -> Block:
    """The block `name`. Raises BlockError with every flaw."""
    try:
        template = _ENV.from_string(source)
    except TemplateSyntaxError as error:
        raise BlockError(Flaw(str(error.message), "", 0, len(source))) from error
    return Block(name, frozenset(fact for fact in facts if fact in source), template)
