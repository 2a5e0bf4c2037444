"""What one rendering may cost. Jinja's sandbox bounds neither time nor memory, and nothing can interrupt a
template on the event loop, so everything that loops or grows pays for it here first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jinja2.runtime import Context, Undefined

from edge.blocks.block import BlockFailed

__all__ = [
    "BUDGET",
    "MAX_OUTPUT",
    "MAX_STEPS",
    "MAX_TEXT",
    "MAX_WORK",
    "Budget",
    "bounded",
    "budget",
    "known",
    "work",
]

MAX_OUTPUT = 1 << 20
"""Characters and bytes that a block may put out."""

MAX_STEPS = 100_000
"""Turns of all loops together."""

MAX_WORK = 1_000_000
"""Units of work: one for each node of the template that a loop evaluates and for each four characters that a
filter or operator is given, and two for each member of a list."""

MAX_TEXT = 1 << 16
"""Characters of any text on its way to the output."""

MAX_NUMBER = 1 << 63

BUDGET = "_budget"
"""Where a rendering's budget stands in its context: no template can write that name."""


class Budget:
    """What is left of the limits in one rendering."""

    __slots__ = ("steps", "work")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.work = MAX_WORK

    def spend(self, work: int) -> None:
        """Raises BlockFailed when nothing is left."""
        self.work -= work
        if self.work < 0:
            raise BlockFailed(f"it does more than {MAX_WORK:,} units of work")

    def turns(self, items: Iterable[Any], weight: int) -> Iterator[Any]:
        """The items, one step of a loop each; `weight` is how many nodes of the template a turn evaluates."""
        for item in items:
            self.steps -= 1
            if self.steps < 0:
                raise BlockFailed(f"its loops take more than {MAX_STEPS:,} steps")
            self.spend(weight)
            yield item


def budget(context: Context) -> Budget:
    """The budget of the rendering that `context` belongs to."""
    found = context.parent[BUDGET]
    assert isinstance(found, Budget)
    return found


def work(*values: Any) -> int:
    """What it costs to look at these values."""
    return 1 + sum(map(_size, values)) // 4


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, range):
        return len(value) * 8
    if isinstance(value, dict):
        return sum(_size(name) + _size(item) for name, item in value.items())
    if isinstance(value, list | tuple):
        return 8 * len(value) + sum(map(_size, value))
    return 8


def bounded(value: Any) -> Any:
    """The value itself. Raises BlockFailed for text and numbers that have grown beyond use."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise BlockFailed(f"a text grew beyond {MAX_TEXT:,} characters")
    if isinstance(value, int) and abs(value) >= MAX_NUMBER:
        raise BlockFailed("a number grew beyond 64 bits")
    return value


def known(value: Any) -> Any:
    """The value itself. Raises Jinja's UndefinedError where it is not known."""
    if isinstance(value, Undefined):
        str(value)
    return value
