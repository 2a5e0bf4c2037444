"""Profiles that come from the operator, held to what `facts.toml` declares."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from inspect import isawaitable
from types import MappingProxyType

from edge.errors import ProfileError
from edge.facts import Catalogue, FactError, convert
from edge.model import Profile, Value, Visitor
from edge.page.setup import ProfileSource

__all__ = ["CheckedProfiles"]

log = logging.getLogger("edge.page")

_MOST_TOLD = 100


class CheckedProfiles:
    """The operator's source of profiles. A trait that is not declared, or not of its kind, is left out and told of
    once, without its value: that is a person's. So is a segment that is none of `segments`, those from elsewhere.
    Raises ProfileError for what is no Profile. `told` is what was told already."""

    def __init__(
        self,
        source: ProfileSource,
        facts: Catalogue,
        segments: Iterable[str] = (),
        told: set[tuple[str, str]] | None = None,
    ) -> None:
        self._source = source
        self._facts = facts
        self._segments = frozenset(segments)
        self.told = set() if told is None else told

    async def __call__(self, visitor: Visitor) -> Profile:
        coming = self._source(visitor)
        if not isawaitable(coming):
            raise ProfileError("`profiles` must be an async function")
        profile = await coming
        if not isinstance(profile, Profile):
            raise ProfileError(f"`profiles` must return an edge.Profile, not {type(profile).__name__}")
        traits = MappingProxyType({name: self._trait(name, raw) for name, raw in profile.traits.items()})
        return Profile(traits, self._named(profile.segments), profile.complete)

    def _named(self, segments: Iterable[str]) -> frozenset[str]:
        if isinstance(segments, str) or not isinstance(segments, Iterable):
            raise ProfileError(f"the segments of a Profile are a set of names, not {type(segments).__name__}")
        for name in frozenset(segments) - self._segments:
            self._tell(f"the segment {name}", 'segments.toml does not list it with from = "remote"')
        return self._segments.intersection(segments)

    def _trait(self, name: str, raw: Value) -> Value:
        fact = self._facts.get(f"traits.{name}")
        try:
            if fact is not None:
                return convert(fact, raw)
            why = "facts.toml does not declare it"
        except FactError:
            why = "its value is not of the kind or choices that facts.toml declares"
        self._tell(f"the trait {name}", why)
        return None

    def _tell(self, what: str, why: str) -> None:
        if (what, why) not in self.told and len(self.told) < _MOST_TOLD:
            self.told.add((what, why))
            log.warning("%s is left out, reported once: %s", what, why)
