"""Whoever works on the site while it is visited: edits that are right, edits that are not, a folder that is gone
for a while, and keys that are rotated."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.soak import site
from tests.soak.world import World

__all__ = ["Editor"]

_TORN = 0.2
"""Seconds. Edge takes what has been still for 0.3: an edit that takes longer than this may be taken by halves."""

_KEPT_KEYS = 3

_MISTAKES: Mapping[str, tuple[str, str | bytes]] = {
    "a line that is no TOML": ("segments.toml", "[near\nwhen = "),
    "a fact that there is not": ("segments.toml", "[near]\nwhen = 'contry == \"DE\"'\n"),
    "a segment that there is not": (
        "experiences.toml",
        '[hero]\nslot = "hero"\nfor = "nobody-knows"\nshow = "hero"\n',
    ),
    "a block that there is not": ("experiences.toml", '[hero]\nslot = "hero"\nshow = "nowhere"\n'),
    "a template that does not end": ("blocks/hero.html", "{% if country %}<p>"),
    "markup that does not balance": ("blocks/offer.html", "<p><div></p>"),
    "a file that is no text": ("blocks/who.html", b"\xff\xfe\x00\x81"),
    "half a file": ("experiences.toml", '[hero]\nslot = "he'),
}


class Editor:
    """Edits the site folder and the key file of the world, at random moments."""

    def __init__(self, world: World, folder: Path, keys: Path, random: Random) -> None:
        self._world = world
        self._folder = folder
        self._keys = keys
        self._random = random
        self._version = world.versions.now

    async def run(self, seconds: float, pause: float) -> None:
        """Works for so long, with about `pause` seconds between two edits. What is begun is finished: the folder
        and the keys are left whole."""
        end = time.monotonic() + seconds
        while (rest := self._random.uniform(0.5, 1.5) * pause) < end - time.monotonic():
            await asyncio.sleep(rest)
            edits = (self._edit, self._replace, self._slip, self._lose_folder, self._rotate, self._lose_keys)
            edit = self._random.choices(edits, (5, 3, 4, 1, 3, 1))[0]
            self._world.findings.asked[f"edits: {edit.__name__.strip('_').replace('_', ' ')}"] += 1
            await edit()

    def _next(self) -> Mapping[str, str]:
        """The files of a version that nobody has seen yet."""
        self._version += 1
        return site.files(self._version, self._world.service)

    def _may_be_shown(self, torn: bool = False) -> None:
        """From here on the workers may show the version that is written."""
        self._world.versions.change(self._version)
        if torn or self._world.torn.now:
            self._world.torn.change(torn)

    async def _edit(self) -> None:
        """One file after the other, in place."""
        files = self._next()
        self._may_be_shown()
        began = time.monotonic()
        site.write(self._folder, files)
        if time.monotonic() - began > _TORN:
            self._world.torn.change(True)

    async def _replace(self) -> None:
        """The folder as a whole, as a deployment does."""
        files = self._next()
        aside = self._folder.with_name("site.new")
        site.write(aside, files)
        self._may_be_shown()
        self._swap(aside)

    def _swap(self, aside: Path) -> None:
        gone = self._folder.with_name("site.gone")
        if self._folder.exists():
            self._folder.rename(gone)
        aside.rename(self._folder)
        shutil.rmtree(gone, ignore_errors=True)

    async def _slip(self) -> None:
        """A mistake, which is noticed after a while. What is wrong is written first and mended last: at no moment
        between is the folder whole."""
        name, text = _MISTAKES[self._random.choice(list(_MISTAKES))]
        broken = self._folder / name
        broken.write_bytes(text if isinstance(text, bytes) else text.encode())
        site.write(self._folder, {n: t for n, t in self._next().items() if n != name})
        await asyncio.sleep(self._random.uniform(0.2, 3))
        files = self._next()
        site.write(self._folder, {n: t for n, t in files.items() if n != name})
        self._may_be_shown()
        site.write(self._folder, {name: files[name]})

    async def _lose_folder(self) -> None:
        """The folder is gone, and comes back as another."""
        self._folder.rename(self._folder.with_name("site.gone"))
        await asyncio.sleep(self._random.uniform(0.1, 2))
        await self._replace()

    async def _rotate(self) -> None:
        """A new key signs; the oldest one is taken away."""
        keys = (*self._world.keys.now, self._random.randbytes(20).hex().encode())[-_KEPT_KEYS:]
        self._world.keys.change(keys)
        aside = self._keys.with_name("keys.new")
        aside.write_bytes(b"\n".join(keys) + b"\n")
        aside.chmod(0o600)
        aside.rename(self._keys)

    async def _lose_keys(self) -> None:
        """The key file is empty, too short, open to all, or gone; then it is as it was."""
        text = self._keys.read_bytes()
        how = self._random.choice(("empty", "short", "open", "gone"))
        if how == "gone":
            self._keys.unlink()
        elif how == "open":
            self._keys.chmod(0o644)
        else:
            self._keys.write_bytes(b"" if how == "empty" else b"short\n")
        await asyncio.sleep(self._random.uniform(0.1, 2))
        self._keys.touch(0o600)
        self._keys.chmod(0o600)
        self._keys.write_bytes(text)
