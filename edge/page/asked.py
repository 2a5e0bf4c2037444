"""What the slots of a page may ask of its visitor, as a key: equal where all the answers are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from edge.facts import Source
from edge.visitors import Geo, Subject, inputs

__all__ = ["Asked", "Key", "Numbers", "Question", "headers_asked"]

Key = tuple[Hashable, ...]

_MAX_BYTES = 2 * 1024 * 1024
"""Of what is said, and as many of what is found."""

_OVERHEAD = 400
"""Bytes, roughly, of a number without the texts that it is known by."""

_MAX_RAW = 2048
"""Bytes of path and query that are worth keeping: a visitor may send as much as the server takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the experiences of some slots may ask for: `facts`, and `segments` from elsewhere. `turns` are the
    moments, in Unix seconds, at which one of them begins or ends."""

    facts: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    turns: frozenset[float] = frozenset()

    def __or__(self, other: Asked) -> Asked:
        return Asked(self.facts | other.facts, self.segments | other.segments, self.turns | other.turns)


class Numbers:
    """Numbers of what requests amount to, in all questions of a site: `known` by the request, `given` by what was
    found. None is given twice, whatever has been forgotten: of many requests that differ in what nobody asks for
    (a click's id), only the requests."""

    __slots__ = ("_found", "_next", "_said", "given", "known")

    def __init__(self) -> None:
        self.known: dict[Key, int] = {}
        self.given: dict[Key, int] = {}
        self._next = count()
        self._said = self._found = 0
        """Bytes of both."""

    def next(self) -> int:
        return next(self._next)

    def keep(self, said: Key, found: Key, size: int) -> int:
        """The number of what was found in what was said, of so many bytes."""
        size += _OVERHEAD
        number = self.given.get(found)
        if number is None:
            self._found += size
            if self._found > _MAX_BYTES:
                self.given.clear()
                self._found = size
            number = self.given[found] = self.next()
        self._said += size
        if self._said > _MAX_BYTES:
            self.known.clear()
            self._said = size
        self.known[said] = number
        return number


class Question:
    """All that the slots of a page ask for. Most of it is worked out from a few headers: what those amount to is
    looked up by the number of the request, and the rest, which depends on the visitor or the moment, asked each
    time. `number` is its own."""

    def __init__(self, asked: Asked, sources: Mapping[str, Source], geo: Geo, numbers: Numbers) -> None:
        self.number = numbers.next()
        self.turns = sorted(asked.turns)
        found = {fact: inputs(fact, geo) for fact in sorted(asked.facts | {"bot"})}
        of_request = {fact: needed for fact, needed in found.items() if needed is not None}
        self._query = any(needed.query for needed in of_request.values())
        self._whole_query = "query" in of_request
        self._steady = [sources[fact] for fact in of_request if fact != "query"]
        self._fresh = [sources[fact] for fact in found if fact not in of_request and fact in sources]
        self._segments = asked.segments
        self.is_steady = not asked.segments and not found.keys() - of_request - {"new"}
        """Whether the same caller answers the same as long as the query is: all of it is in what requests say."""
        self._numbers = numbers

    def key(self, request: int, subject: Subject) -> Key | None:
        """`request` is the number of one that says the same as this of the subject. None where its query is too
        long to keep anything of it. Raises whatever a fact raises."""
        said = (self.number, request, subject.query) if self._query else (self.number, request)
        number = self._numbers.known.get(said)
        if number is None:
            size = len(subject.path) + len(subject.query)
            if size > _MAX_RAW:
                return None
            number = self._learn(said, size, subject)
        key: Key = (number,)
        for source in self._fresh:
            value = source(subject)
            # With its type: 1, 1.0 and True are equal, and print differently. By `map` for mypy.
            key = (*key, value, *map(type, (value,)))
        if self._segments:
            key = (*key, subject.profile.segments & self._segments)
        return key

    def _learn(self, said: Key, size: int, subject: Subject) -> int:
        """The number of what this amounts to."""
        values: Key = (self.number, *(source(subject) for source in self._steady))
        if self._whole_query:
            values = (*values, subject.query)
        size += sum(len(value) for value in values if isinstance(value, str | bytes))
        return self._numbers.keep(said, values, size)


def headers_asked(asked: Iterable[Asked], geo: Geo) -> frozenset[bytes]:
    """The headers, in lower case, that what is asked for is worked out from."""
    facts = frozenset({"bot"}).union(*(one.facts for one in asked))
    found = (inputs(fact, geo) for fact in facts)
    return frozenset[bytes]().union(*(needed.headers for needed in found if needed is not None))
