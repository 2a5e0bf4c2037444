"""What others know of a visitor: everybody who may know is asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from edge.errors import RemoteError
from edge.model import Profile, Reason, Value, Visitor
from edge.page.faults import report
from edge.page.setup import Setup

__all__ = ["Asking", "known", "merged"]


class Asking:
    """The sources of profiles, asked about one visitor. Must be made where a loop runs, and left in the end."""

    __slots__ = ("_answers", "_setup")

    def __init__(self, setup: Setup, visitor: Visitor) -> None:
        self._setup = setup
        self._answers = [asyncio.ensure_future(source(visitor)) for source in setup.profiles]

    @property
    def is_done(self) -> bool:
        """Whether all have answered already: those who keep what they know do so at once."""
        return all(answer.done() for answer in self._answers)

    async def wait(self) -> None:
        """Returns when all have answered, or when the budget ends."""
        if not self.is_done:
            await asyncio.wait(self._answers, timeout=self._setup.budget)

    def taken(self) -> tuple[Profile, Reason | None]:
        """What has been answered so far, and why it is not all; None where it is. The rest is left."""
        came = [answer for answer in self._answers if answer.done()]
        self.leave()
        missing: Reason | None = None if len(came) == len(self._answers) else "late"
        profiles = []
        for answer in came:
            if answer.cancelled():
                missing = "failed"
            elif (error := answer.exception()) is not None:
                missing = "failed"
                if not isinstance(error, RemoteError):  # the service's own part has told of that
                    report(self._setup, error)
            else:
                profiles.append(answer.result())
        profile = profiles[0] if len(profiles) == 1 else merged(profiles)
        return profile, missing if profile.complete else "failed"

    def leave(self) -> None:
        """Waits no more, not even for an end; what is or may still be raised is nobody's affair."""
        for answer in self._answers:
            if answer.done():
                _ended(answer)
            else:
                answer.add_done_callback(_ended)
                answer.cancel()


def _ended(answer: asyncio.Future[Profile]) -> None:
    if not answer.cancelled():
        answer.exception()


def merged(profiles: Iterable[Profile]) -> Profile:
    """All that they say. Of a trait that several know, the first is believed."""
    traits: dict[str, Value] = {}
    segments: frozenset[str] = frozenset()
    complete = True
    for profile in profiles:
        traits.update({name: value for name, value in profile.traits.items() if traits.get(name) is None})
        segments |= profile.segments
        complete = complete and profile.complete
    return Profile(traits, segments, complete)


def known(profile: Profile) -> frozenset[str]:
    """What the profile tells for certain, in the names of `Setup.profile_slots`."""
    traits = (f"traits.{name}" for name, value in profile.traits.items() if value is not None)
    return frozenset((*traits, *(f'"{name}" in segments' for name in profile.segments)))
