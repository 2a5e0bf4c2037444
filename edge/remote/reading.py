"""From what the service says to a profile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from edge.errors import RemoteError
from edge.model import Profile, Value
from edge.remote.kinds import KINDS
from edge.remote.pointer import ABSENT, Pointer
from edge.remote.settings import RemoteSettings

__all__ = ["Convert", "Reading"]

log = logging.getLogger("edge.remote")

Convert = Callable[[str, object], Value]
"""Makes a trait's value, by the trait's name, of what the service says of it. Raises LookupError for a trait
that is not declared, ValueError for what it cannot be."""


class Reading:
    """Reads answers as the settings say. What the site does not ask for is left out and counted: names of segments
    that are none of `segments`, traits that are not declared or not of their kind. Never named in the log is
    anything that the service said: it may be a person's."""

    def __init__(
        self,
        settings: RemoteSettings,
        segments: frozenset[str],
        convert: Convert,
        count: Callable[[str], None],
    ) -> None:
        kind = KINDS[settings.kind]
        self._texts = kind.texts
        self._more = None if kind.more is None else Pointer(kind.more)
        traits = kind.traits if settings.traits is None else settings.traits
        place = kind.segments if settings.segments is None else settings.segments
        self._place = place
        self._at_segments = None if place is None else Pointer(place)
        self._at_traits = Pointer(traits) if isinstance(traits, str) else None
        self._at_each = {name: Pointer(one) for name, one in traits} if isinstance(traits, tuple) else {}
        self._same_place = place == traits
        self._segments = segments
        self._convert = convert
        self._count = count
        self._told: set[str] = set()
        self._warned = False

    def profile(self, document: Any) -> Profile:
        """Raises RemoteError for a document of another shape."""
        if not isinstance(document, dict | list):
            raise _shape("is neither an object nor a list")
        more = self._more is not None and self._more.find(document) is True
        if more:
            self._count("cut short")
        traits = MappingProxyType(dict(self._traits(document)))
        return Profile(traits, self._in_segments(document, traits), complete=not more)

    def _in_segments(self, document: Any, traits: Mapping[str, Value]) -> frozenset[str]:
        if self._at_segments is None:
            return frozenset()
        found = self._at_segments.find(document)
        if found is ABSENT and self._segments:
            self._nowhere()
        named = frozenset(self._names(found))
        unknown = named - self._segments
        for _ in unknown - traits.keys() if self._same_place else unknown:
            self._count("unknown segment")
        return named & self._segments

    def _nowhere(self) -> None:
        self._count("no segments")
        if not self._warned:
            self._warned = True
            log.warning(
                "an answer of the service of [remote] holds nothing at %s, reported once: see that `segments` in"
                " edge.toml is where it names segments; the visitor is taken to be in none",
                self._place,
            )

    def _names(self, value: Any) -> Iterable[str]:
        match value:
            case None:
                return ()
            case list():
                return [name for name in value if isinstance(name, str)]
            case dict():
                return [name for name, belongs in value.items() if belongs is True]
            case str() if self._texts:
                return [name.strip() for name in value.split(";") if name.strip()]
        if value is ABSENT:
            return ()
        raise _shape("has no names where `segments` looks for them")

    def _traits(self, document: Any) -> Iterable[tuple[str, Value]]:
        for name, raw in self._said(document):
            try:
                yield name, self._convert(name, raw)
            except LookupError:
                if not self._same_place or name not in self._segments:
                    self._count("undeclared trait")
            except ValueError:
                self._count("wrong trait")
                if name not in self._told:
                    self._told.add(name)
                    why = "its value is not of the kind or choices that facts.toml declares"
                    log.warning("the trait %s of the service is left out, reported once: %s", name, why)

    def _said(self, document: Any) -> Iterable[tuple[str, object]]:
        if self._at_traits is None:
            found = ((name, at.find(document)) for name, at in self._at_each.items())
            return [(name, raw) for name, raw in found if raw is not ABSENT]
        traits = self._at_traits.find(document)
        if traits is ABSENT or traits is None:
            return ()
        if not isinstance(traits, dict):
            raise _shape("has no object where `traits` looks for it")
        return traits.items()


def _shape(what: str) -> RemoteError:
    return RemoteError("shape", f"the service's answer {what}")
