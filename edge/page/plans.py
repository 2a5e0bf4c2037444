"""Plans kept from one request to the next, so that an unchanged page is not scanned again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from cachetools import LRUCache

from edge.html import Family, Plan

__all__ = ["Kept", "Plans"]

_PER_PATH = 4
"""A path can have a few bodies: languages, logged in or not."""

_TRIES = 3
_PAUSE = 64
"""Pages of one path for which a family is looked for, and after how many more again: it takes two scans."""

_LONGEST_PATH = 2048
"""Characters. A visitor may ask for any path; a site whose own are longer does without plans for them."""

_PLAIN_SHARE = 16
"""The paths without slots are remembered in a sixteenth of the limit: 16,000 or so in 4 MiB."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A plan with the charset that its page was read in, and the gzip that it came in, if any. `names` are its
    slots in the page's order. What its slots show goes by its `number`, and does not keep the page: pages of one
    `family` share it, of which one is kept, and the others are `fleeting`: none of them comes twice. `tries` is
    how many of the path in a row were of none."""

    plan: Plan
    content_type: str
    codec: str
    coded: bytes | None = None
    family: Family | None = None
    tries: int = 0
    number: int = field(default_factory=count().__next__)
    fleeting: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(dict.fromkeys([mark.name for mark in self.plan.marks])))

    def like(self, body: bytes, family: Family) -> Kept:
        """Another page of the family."""
        return Kept(family.plan(body), self.content_type, self.codec, number=self.number, fleeting=True)


class Plans:
    """Plans by path, newest first, up to `limit` bytes in all. What was not used longest goes first.

    A plan is used only where the body compares equal to the one it was made from: at 59 KB that costs about
    1.4 µs, a hash of it 25 to 70.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._paths: OrderedDict[str, tuple[Kept, ...]] = OrderedDict()
        self._plain: LRUCache[str, int] = LRUCache(limit // _PLAIN_SHARE, getsizeof=int)

    def find(self, path: str, body: bytes, content_type: str) -> Kept | None:
        """The plan made from exactly this body, or from one that is the same but for tokens."""
        plans = self._paths.get(path, ())
        for kept in plans:
            if kept.plan.body == body and kept.content_type == content_type:
                self._paths.move_to_end(path)
                return kept
        for kept in plans:
            if kept.family is not None and kept.content_type == content_type and kept.family.takes(body):
                self._paths.move_to_end(path)
                return kept.like(body, kept.family)
        return None

    def rivals(self, path: str, body: bytes, content_type: str, codec: str) -> Iterator[Kept]:
        """The plans of pages that may be of one family with this body."""
        tries = self.tries(path)
        for kept in self._paths.get(path, ()) if tries < _TRIES or tries % _PAUSE == 0 else ():
            same = (kept.content_type, kept.codec) == (content_type, codec)
            if same and len(kept.plan.body) == len(body) and kept.family is None:
                yield kept

    def tries(self, path: str) -> int:
        """How many pages of this path in a row were of no family."""
        return max((kept.tries for kept in self._paths.get(path, ())), default=0)

    def find_coded(self, path: str, coded: bytes, content_type: str) -> Kept | None:
        """The plan made from exactly this gzip, but for the time that it was made at (RFC 1952 section 2.3)."""
        for kept in self._paths.get(path, ()):
            if kept.coded is None or kept.content_type != content_type:
                continue
            if kept.coded[8:] == coded[8:] and kept.coded[:4] == coded[:4]:
                self._paths.move_to_end(path)
                return kept
        return None

    def newest(self, path: str, content_type: str, codec: str) -> Kept | None:
        """The plan to try on a body that is still to come."""
        for kept in self._paths.get(path, ()):
            if kept.content_type == content_type and kept.codec == codec:
                return kept
        return None

    def has_slots(self, path: str) -> bool | None:
        """Whether a page of this path has slots; None where nothing is known of it."""
        kept = self._paths.get(path)
        if kept is None:
            return None if self._plain.get(path) is None else False
        return kept[0].names != () or any(one.names for one in kept)

    def keep(self, path: str, kept: Kept) -> None:
        """Keeps a plan, and lets older ones go where that passes the limit."""
        if kept.names:
            self._plain.pop(path, None)
        if len(path) > _LONGEST_PATH or _weight(path, (kept,)) > self.limit // 4:
            self._keep_plain(path, (kept,))
            return
        old = self._paths.get(path, ())
        others = [one for one in old if one.plan.body != kept.plan.body or one.content_type != kept.content_type]
        plans = (kept, *others)[:_PER_PATH]
        grown = _weight(path, plans) - _weight(path, old)
        self._paths[path] = plans
        self.size += grown
        self._paths.move_to_end(path)
        while self.size > self.limit:
            path, plans = self._paths.popitem(last=False)
            self.size -= _weight(path, plans)
            self._keep_plain(path, plans)

    def keep_plain(self, path: str) -> None:
        """Remembers that what comes from this path has no slots."""
        weight = 4 * len(path) + 200
        if path not in self._plain and len(path) <= _LONGEST_PATH and weight <= self._plain.maxsize:
            self._plain[path] = weight

    def _keep_plain(self, path: str, plans: Iterable[Kept]) -> None:
        if not any(kept.names for kept in plans):
            self.keep_plain(path)


def _weight(path: str, plans: Iterable[Kept]) -> int:
    """Bytes, roughly: the path, each body and its pieces once more, and the marks of its slots."""
    return sum(
        4 * len(path)
        + 2 * len(kept.plan.body)
        + len(kept.coded or b"")
        + 500 * len(kept.plan.marks)
        + (0 if kept.family is None else kept.family.size)
        + 1024
        for kept in plans
    )
