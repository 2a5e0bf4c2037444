"""The block library: HTML for slots, checked when it is loaded and rendered within limits."""

from collections.abc import Mapping

from edge.blocks.block import Block, BlockFailed
from edge.blocks.compile import compile_block
from edge.blocks.expression import as_expression, literal
from edge.blocks.render import render
from edge.blocks.renditions import Renditions

__all__ = [
    "Block",
    "BlockFailed",
    "Library",
    "Renditions",
    "as_expression",
    "compile_block",
    "literal",
    "render",
]

Library = Mapping[str, Block]
"""Every block of a site, by name."""
