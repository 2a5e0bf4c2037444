"""Answers kept: visitors of whom the same is known are shown the same, so it is decided and rendered once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import reduce
from math import inf
from operator import or_

from edge.facts import Source
from edge.page.answer import Answer
from edge.page.asked import Asked, Key, Numbers, Question, headers_asked
from edge.page.pages import Pages
from edge.page.request import Requests
from edge.visitors import Geo

__all__ = ["Answers"]

_OVERHEAD = 2048
"""Bytes, roughly, of an answer without its texts."""

_SLOT = 256
"""The same of each of its slots."""

_MOST_QUESTIONS = 64
"""Beside one for each slot. Pages with the same slots ask the same; visitors who may write into one may have slots
there in any order."""


class Answers:
    """Answers by place and by what its slots ask, with the pages that show them, up to `limit` bytes in all; what
    was not used longest goes first. `asked` says it of each slot, of one site folder in one state of it."""

    def __init__(self, asked: Mapping[str, Asked], sources: Mapping[str, Source], geo: Geo, limit: int) -> None:
        self.asked = asked
        self.requests = Requests(headers_asked(asked.values(), geo))
        self.pages = Pages(limit - limit // 4)
        self._limit = limit // 4
        self._size = 0
        self._sources = sources
        self._geo = geo
        self._questions: dict[tuple[str, ...], Question] = {}
        self._numbers = Numbers()
        self._kept: OrderedDict[Key, Answer] = OrderedDict()

    def question(self, names: tuple[str, ...]) -> Question:
        """What the slots of these names ask for: an answer depends on that, and on the page."""
        return self._questions.get(names) or self._learn(names)

    def find(self, key: Key, now: float) -> Answer | None:
        """The answer that was kept under this key, of a place and what was asked. Raises TypeError where a fact is
        nothing to compare by."""
        answer = self._kept.get(key)
        if answer is None or not answer.since <= now < answer.until:
            return None
        self._kept.move_to_end(key)
        return answer

    def keep(self, key: Key, answer: Answer, names: tuple[str, ...], now: float) -> None:
        """Keeps an answer of the slots of these names, and lets others go where that passes the limit."""
        turns = self.question(names).turns
        answer.since = max((turn for turn in turns if turn <= now), default=-inf)
        answer.until = min((turn for turn in turns if turn > now), default=inf)
        answer.weight = _weight(key, answer)
        self._size += answer.weight
        self._leave(self._kept.pop(key, None))
        self._kept[key] = answer
        while self._size > self._limit:
            self._leave(self._kept.popitem(last=False)[1])

    @property
    def size(self) -> int:
        return self._size + self.pages.size

    def __len__(self) -> int:
        return len(self._kept)

    def _leave(self, answer: Answer | None) -> None:
        if answer is not None:
            self._size -= answer.weight
            answer.weight = 0
            self.pages.forget(answer)

    def _learn(self, names: tuple[str, ...]) -> Question:
        asked = reduce(or_, (self.asked[name] for name in names if name in self.asked), Asked())
        if len(self._questions) >= _MOST_QUESTIONS + len(self.asked):
            self._questions.clear()
        question = self._questions[names] = Question(asked, self._sources, self._geo, self._numbers)
        return question


def _weight(key: Key, answer: Answer) -> int:
    """What the visitor sends, and what is told of them, may stand in both the key and the blocks."""
    blocks = [fill.block for fill in answer.fills.values() if fill.block is not None]
    held = {id(text): len(text) for text in (*blocks, *(answer.inside or ()))}
    return _OVERHEAD + _SLOT * len(answer.decisions) + 4 * len(repr(key)) + sum(held.values())
