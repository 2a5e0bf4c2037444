"""What a setup is made from, and may change while it runs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from edge.errors import Problem, SiteError
from edge.runtime.keeping import Made
from edge.runtime.pace import Pause
from edge.runtime.setup import Maker
from edge.site import Look, Site, is_bare, load_site, look_at_files, look_at_site
from edge.visitors import reload_keys

__all__ = ["KeyFile", "RemoteSecrets", "SiteFolder", "Source"]

log = logging.getLogger("edge")


class Source(Protocol):
    """One of them. Both of its methods are called from a thread, with what is live."""

    what: str

    def look(self, live: Made) -> Look:
        """How it is now, as far as can be told without reading it."""

    def make(self, live: Made, pause: Pause) -> Made:
        """What to go on with; `live` itself where nothing changed. Raises SiteError or SecretError for what cannot
        be used. `pause` is to be called often."""


class SiteFolder:
    """The site folder. `folder` is as it was given, and is found where the process was started, wherever that goes
    then. One that has lost all its files is not taken: that is what a mount leaves behind that has come off."""

    def __init__(self, folder: Path, maker: Maker) -> None:
        self.what = f"the site folder {folder}"
        self._folder = folder
        self._root = folder.absolute()
        self._maker = maker

    def first(self) -> tuple[Look, Site]:
        """The folder at the start. It is looked at before it is read: what changes meanwhile is a change."""
        seen, site = look_at_site(self._root), load_site(self._root, named=self._folder)
        if is_bare(seen):
            log.warning("%s holds nothing that Edge reads: every page passes as it is", self.what)
        log.info("version %s of the site folder is live", site.version)
        return seen, site

    def look(self, live: Made) -> Look:
        return look_at_site(self._root)

    def make(self, live: Made, pause: Pause) -> Made:
        site = load_site(self._root, live.site, pause, self._folder)
        if site.version == live.site.version:
            return live
        if is_bare(self.look(live)):
            cause = "nothing that Edge reads lies here any more"
            cure = "put the files back; to turn Edge off, start with EDGE_OFF=1"
            raise SiteError([Problem(str(self._folder), 0, 0, 0, "", cause, cure)])
        return self._maker.make(site, live.keys, self._maker.remote(site), live)


class KeyFile:
    """The file of the signing keys, where they come from one."""

    what = "the file of the signing keys"

    def __init__(self, maker: Maker) -> None:
        self._maker = maker

    def look(self, live: Made) -> Look:
        file = live.keys.file
        return {} if file is None else look_at_files([file])

    def make(self, live: Made, pause: Pause) -> Made:
        keys = reload_keys(live.keys)
        if keys.secrets == live.keys.secrets:
            return live
        return self._maker.make(live.site, keys, live.remote, live)


class RemoteSecrets:
    """The files with secrets that the headers of `[remote]` ask for."""

    what = "a secret of [remote]"

    def __init__(self, maker: Maker) -> None:
        self._maker = maker

    def look(self, live: Made) -> Look:
        return look_at_files(self._maker.secret_files(live.site))

    def make(self, live: Made, pause: Pause) -> Made:
        remote = self._maker.remote(live.site)
        return live if remote is live.remote else self._maker.make(live.site, live.keys, remote, live)
