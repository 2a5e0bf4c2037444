"""The verdict: what is a leak, and what is none."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from tests.soak.verdict import Bounds, Point, faults_of, slope

BOUNDS = Bounds(rss=1 << 20, malloc=1 << 20, objects=1000, blocks=1000)
STATE: dict[str, Any] = {
    "rss": 50 << 20,
    "malloc": 20 << 20,
    "objects": 60_000,
    "blocks": 250_000,
    "tasks": {"serve": 1, "tell": 1},
    "threads": {"MainThread": 1, "asyncio pool": 3},
    "files": {"pipe": 7, "file": 4},
    "sockets": {"listen": 1, "unix": 6},
}


def points(count: int = 6, **leak: int) -> list[Point]:
    """A worker that is as it was at each quiet moment, but for what grows by so much from one to the next."""
    found = []
    for at in range(count):
        state = copy.deepcopy(STATE)
        for name, grows in leak.items():
            kind, _, inner = name.partition("__")
            if inner:
                state[kind][inner] = state[kind].get(inner, 0) + grows * at
            else:
                state[kind] += grows * at
        found.append(Point(at * 60.0, state))
    return found


def test_a_worker_that_stays_as_it_is_has_no_faults() -> None:
    assert faults_of(points(), BOUNDS) == []


@pytest.mark.parametrize(
    ("leak", "fault"),
    [
        ({"tasks__serve": 1}, "tasks, serve: [1, 2, 3, 4, 5, 6]"),
        ({"tasks__new": 1}, "tasks, new: [0, 1, 2, 3, 4, 5]"),
        ({"files__file": 1}, "files, file: [4, 5, 6, 7, 8, 9]"),
        ({"sockets__close-wait": 2}, "sockets, close-wait: [0, 2, 4, 6, 8, 10]"),
        ({"threads__Thread-": 1}, "threads, Thread-: [0, 1, 2, 3, 4, 5]"),
        ({"threads__asyncio pool": 20}, "threads, asyncio pool: 103"),
        ({"rss": 300_000}, "rss grows by 1,500,000 in 300 s, more than 1,048,576"),
        ({"malloc": 300_000}, "malloc grows by 1,500,000 in 300 s, more than 1,048,576"),
        ({"objects": 300}, "objects grows by 1,500 in 300 s, more than 1,000"),
        ({"blocks": 300}, "blocks grows by 1,500 in 300 s, more than 1,000"),
    ],
)
def test_each_kind_of_leak_is_named(leak: dict[str, int], fault: str) -> None:
    (found,) = faults_of(points(**leak), BOUNDS)
    assert found.startswith(fault)


def test_a_pool_may_have_more_threads_than_before() -> None:
    assert faults_of(points(**{"threads__asyncio pool": 1}), BOUNDS) == []


def test_memory_that_goes_up_and_down_is_no_leak() -> None:
    chance = random.Random(1)
    found = points(20)
    for point in found:
        state = dict(point.state)
        state["rss"] += chance.randrange(-4 << 20, 4 << 20)
        object.__setattr__(point, "state", state)
    assert faults_of(found, Bounds(rss=4 << 20, malloc=1 << 20, objects=1000, blocks=1000)) == []


def test_a_slope_is_not_moved_by_one_odd_value() -> None:
    line = [(float(x), 2.0 * x) for x in range(10)]
    assert slope([*line[:4], (4.0, 900.0), *line[5:]]) == 2.0


def test_too_few_moments_are_no_proof() -> None:
    assert faults_of(points(2), BOUNDS) == ["only 2 quiet moments: too few to tell"]
