"""Faults of our own, told to the operator and to nobody else. Nothing in here raises: whoever comes here is saving
a page, or has saved it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, Protocol, TypeVar

from edge.errors import EdgeError
from edge.page.counts import Cell, Counted
from edge.page.setup import Setup

__all__ = ["attempt", "cell_of", "report", "tally"]

log = logging.getLogger("edge.page")

_Values = ParamSpec("_Values")
_Made = TypeVar("_Made")


def report(setup: Setup, error: BaseException) -> None:
    """Says where something went wrong, once for each place: pages are many. Not what: the text of an exception may
    hold what a visitor sent."""
    with suppress(Exception):  # a handler of the log, or no memory: there is nobody left to tell
        _tell(setup, error)


def attempt(
    setup: Setup, step: Callable[_Values, _Made], *values: _Values.args, **more: _Values.kwargs
) -> _Made | None:
    """Does what no page must depend on; None where that fails."""
    try:
        return step(*values, **more)
    except Exception as error:  # noqa: BLE001
        report(setup, error)
        return None


class Counting(Protocol):
    """What counts: a visit."""

    def count(self, what: str, why: str) -> None: ...


def tally(setup: Setup, visit: Counting, what: str, why: str) -> None:
    """Counts a response: one that is not counted is still one."""
    attempt(setup, visit.count, what, why)


def cell_of(setup: Setup, counted: Counted) -> Cell:
    """Where a page is counted; nowhere, if need be."""
    try:
        return setup.counts.cell(counted)
    except Exception as error:  # noqa: BLE001
        report(setup, error)
        return Cell(counted)


def _tell(setup: Setup, error: BaseException) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    place = (frames[-1].filename, frames[-1].lineno) if frames else ()
    key = (type(error).__name__, *place)
    if key in setup.reported:
        return
    setup.reported.add(key)
    # What Edge raises on purpose says nothing of a visitor.
    what = f"{type(error).__name__}: {error}" if isinstance(error, EdgeError) else type(error).__name__
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("default content is shown because of %s, reported once:\n%s", what, where)
