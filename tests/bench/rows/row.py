"""What a row of the pages' bench is, and what its visitors send."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge.visitors import Cookies
from tests.bench.load import Running
from tests.bench.shop import Guest, cookies, expected
from tests.programs import free_port, listening

__all__ = ["HOST", "PERSONALISED", "Row", "Running", "first_core", "headers", "last_core", "python"]

HOST = "shop.localhost"

PERSONALISED = "verifies the cookie, finds the segment, chooses and fills 8 slots"


@dataclass(frozen=True)
class Row:
    """One line of the table. `start` is given an empty folder of its own and yields where its server listens, once
    it does: all processes below that one count. A part that cannot be had (`tests.parts.missing`, `need`) leaves
    the row out by name.

    `does`: its job in a few words, and what of it it leaves out. `known`: its visitors send a signed cookie.
    `accept`: what they take, as `Accept-Encoding`. `shows`: the page that a visitor has to get; `stripped`: what
    of the page that comes is compared with that, such as all but a token. `headers`: what its visitors send."""

    name: str
    start: Callable[[Path], AbstractContextManager[Running]]
    does: str = PERSONALISED
    known: bool = True
    accept: str = "identity"
    shows: Callable[[Guest], bytes] = expected
    stripped: Callable[[bytes], bytes] = bytes
    headers: Callable[[Guest], Mapping[str, str]] = lambda guest: headers(guest)


def headers(guest: Guest) -> dict[str, str]:
    """What tells a visitor from another, Edge's cookie among it."""
    kept, now = _signed()
    return guest.headers(kept, now)


@cache
def _signed() -> tuple[Cookies, float]:
    return cookies(), time.time()


def first_core() -> int:
    """Where each server runs."""
    return min(os.sched_getaffinity(0))


def last_core() -> int:
    """Where the load comes from, and what stands behind a server."""
    return max(os.sched_getaffinity(0))


def python(app: str, *arguments: str) -> Callable[[Path], AbstractContextManager[Running]]:
    """The `start` of a row whose server is uvicorn: `app` is `module:function`, which is called with the row's
    folder and the arguments, and returns an ASGI app."""

    @contextmanager
    def start(folder: Path) -> Iterator[Running]:
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.rows.serve", str(port), app, str(folder), *arguments]
        with listening(command, port, core=first_core()) as process:
            yield Running(port, process)

    return start
