"""What the parts of the soak share: what was so when, and what was found."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["SETTLE", "Findings", "History", "World"]

T = TypeVar("T")

SETTLE = 15.0
"""Seconds after which each worker must have taken up what has changed; a busy machine needs some."""


class History(Generic[T]):
    """A value that changes, and when it did."""

    def __init__(self, first: T) -> None:
        self._changes: list[tuple[float, T]] = [(time.monotonic(), first)]

    @property
    def now(self) -> T:
        return self._changes[-1][1]

    @property
    def values(self) -> list[T]:
        return [value for _, value in self._changes]

    def change(self, value: T) -> None:
        self._changes.append((time.monotonic(), value))

    def during(self, since: float) -> list[T]:
        """The values that a worker may have gone by from `since`, in seconds of the monotonic clock, to now."""
        since -= SETTLE
        before = max((n for n, (at, _) in enumerate(self._changes) if at <= since), default=0)
        return [value for _, value in self._changes[before:]]


@dataclass
class Findings:
    """How often what was asked for, and what was wrong with the answers."""

    asked: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def fault(self, kind: str, what: str) -> None:
        self.faults[kind] += 1
        self.examples.setdefault(kind, what)


@dataclass
class World:
    """The soak's surroundings. `port` is the site's, `service` that of the service of [remote];
    `versions` are those of the site folder that are whole; `keys` the signing keys,
    oldest first; `torn` says that an edit took so long that the workers may rightly have read half of it."""

    port: int
    service: int
    versions: History[int]
    keys: History[tuple[bytes, ...]]
    torn: History[bool] = field(default_factory=lambda: History(False))
    findings: Findings = field(default_factory=Findings)
    ids: set[str] = field(default_factory=set)
