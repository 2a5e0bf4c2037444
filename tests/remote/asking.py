"""A client of a service, for tests: with a clock that stands until it is moved."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from edge.errors import RemoteError
from edge.facts import catalogue, convert, declared_trait
from edge.model import Profile, Value, Visitor
from edge.remote import Convert, Header, RemoteSettings
from edge.remote.profiles import RemoteProfiles

__all__ = ["ANN", "KNOWN_VIP", "VIP", "Client", "Clock", "client", "converted", "header", "outcome", "visitor"]

VIP = {"segments": ["vip"]}
KNOWN_VIP = Profile({}, frozenset({"vip"}))
"""What the service says of somebody, and what becomes of it."""

_Result = TypeVar("_Result")

FACTS = catalogue(
    [
        declared_trait("plan", "choice", "", ("free", "pro")),
        declared_trait("seats", "number", "", ()),
        declared_trait("tags", "words", "", ()),
        declared_trait("subscriber", "flag", "", ()),
    ]
)


def converted(name: str, raw: object) -> Value:
    return convert(FACTS[f"traits.{name}"], raw)


def visitor(name: str) -> Visitor:
    return Visitor(name, new=False)


ANN = visitor("ann")


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Client:
    """The source of profiles, its clock and its counts."""

    profiles: RemoteProfiles
    clock: Clock
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def counted(self) -> dict[str, int]:
        assert {what for what, _ in self.counts} <= {"remote"}
        return {reason: times for (_, reason), times in self.counts.items()}

    def run(self, steps: Callable[[RemoteProfiles], Awaitable[_Result]]) -> _Result:
        """What the steps give, in an event loop of their own; closes the connections in the end."""

        async def whole() -> _Result:
            try:
                return await steps(self.profiles)
            finally:
                await self.profiles.aclose()

        return asyncio.run(whole())

    def ask(self, name: str = "ann") -> Profile | str:
        """What one visitor's page gets: their profile, or the reason why there is none."""
        return self.run(lambda profiles: outcome(profiles(visitor(name))))


async def outcome(coming: Awaitable[Profile]) -> Profile | str:
    try:
        return await coming
    except RemoteError as error:
        return error.reason


def client(
    url: str,
    headers: Any = (),
    *,
    connections: int = 16,
    memory: int = 1 << 20,
    convert: Convert = converted,
    **settings: Any,
) -> Client:
    """A client of the service at `url`; by default for everybody at /v/{visitor}."""
    clock, counts = Clock(), Counter[tuple[str, str]]()
    if "{visitor}" not in url:
        url += "/v/{visitor}"
    wanted = RemoteSettings(url=url, **{"allow_private": True, "timeout_ms": 5_000, **settings})
    segments = frozenset({"vip", "trial"})
    profiles = RemoteProfiles(
        wanted, tuple(headers), segments, convert, counts, clock, memory=memory, connections=connections
    )
    return Client(profiles, clock, counts)


def header(name: str, text: str, **more: Any) -> Header:
    return Header(name, text, {}, **more)
