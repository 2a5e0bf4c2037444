"""A block: content for a slot, compiled."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Template

from edge.errors import EdgeError

__all__ = ["Block", "BlockFailed"]


class BlockFailed(EdgeError):  # noqa: N818  the word of the house
    """A block could not be rendered for this visitor: the slot's default is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A checked and compiled block. Two blocks are equal only if they are the same one."""

    name: str
    reads: frozenset[str]
    """Names of the facts that it reads."""
    template: Template
    lang: str | None = None
    dir: str | None = None
