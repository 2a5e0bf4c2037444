"""The app of `edge serve`: who the client is, the log, Edge, and what stands behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from edge.door.access import AccessLog
from edge.door.dated import Dated
from edge.door.entry import Entry
from edge.door.folder import folder_app
from edge.door.health import Health
from edge.door.options import Options
from edge.errors import OriginError
from edge.runtime import EdgeMiddleware, purge_file
from edge.serve import Forwarding, Origin, Peers, Timeouts, Upstream
from edge.serve.config import Told, untold
from edge.site import OriginSettings, ServeSettings, is_folder
from edge.types import ASGIApp
from edge.visitors import key_files

__all__ = ["Door"]


class Door:
    """`app` is what to serve, `edge` the middleware in it, `origin` what it stands before unless that is a folder,
    and `told` is for the gate. `stopping` is for the server to set. Its files are there: see files.py. Raises what
    EdgeError there is."""

    def __init__(
        self,
        options: Options,
        settings: ServeSettings,
        write: Callable[[Entry], None] | None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.stopping = False
        self.told: Told = untold
        self.origin = None if _folder(settings) else _origin(options, settings)
        behind = self.origin or folder_app(Path(settings.origin), options.folder, _secrets(settings, environ))
        self.edge = EdgeMiddleware(behind, options.folder, environ=environ)
        prefix = partial(_prefix, self.edge)
        app: ASGIApp = Dated(Health(self.edge, prefix, lambda: self.stopping, self.answering, self._keeps))
        if write is not None:
            app = log = AccessLog(app, write, prefix)
            self.told = log.refused
        self.app = Forwarding(app, Peers(settings.trust))

    def _keeps(self) -> bool:
        return self.edge.setup is not None and self.edge.setup.cache is not None

    async def answering(self) -> list[bool]:
        """For each site behind, whether it answers. A folder always does."""
        return [True] if self.origin is None else await self.origin.answering()


def _prefix(edge: EdgeMiddleware) -> str:
    """Where Edge's own paths are now."""
    found = edge.setup or edge.off
    return found.prefix if found else ""


def _folder(settings: ServeSettings) -> bool:
    return not settings.origins and is_folder(settings.origin)


def _secrets(settings: ServeSettings, environ: Mapping[str, str]) -> Iterator[Path]:
    """The files of Edge that no visitor may have, should one lie in the folder that is served."""
    yield purge_file(environ).path
    yield from key_files(environ)
    for name in (settings.tls_cert, settings.tls_key):  # the first may hold the key, too
        if name:
            yield Path(name)


def _origin(options: Options, settings: ServeSettings) -> Origin:
    single = not settings.origins
    several = [OriginSettings(settings.origin)] if single else settings.origins
    page = Path(settings.error_page) if settings.error_page else None
    try:
        return Origin(
            [_upstream(one) for one in several], hosts=settings.hosts, trusted=settings.trust, error_page=page
        )
    except OriginError as error:
        raise options.error([options.problem(str(error), "", "origin" if single else "origins")]) from None


def _upstream(one: OriginSettings) -> Upstream:
    return Upstream(
        one.url,
        one.prefix,
        one.host,
        one.keep_host,
        Path(one.ca) if one.ca else None,
        one.server_name or None,
        Timeouts(
            one.connect_seconds, one.wait_seconds, one.first_byte_seconds, one.idle_seconds, one.keep_seconds
        ),
        one.slots,
    )
