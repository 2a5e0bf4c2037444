"""A site folder, read and checked: the one frozen value that everything else works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.blocks import Block
from edge.decisions import Experience
from edge.facts import Catalogue, Fact
from edge.html import Slots
from edge.model import Persona
from edge.rules import Rule
from edge.site.settings import Settings

__all__ = ["Site"]


@dataclass(frozen=True, slots=True)
class Site:
    """What the site folder says. Every mapping is by name and in the order of its file.

    `slots` are those that an enabled experience can change: no other is looked for. `experiences` are by slot,
    switched-off ones too. `cookie` tells whether an enabled experience reads a fact that needs the visitor's
    cookie: in its rule, in a segment it asks for, or in its block.
    """

    settings: Settings
    slots: Slots
    facts: Catalogue
    segments: Mapping[str, Rule]
    experiences: Mapping[str, tuple[Experience, ...]]
    personas: Mapping[str, Persona]
    blocks: Mapping[str, Block]
    cookie: bool

    @property
    def traits(self) -> tuple[Fact, ...]:
        """The facts that the site declares itself."""
        return tuple(fact for name, fact in self.facts.items() if name.startswith("traits."))
