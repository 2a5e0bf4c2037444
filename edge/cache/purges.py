"""Purges: what is no longer to be given, told to every process of the machine at once.

Each process keeps answers in its own memory. What is to be forgotten stands in a small file that is only
appended to, and whose size each of them looks at before it gives anything: a purge holds for every request that
begins a thousandth of a second after it is written. More often nobody looks: a look costs from one microsecond to
six, by the system.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

from edge.cache.asked import Place
from edge.cache.locks import Attendance, is_attended, lock_alone
from edge.errors import PurgeError

__all__ = ["EVERYTHING", "SETTLED", "Purge", "PurgeFile", "Purges", "parse_purge"]

_LARGEST = 1024 * 1024
_TAIL = 256 * 1024
"""Bytes that stay when the file is begun anew: whoever has not read on for longer forgets everything."""

_LOOK_EVERY = 0.001

SETTLED = 0.005
"""Seconds after which a purge that was written is known to all."""

_BARE = re.compile(r"(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost(?::\d+)?|[\w-]+:\d+)(?:/|$)")
"""A URL whose scheme was left out: it begins with a host."""

_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Purge:
    """What is to be forgotten: the answers of `host`, or of all hosts where it is empty, under `target`, or under
    all addresses that begin so. Spellings of an address that mean the same count as the same."""

    host: bytes
    target: bytes
    prefix: bool = False

    @property
    def only(self) -> bytes | None:
        """The one target that it is for; None where there may be several."""
        return None if self.prefix else self.target

    def matches(self, place: Place) -> bool:
        host, target = place
        if self.host and _bare(host) != _bare(self.host):
            return False
        if b"%" in target or b"%" in self.target:
            target, wanted = unquote_to_bytes(target), unquote_to_bytes(self.target)
        else:
            wanted = self.target
        return target.startswith(wanted) if self.prefix else target == wanted


EVERYTHING = Purge(b"", b"/", prefix=True)


def _bare(host: bytes) -> bytes:
    """Without a port that the scheme would say as well, and without the dot at the end of a full name."""
    return host.removesuffix(b":80").removesuffix(b":443").rstrip(b".")


def parse_purge(url: str, *, prefix: bool = False) -> Purge:
    """What a URL names, such as `https://www.example.com/blog/`; a path alone counts for every host. Raises
    PurgeError."""
    if _BARE.match(url):
        name, slash, path = url.partition("/")
        cure = f", or /{path} for every host" if slash else ""
        raise PurgeError(f"{url!r} has no scheme: write https://{name}/{path}{cure}")
    try:
        parts = urlsplit(url)
        host = parts.netloc.encode("idna" if not parts.netloc.isascii() else "ascii").lower()
    except ValueError:
        raise PurgeError(f"{url!r} is no URL") from None
    if parts.scheme not in ("", "http", "https") or b"@" in host or (parts.scheme and not host):
        raise PurgeError(f"{url!r} is no URL of a site: write https://www.example.com/blog/, or a path alone")
    if not parts.path.startswith("/") and (parts.path or not host):
        raise PurgeError(f"{url!r}: a path begins with a slash")
    target = quote(parts.path or "/", safe="/:@!$&'()*+,;=~-._%")
    if parts.query:
        target += "?" + quote(parts.query, safe="/:@!$&'()*+,;=~-._%?")
    return Purge(host, target.encode("ascii"), prefix)


class PurgeFile:
    """The file that processes tell each other purges by. It begins with a line that says which file it is, and
    behind how many bytes of earlier lines its own stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = path.with_name(f"{path.name}.readers")

    def create(self) -> None:
        """Sees that the file is there. Raises OSError."""
        with self._locked():
            pass

    def attend(self) -> Attendance:
        """Says that somebody reads it, for as long as that lives."""
        return Attendance(self._readers)

    def is_read(self) -> bool:
        """Whether a page cache of any process reads it. Raises OSError."""
        return is_attended(self._readers)

    def append(self, purge: Purge) -> None:
        """Tells all. Raises OSError."""
        said = [purge.host.decode("latin-1"), purge.target.decode("latin-1"), purge.prefix]
        with self._locked() as file:
            os.write(file, json.dumps(said).encode("ascii") + b"\n")
            if os.fstat(file).st_size > _LARGEST:
                self._begin_anew()

    @contextmanager
    def _locked(self) -> Iterator[int]:
        while True:
            file = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            try:
                lock_alone(file)
                found = os.fstat(file)
                if found.st_nlink == 0:
                    continue  # somebody has put another in its place since
                if found.st_size == 0:
                    os.write(file, _head(secrets.token_hex(8), 0))
                yield file
                return
            finally:
                os.close(file)

    def _begin_anew(self) -> None:
        """Leaves only the last lines, for those who are behind."""
        data = self.path.read_bytes()
        name, before, start = _read_head(data)
        cut = data.index(b"\n", len(data) - _TAIL) + 1
        aside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        owner = self.path.stat()
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with suppress(OSError):  # root may do it for the site's user, who has to read it
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(_head(name, before + cut - start) + data[cut:])
        aside.replace(self.path)


