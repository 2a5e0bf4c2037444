"""From what the workers held at quiet moments to what is wrong with them. Pure: no clock, no process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any

__all__ = ["Bounds", "Point", "faults_of", "slope", "table"]

_COUNTED = ("tasks", "threads", "files", "sockets")
_POOLED = "pool"
"""What is in a pool comes and goes as it is needed: there it is the number that is bounded."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may grow between the first quiet moment after the warm-up and the last, by its slope over all of them:
    `rss` in bytes, `malloc` in bytes that it has given out (what grows besides is fragmentation), `objects` that
    the collector knows, `blocks` that Python's allocator has given out. `pool` is how many threads or connections
    a pool may have."""

    rss: float
    malloc: float
    objects: float
    blocks: float
    pool: int = 46


@dataclass(frozen=True, slots=True)
class Point:
    """A worker at a quiet moment: no request is being answered, no connection is open. `at` in seconds since the
    start, `state` as measure.py tells it."""

    at: float
    state: Mapping[str, Any]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The median of the slopes between any two points (Theil and Sen): a few odd ones do not move it."""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] != a[0]]
    return median(slopes) if slopes else 0.0


def faults_of(points: Sequence[Point], bounds: Bounds) -> list[str]:
    """What a worker has kept that it should have let go. `points` are those after the warm-up, in order."""
    if len(points) < 3:
        return [f"only {len(points)} quiet moments: too few to tell"]
    return [*_changes(points, bounds), *_growth(points, bounds)]


def _changes(points: Sequence[Point], bounds: Bounds) -> Iterable[str]:
    """Every count has to be the same at each quiet moment."""
    first = points[0].state
    for name in _COUNTED:
        kinds = {kind for point in points for kind in point.state[name]}
        for kind in sorted(kinds):
            counts = [point.state[name].get(kind, 0) for point in points]
            if _POOLED in kind:
                if max(counts) > bounds.pool:
                    yield f"{name}, {kind}: {max(counts)}"
            elif counts != [first[name].get(kind, 0)] * len(points):
                yield f"{name}, {kind}: {counts}"


def _growth(points: Sequence[Point], bounds: Bounds) -> Iterable[str]:
    length = points[-1].at - points[0].at
    for name in ("rss", "malloc", "objects", "blocks"):
        bound = getattr(bounds, name)
        grown = slope([(point.at, point.state[name]) for point in points]) * length
        if grown > bound:
            values = [point.state[name] for point in points]
            yield f"{name} grows by {grown:,.0f} in {length:.0f} s, more than {bound:,.0f}: {values}"


def table(points: Mapping[int, Sequence[Point]]) -> str:
    """The quiet moments of each worker, a line each."""
    lines = [
        f"{'worker':>8} {'seconds':>7} {'RSS MiB':>7} malloc objects  blocks tasks threads fds sockets  caches"
    ]
    for pid, own in points.items():
        for point in own:
            state = point.state
            kept = f"{state['rss'] / 2**20:>7.1f} {state['malloc'] / 2**20:>6.1f}"
            kept += f" {state['objects']:>7} {state['blocks']:>7}"
            tasks, threads, files, sockets = (sum(state[name].values()) for name in _COUNTED)
            caches = " ".join(
                f"{name}={size}" for name, size in state["edge"].items() if name not in ("key", "counts")
            )
            lines.append(
                f"{pid:>8} {point.at:>7.0f} {kept} {tasks:>5} {threads:>7} {files:>3} {sockets:>7}  {caches}"
            )
    return "\n".join(lines)
