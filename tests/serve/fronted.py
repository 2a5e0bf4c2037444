"""A site on bare sockets with Edge's door before it, and connections to that door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from edge.serve import Origin
from tests.hosts.wire import Wire, wired
from tests.serve.raw_origin import RawOrigin, Script, raw_origin
from tests.serve.recorder import gated
from tests.serve.shared_door import BARE

__all__ = ["door", "fronted"]


@contextmanager
def door(origin: Any, **settings: Any) -> Iterator[str]:
    """The URL of an origin app behind the gate, with nothing added to its answers."""
    with gated(origin, **({**BARE, **settings} if settings else {})) as url:
        yield url


@contextmanager
def fronted(answer: bytes | Script, **settings: Any) -> Iterator[tuple[RawOrigin, Wire]]:
    """A site with Edge before it, and one connection to Edge. `settings` go to `Origin`."""
    with raw_origin(answer) as site, door(Origin(site.url, **settings)) as url, wired(url) as wire:
        yield site, wire