def _head(name: str, before: int) -> bytes:
    return json.dumps([name, before]).encode("ascii") + b"\n"


def _read_head(data: bytes) -> tuple[str, int, int]:
    """Which file it is, the bytes before it, and where its lines begin. Raises ValueError."""
    end = data.index(b"\n") + 1
    name, before = json.loads(data[:end])
    return str(name), int(before), end


class Purges:
    """The purges as this process has seen them. `forget` is called with each; without a file, there are only its
    own. `number` counts them."""

    def __init__(self, file: PurgeFile | None, forget: Callable[[Purge], object]) -> None:
        self.number = 0
        self._file = file
        self._path = "" if file is None else str(file.path)
        self._forget = forget
        self._attendance = None if file is None else file.attend()
        self._recent: deque[Purge] = deque(maxlen=_REMEMBERED)
        self._seen: tuple[int, ...] = ()
        self._name = ""
        self._read = 0  # bytes of lines since the very first
        self._due = 0.0
        self.look()

    def glance(self) -> None:
        """As `look`, unless somebody has just looked."""
        if self._file is not None and time.monotonic() >= self._due:
            self.look()

    def look(self) -> None:
        """Takes up what has been told since."""
        if self._file is None:
            return
        try:
            found = os.stat(self._path)  # noqa: PTH116  a Path costs as much again
            seen: tuple[int, ...] = (found.st_size, found.st_ino, found.st_mtime_ns)
        except OSError:
            seen = ()
        self._due = time.monotonic() + _LOOK_EVERY
        if seen != self._seen:
            self._seen = seen
            self._take()

    def add(self, purge: Purge) -> bool:
        """Forgets, and tells the others; False where they could not be told."""
        told = False
        if self._file is not None:
            with suppress(OSError):
                self._file.append(purge)
                told = True
        if told:
            self.look()
        else:
            self._apply(purge)
        return told

    def since(self, number: int, place: Place) -> bool:
        """Whether something was forgotten after the purge of that number that held for `place`."""
        behind = self.number - number
        if behind > len(self._recent):
            return True
        return any(self._recent[-at].matches(place) for at in range(1, behind + 1))

    def _take(self) -> None:
        """Reads on. Where that cannot be done without a gap, everything is forgotten."""
        assert self._file is not None
        try:
            with self._file.path.open("rb") as file:
                name, before, start = _read_head(file.readline())
                gap = name != self._name or self._read < before
                if not gap:
                    file.seek(start + self._read - before)
                lines = file.read()
            whole = lines[: lines.rfind(b"\n") + 1]
            purges = [_purge_of(line) for line in whole.splitlines()]
        except (OSError, ValueError):
            self._apply(EVERYTHING)
            self._name = ""
            return
        if gap:
            self._read = before
            purges = [EVERYTHING]
        self._name, self._read = name, self._read + len(whole)
        for purge in purges:
            self._apply(purge)

    def _apply(self, purge: Purge) -> None:
        self.number += 1
        self._recent.append(purge)
        self._forget(purge)


def _purge_of(line: bytes) -> Purge:
    host, target, prefix = json.loads(line)
    return Purge(host.encode("latin-1"), target.encode("latin-1"), bool(prefix))
