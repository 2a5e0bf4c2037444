"""The site folder and the keys as they are now: watched, checked whole, and handed over between pages."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Protocol

from edge.errors import SecretError, SiteError
from edge.page import ProfileSource, Setup
from edge.runtime.remote import Remote
from edge.runtime.setup import build_setup
from edge.site import Look, Site, Stillness, Watching, load_site, look_at_files, look_at_site
from edge.visitors import Keys, reload_keys

__all__ = ["Live"]

log = logging.getLogger("edge")


class Holder(Protocol):
    """What pages take their setup from: each the one that it finds when it begins."""

    setup: Setup | None


class Live:
    """Keeps a holder's setup in step with the site folder and the key file.

    A state of the folder is taken once it has been still, as a whole: when it has no problem and did not change
    while it was read. Any other leaves the last good one live, and the log says so, once for each such state.
    """

    def __init__(
        self,
        holder: Holder,
        folder: Path,
        seen: Look,
        site: Site,
        keys: Keys,
        profiles: ProfileSource | None,
        remote: Remote,
        watching: Watching,
    ) -> None:
        self._holder = holder
        self._folder = folder
        self._site = site
        self._keys = keys
        self._profiles = profiles
        self._remote = remote
        self._watching = watching
        self._key_files = () if keys.file is None else (keys.file,)
        self._still_site = Stillness(seen, watching.still)
        self._still_keys = Stillness(look_at_files(self._key_files), watching.still)
        self._told_site = _Told(f"the site folder {folder}")
        self._told_keys = _Told("the file of the signing keys")
        self._cost = 0.0

    async def watch(self) -> None:
        """Looks until it is cancelled, or until the site says `reload = false`."""
        while self._site.settings.reload:
            moving = self._still_site.moving or self._still_keys.moving
            await asyncio.sleep(self._watching.rest(self._cost, moving))
            await self.look()
        log.warning("reload = false in edge.toml: from now on, changes of %s take a restart", self._folder)

    async def look(self) -> None:
        """Looks once, and takes what is new and has been still."""
        site, keys, self._cost = await asyncio.to_thread(self._looked)
        now = time.monotonic()
        if self._still_keys.is_due(keys, now):
            await self._take_keys(keys)
        if self._still_site.is_due(site, now):
            await self._take_site(site)

    def _looked(self) -> tuple[Look, Look, float]:
        began = time.thread_time()
        site, keys = look_at_site(self._folder), look_at_files(self._key_files)
        return site, keys, time.thread_time() - began

    async def _take_site(self, seen: Look) -> None:
        try:
            site, wrong = await asyncio.to_thread(load_site, self._folder), ""
        except SiteError as error:
            site, wrong = None, f"\n\n{error}"
        if await asyncio.to_thread(look_at_site, self._folder) != seen:
            return  # what was read may be half of this and half of that
        self._still_site.take()
        if site is not None and site.version != self._site.version:
            self._site = site
            self._swap()
            log.info("%s: version %s is live", self._folder, site.version)
        self._told_site.tell(wrong, f"version {self._site.version} stays live")

    async def _take_keys(self, seen: Look) -> None:
        try:
            keys, wrong = await asyncio.to_thread(reload_keys, self._keys), ""
        except SecretError as error:
            keys, wrong = self._keys, f": {error}"
        if await asyncio.to_thread(look_at_files, self._key_files) != seen:
            return
        self._still_keys.take()
        if keys.secrets != self._keys.secrets:
            self._keys = keys
            self._swap()
            log.info("the signing keys have changed: there are %d", len(keys.secrets))
        self._told_keys.tell(wrong, "those from before are used on")

    def _swap(self) -> None:
        before = self._holder.setup
        assert before is not None
        self._holder.setup = build_setup(
            self._site, self._keys, self._profiles, before.clock, before, self._remote
        )


class _Told:
    """What the log was told to be wrong: the same is not told twice, and neither is its end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._wrong = ""

    def tell(self, wrong: str, meanwhile: str) -> None:
        if wrong == self._wrong:
            return
        self._wrong = wrong
        if wrong:
            log.error("%s cannot be used as it is now; %s%s", self._what, meanwhile, wrong)
        else:
            log.warning("%s can be used again", self._what)
