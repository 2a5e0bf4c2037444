"""`slots.toml`: slots that need saying more about than that they exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from edge.errors import Problem, SelectorError
from edge.html import Selector, parse_selector
from edge.html.elements import CODE, VOID
from edge.model import PLACES, Place
from edge.site.table import Table, tables
from edge.site.toml import Document

__all__ = ["INTO", "SlotEntry", "read_slots"]

INTO: frozenset[Place] = frozenset({"inside", "prepend", "append"})
"""Places within the slot's element: an element that cannot have content has none."""


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """One table of `slots.toml`. `times` None is any number."""

    name: str
    selector: Selector | None = None
    place: Place = "inside"
    times: int | None = None

    @property
    def void(self) -> str | None:
        """The selector's tag, where such an element cannot have content."""
        tag = self.selector.tag if self.selector else None
        return tag if tag and tag.encode() in VOID else None

    @property
    def runs_code(self) -> str | None:
        """The selector's tag, where its attributes choose what code runs."""
        tag = self.selector.tag if self.selector else None
        return tag if tag and tag.encode() in CODE else None


def read_slots(document: Document, problems: list[Problem]) -> Mapping[str, SlotEntry]:
    """The slots that the file lists, by name; also those with problems, so that others may speak of them."""
    return {table.name: _slot(table) for table in tables(document, "a slot", problems)}


def _slot(table: Table) -> SlotEntry:
    table.only(("select", "place", "times"))
    place = table.choice("place", PLACES)
    entry = SlotEntry(
        table.name,
        _selector(table),
        cast(Place, place or "inside"),
        table.whole("times", 1, 1, 1000) if "times" in table else None,
    )
    if entry.void and place in INTO:
        cure = 'write place = "replace", "before" or "after"'
        table.at_value("place", f"<{entry.void}> has no content that a block could go {_into(entry.place)}", cure)
    return entry


def _into(place: Place) -> str:
    return "into" if place == "inside" else f"into ({place})"


def _selector(table: Table) -> Selector | None:
    text = table.text("select", 'a selector in quotes: select = "#main-hero"')
    if text is None:
        return None
    try:
        return parse_selector(text)
    except SelectorError as error:
        for flaw in error.flaws:
            table.in_string("select", flaw)
    return None
