"""The words of Edge as frozen values. Every room speaks these; none of them knows HTTP, HTML or a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

__all__ = [
    "PLACES",
    "Attributes",
    "Decision",
    "Persona",
    "Place",
    "Profile",
    "Reason",
    "Value",
    "Version",
    "Visitor",
]

Value = str | int | float | bool | date | frozenset[str] | Mapping[str, str] | None
"""What a fact can be. None means "not known", whatever the fact's type."""

Place = Literal["inside", "replace", "before", "after", "prepend", "append", "remove"]
"""Where a block goes: instead of the slot's content, instead of the whole slot, next to it, at either end of its
content; `remove` takes the slot out of the page."""

PLACES: tuple[Place, ...] = get_args(Place)

Attributes = tuple[tuple[str, str], ...]
"""Attributes to set on a slot's own tag: (name, value) in the order they were written."""

Reason = Literal[
    "matched",  # an experience matched: its block is shown
    "no match",  # none of the slot's experiences matched
    "bot",  # a declared search engine or bot gets the defaults
    "late",  # the visitor's work took longer than the budget
    "failed",  # a rule or block raised, or what it asks for of the visitor could not be found out
    "page",  # the page's own markup at the slot cannot take the block
]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser known by the cookie. `id` is None where none came and none may be given."""

    id: str | None = field(default=None, repr=False)
    new: bool = True
    signed_at: int = 0
    """Unix seconds at which the cookie was signed; 0 for none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What we know of a visitor or person: their traits, and the names of those segments from elsewhere that they
    are in. `complete` False says that there may be more of both: what is not said here is then not known, which is
    not the same as not so."""

    traits: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    segments: frozenset[str] = field(default=frozenset(), repr=False)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up visitor to look at the site as. `facts` are by name, as rules write them (`traits.plan`); `clock`,
    in Unix seconds, is when they look: None is now. `segments` are those they are in that come from elsewhere."""

    name: str
    about: str
    facts: Mapping[str, Value]
    clock: float | None = None
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What one slot shows, and why. With reason `matched`, `block` is the block's name or None where the
    experience only sets attributes or removes the slot; with any other reason the slot keeps its default."""

    slot: str
    reason: Reason
    experience: str | None = None
    block: str | None = None
    place: Place = "inside"
    set: Attributes = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the site folder: `name` is a short hash over its files, `loaded_at` Unix seconds."""

    name: str
    loaded_at: float
