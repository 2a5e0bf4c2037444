"""What the slots of a page may ask of its visitor, as a key: equal where all the answers are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from edge.facts import Source
from edge.visitors import Geo, Subject, inputs

__all__ = ["Asked", "Key", "Question", "headers_asked"]

Key = tuple[Hashable, ...]

_MAX_KNOWN = 2048
_MAX_BYTES = 1024 * 1024
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


class Question:
    """All that the slots of a page ask for. Most of it is worked out from a few headers: what those amount to is
    looked up by the number of the request, and the rest, which depends on the visitor or the moment, asked each
    time. `number` is its own; `numbers` never gives one twice."""

    def __init__(self, asked: Asked, sources: Mapping[str, Source], geo: Geo, numbers: Iterator[int]) -> None:
        self.number = next(numbers)
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
        self._known: dict[Hashable, int] = {}
        self._given: dict[Key, int] = {}
        self._numbers = numbers
        self._size = 0  # bytes of what is known

    def key(self, request: int, subject: Subject) -> Key | None:
        """`request` is the number of one that says the same as this of the subject. None where its query is too
        long to keep anything of it. Raises whatever a fact raises."""
        said = (request, subject.query) if self._query else request
        number = self._known.get(said)
        if number is None:
            size = len(subject.path) + len(subject.query)
            if size > _MAX_RAW:
                return None
            number = self._learn(said, size, subject)
        key: Key = (number,)
        for source in self._fresh:
            value = source(subject)
            key = (*key, value, *map(type, (value,)))  # 1, 1.0 and True are equal, and print differently
        if self._segments:
            key = (*key, subject.profile.segments & self._segments)
        return key

    def _learn(self, said: Hashable, size: int, subject: Subject) -> int:
        """The number of what this amounts to. None is given twice, whatever has been forgotten."""
        values: Key = tuple(source(subject) for source in self._steady)
        if self._whole_query:
            values = (*values, subject.query)
        size += sum(len(value) for value in values if isinstance(value, str | bytes))
        self._size += size
        if len(self._known) >= _MAX_KNOWN or self._size > _MAX_BYTES:
            self._given.clear()
            self._known.clear()
            self._size = size
        number = self._given.get(values)
        if number is None:
            number = self._given[values] = next(self._numbers)
        self._known[said] = number
        return number


def headers_asked(asked: Iterable[Asked], geo: Geo) -> frozenset[bytes]:
    """The headers, in lower case, that what is asked for is worked out from."""
    facts = frozenset({"bot"}).union(*(one.facts for one in asked))
    found = (inputs(fact, geo) for fact in facts)
    return frozenset[bytes]().union(*(needed.headers for needed in found if needed is not None))
