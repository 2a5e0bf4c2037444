"""The kinds of services: how each says what it knows of a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of service. `segments` and `traits` are the pointers where edge.toml has none; None for no such
    thing. `unknown` are the statuses that say that the visitor is not known there.

    `texts`: every value is a text, a list of choices one with `;` between. `more`: the pointer to what says
    that the answer is only a part."""

    segments: str | None
    traits: str | None
    unknown: frozenset[int] = frozenset({204, 404, 410})
    texts: bool = False
    more: str | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "json": Kind("/segments", "/traits"),
        # https://segment.com/docs/unify/profile-api/: audiences are traits that are true or false
        "segment": Kind("/traits", "/traits", more="/cursor/has_more"),
        # https://unomi.apache.org/manual/latest/: it knows everybody, for it makes a profile for whom it does not
        "unomi": Kind("/profileSegments", "/profileProperties", unknown=frozenset()),
        # https://developers.hubspot.com/docs/api/crm/contacts: lists are told by another call than contacts
        "hubspot": Kind(None, "/properties", texts=True),
    }
)
