"""One server, three doors: the app bare, behind Edge, and behind an Edge without an active experience. Some
servers run as processes only, and one process costs less than three."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from edge import EdgeMiddleware
from edge.types import ASGIApp, Receive, Scope, Send

__all__ = ["ThreeDoors", "all_disabled"]

_DOOR = b"x-door"


class ThreeDoors:
    """A request says by `X-Door: edge` which door it takes; nobody behind the door sees that. What is no request
    (the lifespan) takes the door to Edge: the idle one does without."""

    def __init__(self, app: ASGIApp, site: Path, idle: Path) -> None:
        self.edge = EdgeMiddleware(app, site=site)
        self._doors: Mapping[bytes, ASGIApp] = {
            b"bare": app,
            b"edge": self.edge,
            b"idle": EdgeMiddleware(app, site=idle),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.edge(scope, receive, send)
            return
        (door,) = [value for name, value in scope["headers"] if name == _DOOR]
        headers = [pair for pair in scope["headers"] if pair[0] != _DOOR]
        await self._doors[door]({**scope, "headers": headers}, receive, send)


def all_disabled(site: Path, folder: Path) -> Path:
    """A copy of the site folder with every experience switched off."""
    shutil.copytree(site, folder)
    file = folder / "experiences.toml"
    text, count = re.subn(r"(?m)^( *)slot", r"\1enabled = false\n\1slot", file.read_text(encoding="utf-8"))
    assert count > 0
    file.write_text(text, encoding="utf-8")
    return folder
