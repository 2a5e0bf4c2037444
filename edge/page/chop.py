"""A debugging aid: every body of the app comes in pieces, as it might from another app."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

from edge.types import Message

__all__ = ["Chop"]

_PIECES = 24
"""At most, so that a long body does not take long."""


class Chop:
    """Cuts the body messages of one response at random places: the same for the same seed and path. Content-Length
    stays as true as it was, for the bytes stay the same."""

    __slots__ = ("_random",)

    def __init__(self, seed: str, path: str) -> None:
        self._random = random.Random(f"{seed} {path}")  # noqa: S311  nothing secret

    def parts(self, message: Message) -> Iterator[Message]:
        """The message in several, or as it is where it has nothing to cut."""
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or not body:
            yield message
            return
        cuts = self._cuts(len(body))
        for start, end in pairwise(cuts):
            yield {**message, "body": body[start:end], "more_body": True}
        yield {**message, "body": body[cuts[-1] :]}

    def _cuts(self, size: int) -> list[int]:
        """Where the pieces begin. Half of them are close together, where a tag or a character may be cut; some are
        empty, as some apps end their bodies."""
        count = self._random.randrange(1, _PIECES)
        cuts = [self._random.randrange(size + 1) for _ in range(count)]
        for _ in range(count // 2):
            cuts.append(min(size, self._random.choice(cuts) + self._random.randrange(4)))
        return [0, *sorted(cuts)]
