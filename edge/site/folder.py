"""Reading the files of a site folder: each once, within limits, never from outside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.errors import Problem
from edge.site.text import Text

__all__ = ["BLOCKS", "MAX_BLOCKS", "MAX_FILE", "WIDGETS", "Folder"]

BLOCKS = "blocks"
"""The folder of the blocks, in the site folder."""

WIDGETS = "widgets"
"""The folder of the site's own widgets, in the site folder."""

MAX_FILE = 1 << 20
"""Bytes of one file: a page of a megabyte is a mistake."""

MAX_SITE = 32 << 20
"""Bytes of all files together: checking them takes minutes, and a site is served meanwhile."""

_SECRET = frozenset((".edge", ".git"))
"""Folders that a site folder may have in it by accident: no link may show what they hold."""

MAX_BLOCKS = 5_000
"""Block files of one site."""


class Folder:
    """A site folder. What cannot be read becomes a problem, and reads as absent. `pause` is called before each
    file is read."""

    def __init__(self, root: Path, problems: list[Problem], pause: Callable[[], None] = lambda: None) -> None:
        self.root = root
        self.problems = problems
        self._pause = pause
        self._size = 0
        self._hash = hashlib.blake2b(digest_size=6)

    @property
    def version(self) -> str:
        """Twelve characters over everything that was read so far."""
        return self._hash.hexdigest()

    def text(self, name: str) -> Text | None:
        """The file's text; None where there is none."""
        path = self.root / name
        self._pause()
        try:
            if not path.exists() and not path.is_symlink():
                return None
            return self._read(name, path)
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, until Python 3.13
            reason = getattr(error, "strerror", None) or "it is a link in a circle"
            self._complain(
                name, f"this file cannot be read: {reason}", "see that it is a file and that Edge may read it"
            )
        return None

    def _read(self, name: str, path: Path) -> Text | None:
        if not self._is_inside(path):
            self._complain(name, "this link leads out of the site folder", "put the file itself here")
            return None
        if not path.is_file() and not path.is_dir():  # reading a pipe would wait for whoever writes to it
            self._complain(name, "this is no file", "put a file here")
            return None
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            self._complain(name, f"this file is larger than {MAX_FILE >> 10} KiB", "make it smaller, or split it")
            return None
        self._size += len(data)
        if self._size > MAX_SITE:
            cause = f"this file and those before it are larger than {MAX_SITE >> 20} MiB"
            self._complain(name, cause, "remove those that are not used")
            return None
        self._hash.update(b"%d %d " % (len(name), len(data)) + name.encode("utf-8", "surrogateescape") + data)
        return self._decoded(name, data)

    def _is_inside(self, path: Path) -> bool:
        """Whether a path, its links followed, is in the site folder, and not where others keep what is secret."""
        root, real = self.root.resolve(), path.resolve(strict=True)
        return real.is_relative_to(root) and _SECRET.isdisjoint(real.relative_to(root).parts)

    def _decoded(self, name: str, data: bytes) -> Text | None:
        try:
            content = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            cause = f"line {line} is not UTF-8: byte 0x{data[error.start]:02x}"
            self._complain(name, cause, "save the file as UTF-8: editors have it under “Save as” or “Encoding”")
            return None
        return Text(name, content.replace("\r\n", "\n"))

    def _complain(self, name: str, cause: str, cure: str) -> None:
        self.problems.append(Problem(name, 0, 0, 0, "", cause, cure))

    def under(self, name: str, suffix: str) -> Iterator[str]:
        """The names, relative to the folder and sorted, of all files below `name` that end in `suffix`."""
        base = self.root / name
        if not base.exists():
            return
        if not self._is_inside(base):
            self._complain(name, "this link leads out of the site folder", "put the files themselves here")
            return
        found = 0
        for path in sorted(base.rglob(f"*{suffix}")):
            inside = path.relative_to(self.root)
            if path.is_dir() or any(part.startswith(".") for part in inside.parts):  # hidden: an editor's
                continue
            found += 1
            if found > MAX_BLOCKS:
                self._complain(
                    name, f"there are more than {MAX_BLOCKS} files here", "remove those that are not used"
                )
                return
            yield inside.as_posix()
