"""One real server for most of the tests: it costs a fifth of a second to start and stop one for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from edge.serve import GateConfig
from edge.types import ASGIApp, Receive, Scope, Send
from tests.serving import serving

__all__ = ["SharedDoor", "shared_door", "the_door"]

BARE: dict[str, Any] = {"date_header": False, "server_header": False}


class SharedDoor:
    """A server with the gate, whose app is that of the test that has it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._app: ASGIApp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._url = ""

    @property
    def free(self) -> bool:
        return self._app is None

    @contextmanager
    def serving(self, app: Any) -> Iterator[str]:
        """The URL of `app`. Behind it, its origin's connections are closed, as a server's end would."""
        if not self._url:
            self._url = self._stack.enter_context(serving(self, config=GateConfig, **BARE))
        self._app = app
        try:
            yield self._url
        finally:
            self._app = None
            assert self._loop is not None
            asyncio.run_coroutine_threadsafe(_close(app), self._loop).result(10)

    def stop(self) -> None:
        self._stack.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._loop = asyncio.get_running_loop()
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        elif self._app is not None:
            await self._app(scope, receive, send)


async def _close(app: Any) -> None:
    while app is not None:
        if hasattr(app, "aclose"):
            await app.aclose()
        app = getattr(app, "app", None)


the_door = SharedDoor()


@pytest.fixture(scope="session", autouse=True)
def shared_door() -> Iterator[SharedDoor]:
    yield the_door
    the_door.stop()
