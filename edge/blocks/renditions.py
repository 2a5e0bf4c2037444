"""Renditions kept (a first version keeps none)."""

from __future__ import annotations

from edge.blocks.block import Block
from edge.blocks.render import render
from edge.facts import Env
from edge.html.charset import encode

__all__ = ["Renditions"]


class Renditions:
    """Rendered once per distinct input."""

    def render(self, block: Block, env: Env, codec: str) -> bytes:
        """The block's bytes for this page. Raises BlockFailed."""
        return encode(render(block, env), codec)
