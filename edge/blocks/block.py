"""A block: content for a slot, compiled."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import Template

from edge.errors import EdgeError

__all__ = ["Block", "BlockFailed", "Input"]


class BlockFailed(EdgeError):  # noqa: N818  the word of the house
    """A block could not be rendered for this visitor: the slot's default is shown. The message says the block's
    line and the fact, and no visitor's value."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a template reads: a fact, or with `key` one entry of a fact that is a map. The template knows
    it as `variable`."""

    fact: str
    key: str | None
    variable: str


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A checked and compiled block. Two blocks are equal only if they are the same one.

    `source` is what it was compiled from. `inputs` are what its rendering depends on, and nothing else. `raw` are
    the characters beyond ASCII in its scripts and styles, where a character reference is no way to write them.
    `lang` and `dir` are what the block says of itself; its elements have them already. `line_ends` are the offsets
    of its source's line feeds: nodes of the template say their offset as their line. `needs` are those inputs that
    it fails without.
    """

    name: str
    source: str = field(repr=False)
    inputs: tuple[Input, ...]
    template: Template
    raw: str = ""
    lang: str | None = None
    dir: str | None = None
    line_ends: tuple[int, ...] = ()
    needs: tuple[Input, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The names of the facts that it reads."""
        return frozenset(given.fact for given in self.inputs)
