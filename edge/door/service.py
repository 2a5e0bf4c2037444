"""`edge serve` from its first line to its exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from edge.door.app import Door
from edge.door.files import check_files
from edge.door.listen import check_apart, listen, shown, taken_port
from edge.door.logs import set_up_logs
from edge.door.options import Options
from edge.door.staying import told_to_stay
from edge.door.supervisor import Supervisor
from edge.errors import EdgeError
from edge.site import ServeSettings

__all__ = ["serve"]

log = logging.getLogger("edge")


def serve(options: Options, environ: Mapping[str, str] = os.environ) -> int:
    """Serves until a signal ends it; gives the exit code. Raises EdgeError where it cannot begin: everything is
    tried here first, so that it is told once and not by each worker."""
    settings = options.settings()
    check_files(options, settings)
    door = Door(options, settings, None, environ)
    with listen(settings) as listener:
        where = shown(listener, settings)
        if door.origin is not None:
            check_apart(listener, [one.url for one in settings.origins] or [settings.origin])

        async def begun() -> None:
            print(_first_line(where, options, settings, door), file=sys.stderr, flush=True)  # noqa: T201
            await _look_behind(door)

        def reloaded() -> None:
            try:
                now = options.settings()
            except (EdgeError, OSError):  # changed again since the workers have read it
                return
            supervisor.stop_seconds = _patience(now)
            if said := told_to_stay(settings, now, taken_port(listener)):
                log.warning("%s", said)

        set_up_logs()
        supervisor = Supervisor(
            settings.workers, listener, options.as_json(), _patience(settings), begun, reloaded
        )
        try:
            return asyncio.run(supervisor.run())
        finally:
            if settings.unix:
                Path(settings.unix).unlink(missing_ok=True)


def _patience(settings: ServeSettings) -> float:
    """Seconds that workers may take to end."""
    return settings.drain_seconds + settings.stop_seconds + 5


def _first_line(where: str, options: Options, settings: ServeSettings, door: Door) -> str:
    behind = ", ".join(one.url for one in settings.origins) or settings.origin
    if door.origin is None:
        behind = _short(Path(behind))
    shows = (
        "EDGE_OFF is set: every page passes as it is" if door.edge.setup is None else f"site folder {options.site}"
    )
    return f"Edge listens at {where} in front of {behind} ({shows})"


def _short(folder: Path) -> str:
    """Where it is, without ways round, as seen from here where that is shorter."""
    found = str(folder.resolve())
    return min(os.path.relpath(found), found, key=len)


async def _look_behind(door: Door) -> None:
    """A site that does not answer yet is no reason not to begin: it may be starting too."""
    if door.origin is not None:
        await door.origin.answering()  # says what is wrong
        await door.origin.aclose()
