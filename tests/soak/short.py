"""The soak in a few seconds, enough to see that all of it works, and in half an hour, enough to see a slow
leak."""

from __future__ import annotations

import os
import secrets

from tests.soak.run import Plan
from tests.soak.verdict import Bounds

__all__ = ["long_plan", "short_plan"]

_SHORT = Bounds(rss=24 << 20, malloc=8 << 20, objects=12_000, blocks=60_000)
"""The caches fill while this runs."""


_LONG = Bounds(rss=12 << 20, malloc=2 << 20, objects=6_000, blocks=25_000)


def _seed() -> int:
    """EDGE_SOAK_SEED, or another one each time."""
    return int(os.environ.get("EDGE_SOAK_SEED") or secrets.randbelow(10**6))


def short_plan(seconds: float, *, edits: bool = True) -> Plan:
    """Four quiet moments, of which the last three are judged. With edits it runs in Python's development
    mode, which warns of more."""
    quiet = [seconds * n / 4 for n in range(1, 5)]
    pause = 0.7 if edits else seconds
    flags = ("-X", "dev") if edits else ()
    return Plan(_seed(), quiet, seconds / 4 + 0.1, _SHORT, rate=40, pause=pause, flags=flags)


def long_plan(seconds: float) -> Plan:
    """A quiet moment every two minutes, at least ten of them; most of the first half is to warm up, as what the
    service of [remote] has said is kept for ten minutes."""
    count = max(10, round(seconds / 120))
    quiet = [seconds * n / count for n in range(1, count + 1)]
    return Plan(_seed(), quiet, seconds * 0.4, _LONG, rate=70, pause=6)
