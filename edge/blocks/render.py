"""Rendering (a first version)."""

from __future__ import annotations

from jinja2 import TemplateError

from edge.blocks.block import Block, BlockFailed
from edge.facts import Env

__all__ = ["render"]


def render(block: Block, env: Env) -> str:
    """The block's HTML for this page. Raises BlockFailed."""
    values: dict[str, object] = {}
    for fact in block.reads:
        head, dot, tail = fact.partition(".")
        if dot:
            values.setdefault(head, {})[tail] = env[fact]  # type: ignore[index]
        else:
            values[fact] = env[fact]
    try:
        return block.template.render(values)
    except TemplateError as error:
        raise BlockFailed(str(error)) from error
