"""Why a response leaves as it came: what `counts` says beside `passed`."""

from __future__ import annotations

from typing import Literal

__all__ = ["LASTING", "Passed"]

Passed = Literal[
    "method",  # neither GET nor HEAD
    "destination",  # asked for as an image, a script or the like
    "no experiences",  # the site folder has none
    "head",  # has no body to tell whether the page would have slots
    "status",
    "not html",
    "no slots",
    "declared without slots",
    "attachment",
    "range",
    "no-transform",
    "charset",
    "coding",
    "gzip",
    "length",
    "unreadable file",
    "message",  # one that Edge does not know, in place of the body or within it
    "unfinished",
]

LASTING: frozenset[Passed] = frozenset(
    ("not html", "declared without slots", "attachment", "no-transform", "charset", "coding")
)
"""What will be so with the next response of the same path."""
