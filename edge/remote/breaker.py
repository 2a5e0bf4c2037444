"""A breaker: a service that keeps failing is left alone for a while."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["Breaker"]

_FAILURES = 5
"""Failures in a row that open it."""

_PAUSE = 30.0
_LONGEST = 600.0
_SPREAD = 0.1
"""So many parts of a pause more, at random: the processes of a site shall not all ask at the same moment."""


class Breaker:
    """
        closed ── 5 failures in a row ──► open ── a pause, then one call is tried ──► it succeeds: closed
                                           ▲                                    └───► it fails: open, 30 s longer
                                           └──────────────────────────────────────────────────────┘

    Any success closes it. The clock is in seconds, and never jumps; `chance` gives numbers from 0 to 1.
    """

    def __init__(self, clock: Callable[[], float], chance: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._chance = chance
        self._failures = 0
        self._openings = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        return self._openings > 0

    @property
    def is_due(self) -> bool:
        """Whether a call may be tried although it is open."""
        return self._clock() >= self._until

    @property
    def pause(self) -> float:
        """Seconds until a call may be tried; none where it is closed."""
        return max(0.0, self._until - self._clock()) if self.is_open else 0.0

    def enter(self) -> None:
        """Notes that a call is tried although it is open. No other is until that has ended, or until another pause
        has passed: a call may be lost."""
        self._until = self._clock() + self._next_pause()

    def succeed(self) -> bool:
        """Closes it; returns whether it was open."""
        was_open = self.is_open
        self._failures = self._openings = 0
        return was_open

    def fail(self, tried: bool = False, asked: float = 0.0) -> bool:
        """Notes the failure of a call, one that was tried while it was open or another. With `asked`, the
        seconds for which the service wants to be left alone, the first failure opens it. Returns whether it is
        open from now on, or for longer."""
        self._failures += 1
        if self.is_open and not tried:
            return False  # of a call that began before
        if not self.is_open and not asked and self._failures < _FAILURES:
            return False
        self._openings += 1
        self._until = self._clock() + (min(asked, _LONGEST) or self._next_pause())
        return True

    def _next_pause(self) -> float:
        return min(_PAUSE * self._openings, _LONGEST) * (1 + _SPREAD * self._chance())
