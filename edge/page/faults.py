"""Faults of our own, told to the operator and to nobody else."""

from __future__ import annotations

import logging
import traceback

from edge.errors import EdgeError
from edge.page.setup import Setup

__all__ = ["report"]

log = logging.getLogger("edge.page")


def report(setup: Setup, error: BaseException) -> None:
    """Says where something went wrong, once for each place: pages are many. Not what: the text of an exception may
    hold what a visitor sent."""
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
