"""The soak's app with leaks: each request leaves behind what SOAK_LEAKS names. It shows that the soak would see
them."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from pathlib import Path
from typing import Any

from edge.types import Receive, Scope, Send
from tests.soak.app import app as sound

__all__ = ["app"]

_leaks = os.environ["SOAK_LEAKS"].split()
_kept: list[Any] = []


def _leak(kind: str) -> Any:
    match kind:
        case "task":
            return asyncio.get_running_loop().create_task(asyncio.sleep(3600))
        case "file":
            return Path(os.devnull).open("rb")
        case "socket":
            return socket.socket()
        case "thread":
            thread = threading.Thread(target=threading.Event().wait, daemon=True)
            thread.start()
            return thread
        case _:
            return [[bytes(100)] for _ in range(300)]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and len(_kept) < 400 * len(_leaks):  # within what a process may have open
        _kept.extend(_leak(kind) for kind in _leaks)
    await sound(scope, receive, send)
