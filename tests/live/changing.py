"""A site folder under change, looked at when a test says so."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from edge import EdgeMiddleware
from edge.site import Watching
from tests.page.raw import Pairs, ask

__all__ = ["AT_ONCE", "look", "move_in", "shown", "turn"]

AT_ONCE = Watching(still=0.0, every=3600.0)
"""Every look takes what it sees; only a test looks."""


def look(edge: EdgeMiddleware) -> None:
    """One look at the folder and the secrets, and what comes of it."""
    assert edge.live is not None
    asyncio.run(edge.live.look())


def shown(edge: EdgeMiddleware, path: str = "/", headers: Pairs = ()) -> str:
    """The page as its visitor sees it."""
    return ask(edge, path, headers).body.decode()


def move_in(file: Path, text: str) -> None:
    """Writes as careful editors do: beside it, under another name, then over it."""
    aside = file.with_name(f".{file.name}.tmp")
    aside.write_text(text, encoding="utf-8")
    aside.rename(file)


def turn(link: Path, target: Path | str) -> None:
    """Lets a link point elsewhere, in one step."""
    aside = link.with_name(f"{link.name}.new")
    aside.symlink_to(target)
    aside.replace(link)


def copy(source: Path, target: Path) -> Path:
    """Another folder with the same in it."""
    shutil.copytree(source, target, symlinks=True)
    return target
