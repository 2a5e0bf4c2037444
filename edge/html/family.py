"""Pages that are one page but for a few values, each time others: tokens against forged requests, nonces of a
policy.

What browsers and the scanner make of a page does not depend on such a value, as long as it stands between the same
quotes and holds nothing but letters, digits and the signs of base64 and of tokens. Where all of them are as long
as they were, every slot stands where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge.html.marks import Mark
from edge.html.plan import Plan
from edge.html.scanner import Scanner
from edge.html.slots import Slots
from edge.html.tags import attributes

__all__ = ["Family", "find_family"]

_ELEMENTS = frozenset([b"input", b"link", b"meta", b"script", b"style"])
_VALUES = frozenset([b"content", b"nonce", b"value"])
_NEEDLE = re.compile(rb"[cCnNvV][oOaA][nNlL][tTcCuU][eE]")  # content, nonce, value
_WORD = re.compile(rb"[A-Za-z0-9+/=_.:~-]*[A-Za-z0-9+/=_.:~]")
"""None ends in `-`: without quotes, `-->` would end a comment for whoever looks for the charset."""

Span = tuple[int, int]


class Family:
    """All pages that differ from that of `plan` in nothing but what stands in `spans`, in words of the same
    length."""

    __slots__ = ("_changed", "_fixed", "_length", "_plan", "_spans")

    def __init__(self, plan: Plan, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._length = len(plan.body)
        self._plan = plan
        self._changed = tuple(_changed(plan, spans))
        ends = (0, *(end for _, end in spans))
        starts = (*(start for start, _ in spans), self._length)
        self._fixed = tuple((at, plan.body[at:to]) for at, to in zip(ends, starts, strict=True))

    @property
    def size(self) -> int:
        """Bytes, roughly, that it takes beside its plan."""
        return self._length + 300 * len(self._spans)

    def takes(self, body: bytes) -> bool:
        """Whether this is one of them."""
        if len(body) != self._length or not all(body.startswith(text, at) for at, text in self._fixed):
            return False
        return all(_WORD.fullmatch(body, *span) for span in self._spans)

    def plan(self, body: bytes) -> Plan:
        """What `parse_plan` makes of one that it takes."""
        return self._plan.like(body, self._changed)


def _changed(plan: Plan, spans: tuple[Span, ...]) -> Iterator[tuple[int, int, int]]:
    """The pieces of the plan that hold one of the spans: index, beginning, end."""
    at = 0
    starts = iter([start for start, _ in spans])
    start = next(starts, -1)
    for index, piece in enumerate(plan.pieces):
        end = at + len(piece)
        if at <= start < end:
            yield index, at, end
            while 0 <= start < end:
                start = next(starts, -1)
        at = end


def find_family(one: Plan, other: Plan, slots: Slots, codec: str) -> Family | None:
    """The family of two pages, if they are of one."""
    if len(one.body) != len(other.body) or not _same(one.marks, other.marks) or _depends(slots):
        return None
    spans = _values(one.body, slots, codec)
    if spans != _values(other.body, slots, codec):
        return None
    differing = tuple((at, to) for at, to in spans if one.body[at:to] != other.body[at:to])
    family = Family(one, differing)
    return family if differing and family.takes(one.body) and family.takes(other.body) else None


def _same(marks: tuple[Mark, ...], others: tuple[Mark, ...]) -> bool:
    return [_told(mark) for mark in marks] == [_told(mark) for mark in others]


def _told(mark: Mark) -> list[object]:
    return [getattr(mark, name) for name in Mark.__slots__]


def _depends(slots: Slots) -> bool:
    """Whether what is a slot may depend on one of the values."""
    return any(name.encode() in _VALUES for selector, _ in slots.selectors for name, _ in selector.attributes)


def _values(body: bytes, slots: Slots, codec: str) -> tuple[Span, ...]:
    """The values in the page that can differ within a family."""
    values = _Values(slots, codec)
    values.feed(body)
    values.close()
    return tuple(values.found)


class _Values(Scanner):
    """Stops at every tag that may have such a value. What stands in slots, drawings and the like is left out:
    there more depends on tags."""

    def __init__(self, slots: Slots, codec: str) -> None:
        super().__init__(slots.watching(_NEEDLE), codec)
        self.found: list[Span] = []

    def _start_tag(self, name: bytes, tag: bytes, at: int, end: int) -> None:
        count = len(self.marks)
        super()._start_tag(name, tag, at, end)
        if name in _ELEMENTS and self._tree is None and len(self.marks) == count:
            self.found += [(at + start, at + stop) for start, stop in _spans(tag)]


def _spans(tag: bytes) -> Iterator[Span]:
    found = list(attributes(tag))
    if any(attribute.name == b"http-equiv" for attribute in found):
        return  # may say in which charset the page is
    for attribute in found:
        if attribute.name in _VALUES and _WORD.fullmatch(attribute.value):
            end = attribute.stop - (tag[attribute.stop - 1 : attribute.stop] in (b'"', b"'"))
            yield end - len(attribute.value), end
