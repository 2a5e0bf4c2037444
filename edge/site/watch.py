"""Seeing that files have changed from what the file system says of them: nothing is read, nothing is held open.

A look costs one `stat` a file. It was preferred to the kernel's notices (inotify): those stay silent on network
file systems and mounts of other machines, and end where a link above the folder turns.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from edge.site.files import FILES
from edge.site.folder import BLOCKS, WIDGETS
from edge.site.library import SUFFIXES

__all__ = ["Look", "Stillness", "Watching", "is_bare", "look_at_files", "look_at_site"]

Look = Mapping[str, tuple[int, ...]]
"""What the file system says of each file: its size, and when it was modified and changed (nanoseconds). Any write,
rename, change of permissions, or turn of a link on the way there changes one of them. Inodes are left out: on file
systems in user space, they may be others at each look."""

_WIDGET = (".toml", ".html", ".css")
"""Endings of a widget's files."""

_RESTLESS = 60.0
"""Seconds of change after which something is wrong."""


@dataclass(frozen=True, slots=True)
class Watching:
    """How files are watched; in seconds. Changes count once they have been `still` for so long. A look follows
    `every` so often, or later where looks are slow: at most `share` of one core is spent on them. `clock` is one
    that never jumps."""

    still: float = 0.3
    every: float = 0.5
    share: float = 0.005
    clock: Callable[[], float] = time.monotonic

    def rest(self, cost: float, moving: bool) -> float:
        """How long to wait after a look that has cost so much; where something is `moving`, ten times more may."""
        return max(self.still / 3, cost / self.share / 10) if moving else max(self.every, cost / self.share)


class Stillness:
    """Tells when what is looked at differs from what was last taken, and has been still for `delay` seconds."""

    def __init__(self, taken: Look, delay: float) -> None:
        self._taken = self._seen = taken
        self._since = 0.0
        self._moving_since: float | None = None
        self._delay = delay

    @property
    def moving(self) -> bool:
        """Whether the last look differs from what was taken."""
        return self._moving_since is not None

    def is_due(self, seen: Look, now: float) -> bool:
        """Notes a look at `now`, and whether it is one to take."""
        if seen != self._seen:
            self._seen, self._since = seen, now
        if seen == self._taken:
            self._moving_since = None
        elif self._moving_since is None:
            self._moving_since = now
        return self.moving and now - self._since >= self._delay

    def is_restless(self, now: float) -> bool:
        """Whether it has been moving for so long that nobody can be at work on it."""
        return self._moving_since is not None and now - self._moving_since >= _RESTLESS

    def take(self) -> None:
        """What was seen last is what is in use."""
        self._taken, self._moving_since = self._seen, None


def look_at_files(files: Iterable[Path]) -> Look:
    """A look at these files."""
    return {str(file): _stamp(file) for file in files}


def look_at_site(root: Path) -> Look:
    """A look at everything of a site folder that `load_site` reads, and at the names that it complains of."""
    try:
        found: dict[str, tuple[int, ...]] = {".": ()}
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries]
    except OSError as error:
        return {".": (error.errno or 0,)}
    for name in names:
        if name.lower().endswith(".toml"):
            found[name] = _stamp(root / name) if name in FILES else ()
    if BLOCKS in names:
        found.update(_below(os.path.join(root, BLOCKS), BLOCKS, SUFFIXES))  # noqa: PTH118  a Path each is slow
    if WIDGETS in names:
        found.update(_below(os.path.join(root, WIDGETS), WIDGETS, _WIDGET))  # noqa: PTH118
    return found


def is_bare(look: Look) -> bool:
    """Whether nothing lies in the site folder that `load_site` would read."""
    return len(look) == 1


def _below(folder: str, name: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The files below this folder that end so. Links to folders are not followed: they are not read."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                inner = f"{name}/{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from _below(entry.path, inner, suffixes)
                elif entry.name.endswith(suffixes):
                    yield inner, _stamp(entry)
    except OSError as error:
        yield name, (error.errno or 0,)


def _stamp(file: Path | os.DirEntry[str]) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError as error:
        return (error.errno or 0,)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
