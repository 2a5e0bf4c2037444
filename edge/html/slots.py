"""What to look for in a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from edge.html.selector import Selector

__all__ = ["Slots"]

_ATTRIBUTE = rb"[dD][aA][tT][aA]-[eE][dD][gG][eE]-[sS][lL][oO][tT]"
_COMMENT = rb"edge:slot"


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots that exist: `names` for tags and comments, `selectors` for HTML that cannot be touched.

    `times` says of a name how many of its occurrences count, from the top of the page; the rest stay as they are.
    """

    names: frozenset[str]
    selectors: tuple[tuple[Selector, str], ...] = ()
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    needle: re.Pattern[bytes] = field(init=False, repr=False, compare=False)
    """Matches in every tag and comment that can be a slot, so that all others are skipped unread."""
    longest: int = field(init=False, repr=False, compare=False)
    """How many bytes the needle matches at most."""
    all_names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        needles = [_ATTRIBUTE, _COMMENT, *(selector.needle for selector, _ in self.selectors)]
        object.__setattr__(self, "longest", max(map(len, needles)))
        object.__setattr__(self, "all_names", self.names.union(name for _, name in self.selectors))
        object.__setattr__(self, "needle", re.compile(b"|".join(dict.fromkeys(needles))))
