"""The line that is all a site needs."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from edge.model import Version
from edge.page import Middleware, ProfileSource
from edge.runtime.background import Background
from edge.runtime.live import Live
from edge.runtime.setup import Maker, keys, preview_path, turned_off
from edge.runtime.sources import KeyFile, RemoteSecrets, SiteFolder, Source
from edge.site import Look, Watching
from edge.types import AnyASGIApp

__all__ = ["EdgeMiddleware"]

log = logging.getLogger("edge")


class EdgeMiddleware(Middleware):
    """Puts Edge in front of an ASGI application: `app = EdgeMiddleware(app, site="site/")`.

    `site` is the site folder; a wrong one raises SiteError with every problem in it. `profiles` gives the traits
    of a known visitor, from wherever they are kept. `environ`, `clock` (Unix seconds) and `watching` (how the site
    folder is) are there for tests.

    Building it starts nothing: no thread, no task, no connection. Raises SiteError or SecretError.
    """

    def __init__(
        self,
        app: AnyASGIApp,
        site: str | Path = "site",
        *,
        profiles: ProfileSource | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        watching: Watching | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self.live: Live | None = None
        if _is_off(environ):
            log.warning("EDGE_OFF is set: Edge does nothing")
            super().__init__(app, None, off=turned_off(Path(site)))
            return
        maker = Maker(app, Path(site), environ, profiles, clock)
        folder = SiteFolder(Path(site), maker)
        seen, loaded = folder.first()
        made = maker.make(loaded, keys(environ), maker.remote(loaded))
        # What the files of secrets look like is found out with the first look: they are small.
        sources: dict[Source, Look] = {folder: seen, KeyFile(maker): {}, RemoteSecrets(maker): {}}
        self.live = Live(self, made, sources, watching or Watching())
        super().__init__(app, made.setup, Background({"watching the site folder": self.live.run}))

    @property
    def version(self) -> Version | None:
        """Which state of the site folder is live; None with EDGE_OFF."""
        return None if self.setup is None else self.setup.version

    @property
    def stylesheet(self) -> str:
        """The path of the widgets' style as it is now, for the app's templates: another style has another, so that
        browsers keep it for ever."""
        found = self.setup or self.off
        return found.style_path if found else ""

    def preview_path(self, host: str, persona: str = "") -> str:
        """Path and query of a link that opens `host` (as in the Host header) in preview, as `persona` or as
        oneself, for twelve hours; the first page where Edge is turned off. Whoever has the link may look: give it
        to people, not to pages."""
        setup = self.setup
        if setup is None:
            return "/"
        return preview_path(setup.prefix, setup.previews, host, persona, setup.clock())


def _is_off(environ: Mapping[str, str]) -> bool:
    return environ.get("EDGE_OFF", "").strip().lower() not in ("", "0", "false", "no")
