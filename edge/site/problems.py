"""The problems of a site folder as they are found: as many as somebody reads, and no more."""

from __future__ import annotations

from collections.abc import Iterable

from edge.errors import Problem

__all__ = ["MOST", "Problems", "TooManyError"]

MOST = 200
"""Problems that are told at once. Each costs time to explain, and a file can be nothing but mistakes."""


class TooManyError(Exception):
    """There are more problems than are told at once."""


class Problems(list[Problem]):
    """A list that raises TooManyError where it would grow past MOST."""

    def append(self, problem: Problem) -> None:
        if len(self) >= MOST:
            raise TooManyError
        super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)
