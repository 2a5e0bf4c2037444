"""A site folder, read and checked: the one frozen value that everything else works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.blocks import Block
from edge.decisions import Experience
from edge.facts import Catalogue, Fact
from edge.html import Slots
from edge.model import Persona
from edge.rules import Rule, asks, needs
from edge.site.folder import WIDGETS
from edge.site.settings import Settings
from edge.site.widgets import Widget

__all__ = ["Site"]


@dataclass(frozen=True, slots=True)
class Site:
    """What the site folder says. Every mapping is by name and in the order of its file.

    `slots` are those that an enabled experience can change: no other is looked for. `listed` are the names of
    slots.toml. `segments` have rules, `remote_segments` come from elsewhere. `experiences` are by slot,
    switched-off ones too. `blocks` are those of `blocks/`, and one for each experience that shows a widget.
    `widgets` are all that experiences may show, and `style` is the CSS of all of them. `version` is a short hash
    over all of its files.
    """

    settings: Settings
    slots: Slots
    listed: tuple[str, ...]
    facts: Catalogue
    segments: Mapping[str, Rule]
    remote_segments: tuple[str, ...]
    experiences: Mapping[str, tuple[Experience, ...]]
    personas: Mapping[str, Persona]
    blocks: Mapping[str, Block]
    widgets: Mapping[str, Widget]
    style: str
    version: str

    def reads(self, experience: Experience) -> frozenset[str]:
        """The names of all facts that the experience may ask for: in its rule, in a segment, or in its block."""
        rule, block = experience.rule, self.blocks.get(experience.block or "")
        return (needs(rule, self.segments) if rule else frozenset()) | (block.reads if block else frozenset())

    def asks(self, experience: Experience) -> frozenset[str]:
        """The names of all segments from elsewhere that the experience may ask for."""
        rule = experience.rule
        return asks(rule, self.segments).intersection(self.remote_segments) if rule else frozenset()

    def of_profile(self, experience: Experience) -> frozenset[str]:
        """What the experience may ask of a visitor's profile: traits as facts are named (`traits.plan`), segments
        from elsewhere as rules write them (`"vip" in segments`)."""
        traits = (name for name in self.reads(experience) if name.startswith("traits."))
        return frozenset((*traits, *(f'"{name}" in segments' for name in self.asks(experience))))

    @property
    def own_widgets(self) -> tuple[str, ...]:
        """The names of the widgets that lie in the site folder."""
        return tuple(name for name, one in self.widgets.items() if one.where == f"{WIDGETS}/{name}")

    @property
    def enabled(self) -> tuple[Experience, ...]:
        """All experiences that are not switched off."""
        return tuple(one for experiences in self.experiences.values() for one in experiences if one.enabled)

    @property
    def cookie(self) -> bool:
        """Whether an enabled experience asks for something that needs the visitor's cookie."""
        return any(self.needs_cookie(one) for one in self.enabled)

    def needs_cookie(self, experience: Experience) -> tuple[str, ...]:
        """What the experience may ask for that needs the visitor's cookie: facts by name, and segments from
        elsewhere as rules write them."""
        facts = {name for name in self.reads(experience) if self.facts[name].cookie}
        return tuple(sorted(facts | self.of_profile(experience)))

    @property
    def traits(self) -> tuple[Fact, ...]:
        """The facts that the site declares itself."""
        return tuple(fact for name, fact in self.facts.items() if name.startswith("traits."))
