"""What the page cache holds in one process."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from edge.cache.flight import Flight
from edge.cache.purges import Purges
from edge.cache.store import Store

__all__ = ["Counts", "Memory"]

Counts = Counter[tuple[str, str]]


@dataclass(slots=True)
class Memory:
    """What goes on from one state of the settings to the next."""

    counts: Counts
    store: Store = field(default_factory=Store)
    purges: Purges = field(init=False)
    flights: dict[object, Flight] = field(default_factory=dict)
    alone: LRUCache[int, float] = field(default_factory=lambda: LRUCache(10_000))
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    refreshing: set[object] = field(default_factory=set)
    collecting: int = 0
