"""An experience: which block which segment gets in which slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edge.model import Attributes, Place
from edge.rules import Rule

__all__ = ["Experience"]


@dataclass(frozen=True, slots=True)
class Experience:
    """One table of `experiences.toml`, checked.

    `rule` None matches everyone. `block` None shows the slot's default content, perhaps with attributes `set`.
    `paths` tells whether a page's path is one of the experience's; None is every page. `starts` and `ends` are
    Unix seconds, the first included and the second not; None is open.
    """

    name: str
    slot: str
    rule: Rule | None = None
    block: str | None = None
    place: Place = "inside"
    set: Attributes = ()
    paths: Callable[[str], bool] | None = None
    starts: float | None = None
    ends: float | None = None
    enabled: bool = True

    def runs(self, now: float) -> bool:
        """Whether the experience is switched on at `now` (Unix seconds)."""
        return (
            self.enabled and (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)
        )
