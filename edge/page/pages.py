"""Pages as they left, for those who get the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from edge.html import Spliced, splice
from edge.page.answer import Answer
from edge.page.plans import Kept
from edge.page.squeezed import Squeezed

__all__ = ["Pages"]


class Pages:
    """The pages of answers. To join one from its pieces costs no more than to fetch it from where it was kept, so
    kept are those that are compressed, or more than joined: up to `limit` bytes in all; what was not used longest
    goes first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit - limit // 3
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._squeezed = Squeezed(limit // 3)

    @property
    def size(self) -> int:
        return self._size + self._squeezed.size

    def body(self, answer: Answer, page: Kept) -> bytes:
        """The page of an answer."""
        if answer.inside is not None:
            answer.spliced = None
            return page.plan.join(answer.inside)
        if page.fleeting:
            return splice(page.plan, answer.fills).body
        body = self._find(answer)
        if body is None:
            if answer.spliced is not None:
                return _taken(answer, page).body
            body = splice(page.plan, answer.fills).body
            self._keep(answer, answer, body)
        return body

    def gzip(self, answer: Answer, page: Kept) -> bytes:
        """The page of an answer, compressed."""
        if page.fleeting:
            spliced = splice(page.plan, answer.fills)
            return self._squeezed.gzip(spliced.pieces, spliced.body)
        key = (answer, "gzip")
        coded = self._find(key)
        if coded is None:
            spliced = _taken(answer, page)
            coded = self._squeezed.gzip(spliced.pieces, spliced.body)
            self._keep(answer, key, coded)
        return coded

    def forget(self, answer: Answer) -> None:
        """The answer is kept no more."""
        for key in (answer, (answer, "gzip")):
            self._size -= len(self._kept.pop(key, b""))

    def _find(self, key: Hashable) -> bytes | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _keep(self, answer: Answer, key: Hashable, made: bytes) -> None:
        if not answer.weight:
            return
        self._kept[key] = made
        self._size += len(made)
        while self._size > self._limit:
            self._size -= len(self._kept.popitem(last=False)[1])


def _taken(answer: Answer, page: Kept) -> Spliced:
    """The page, which the answer has only until it leaves."""
    spliced, answer.spliced = answer.spliced, None
    return spliced or splice(page.plan, answer.fills)
