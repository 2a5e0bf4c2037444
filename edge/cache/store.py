"""What is kept, in memory, up to so many bytes. What was not used longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from urllib.parse import unquote_to_bytes

from edge.cache.asked import Asked, Place
from edge.cache.stored import Stored

__all__ = ["Store"]

_PER_PLACE = 32
"""Answers under one address: languages, codings. Visitors choose what they send, so there is an end to it."""

_PLACE = 1000
"""Bytes, roughly, of an address besides its text."""


class Store:
    """Answers by place, newest first. `size` is what they weigh in bytes."""

    def __init__(self) -> None:
        self.size = 0
        self._places: OrderedDict[Place, list[Stored]] = OrderedDict()
        self._spellings: dict[bytes, set[Place]] = {}
        """Places by what their targets mean: where visitors post, purges are many, and look at few places."""

    def __len__(self) -> int:
        return sum(map(len, self._places.values()))

    def find(self, asked: Asked) -> Stored | None:
        """The newest answer for this request, fresh or not."""
        answers = self._places.get(asked.place)
        if answers is None:
            return None
        for stored in answers:
            if stored.fits(asked):
                self._places.move_to_end(asked.place)
                return stored
        return None

    def newest(self, place: Place) -> Stored | None:
        """The newest answer under an address, for whatever request."""
        answers = self._places.get(place)
        return answers[0] if answers else None

    def keep(self, asked: Asked, stored: Stored, limit: int) -> bool:
        """Keeps an answer instead of the one that it takes over from, and lets others go where that passes the
        limit. False where it is larger than a quarter of that."""
        place = asked.place
        if 4 * (stored.weight + _weight(place)) > limit:
            return False
        before = self._places.pop(place, None)
        if before is None:
            self.size += _weight(place)
            self._spellings.setdefault(unquote_to_bytes(place[1]), set()).add(place)
            before = []
        answers = [stored, *(one for one in before if not one.fits(asked))]
        del answers[_PER_PLACE:]
        self.size += sum(one.weight for one in answers) - sum(one.weight for one in before)
        self._places[place] = answers
        self.shrink(limit)
        return True

    def shrink(self, limit: int) -> None:
        """Lets go of what does not fit in `limit` bytes."""
        while self.size > limit and self._places:
            self.drop(next(iter(self._places)))

    def drop(self, place: Place) -> None:
        """Forgets what is kept under an address."""
        answers = self._places.pop(place, None)
        if answers is not None:
            self.size -= _weight(place) + sum(one.weight for one in answers)
            meaning = unquote_to_bytes(place[1])
            spelt = self._spellings[meaning]
            spelt.discard(place)
            if not spelt:
                del self._spellings[meaning]

    def remove(self, asked: Asked, stored: Stored) -> None:
        """Forgets one answer."""
        answers = self._places.get(asked.place)
        if answers is None or stored not in answers:
            return
        answers.remove(stored)
        self.size -= stored.weight
        if not answers:
            self.drop(asked.place)

    def drop_where(self, matches: Callable[[Place], bool], target: bytes | None = None) -> int:
        """Forgets every address that matches, of those with this target, however it is spelt, where one is given;
        how many those were."""
        among: Collection[Place] = self._places
        if target is not None:
            among = self._spellings.get(unquote_to_bytes(target), ())
        places = [place for place in among if matches(place)]
        for place in places:
            self.drop(place)
        return len(places)


def _weight(place: Place) -> int:
    return _PLACE + len(place[0]) + 2 * len(place[1])
