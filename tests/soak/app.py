"""What uvicorn serves in the soak: Edge in front of the site, between a server that can send files and a worker
that says what it holds. Where everything lies comes from SOAK_FOLDER."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from starlette.applications import Starlette

from edge import EdgeMiddleware, Profile, Visitor
from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.soak.log import watch_the_interpreter
from tests.soak.measure import telling
from tests.soak.origin import build
from tests.soak.pages import MISSING, page
from tests.soak.site import token_of

__all__ = ["TraitsError", "app", "edge", "offering_files"]

_FOLDER = Path(os.environ["SOAK_FOLDER"])
_random = Random(f"{os.environ.get('SOAK_SEED')} {os.getpid()}")
_PIECE = 65536


class TraitsError(Exception):
    """The operator's own code fails."""


async def profiles(visitor: Visitor) -> Profile:
    """What the operator knows: mostly at once, sometimes late, sometimes never."""
    if "hang" in os.environ.get("SOAK_PROFILES", ""):
        await asyncio.sleep(3600)
    chance = _random.random()
    if chance < 0.05:
        raise TraitsError
    if chance < 0.25:
        await asyncio.sleep(_random.choice((0.0, 0.01, 0.045, 0.2, 5.0)))
    group, token = token_of(visitor.id or "")
    return Profile({"group": group, "token": token})


def held() -> Mapping[str, Any]:
    """How much Edge holds in each of its caches, and what it has counted."""
    setup = edge.setup
    assert setup is not None
    shown = dict(setup.experiences["picture"][0].set)["src"]
    return {
        "version": int(shown.removeprefix("/img/v").removesuffix(".jpg")),
        "key": zlib.crc32(setup.cookies._tokens._signer.secret_keys[-1]),
        "plans bytes": setup.plans.size,
        "plans": len(setup.plans._paths),
        "renditions": len(setup.renditions),
        "cookies": len(setup.cookies._known),
        "reported": len(setup.reported),
        "counts": {f"{what}: {why}": times for (what, why), times in edge.counts.items()},
    }


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    watch_the_interpreter()
    # In Python's development mode the loop tells of each callback that took 0.1 s: on a busy machine, any does.
    asyncio.get_running_loop().slow_callback_duration = 60
    for number in range(MISSING + 1):
        page(number)  # what the site keeps for itself is made now: it is not to be taken for growth
    async with telling(_FOLDER / "workers", held):
        yield


def offering_files(app: ASGIApp) -> ASGIApp:
    """A server that sends files: uvicorn leaves `http.response.pathsend` to others."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] != "http.response.pathsend":
                await send(message)
                return
            with await asyncio.to_thread(Path(message["path"]).open, "rb") as file:
                while data := await asyncio.to_thread(file.read, _PIECE):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body"})

        if scope["type"] == "http":
            scope = {**scope, "extensions": {**scope.get("extensions", {}), "http.response.pathsend": {}}}
        await app(scope, receive, sent if scope["type"] == "http" else send)

    return served


edge = EdgeMiddleware(build(_FOLDER / "static", lifespan), site=_FOLDER / "site", profiles=profiles)
app = offering_files(edge)
