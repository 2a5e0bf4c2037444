"""The service of `[remote]`, as the site folder and the environment say now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from edge.facts import convert
from edge.model import Value
from edge.page import Counts
from edge.remote import Convert, RemoteProfiles
from edge.site import Site

__all__ = ["Remote"]


class Remote:
    """Keeps one client for as long as nothing changes of what it was made from: the settings, the headers with
    their secrets, and the segments and traits that the site declares. Making it starts nothing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._made_from: object = None
        self._profiles: RemoteProfiles | None = None

    def profiles(self, site: Site, counts: Counts) -> RemoteProfiles | None:
        """The source of profiles for this site; None where it has none, or where nothing that it shows asks for
        one. Raises SiteError where a secret of the headers is missing."""
        settings = site.settings.remote
        if not settings.url or not any(map(site.of_profile, site.enabled)):
            self._made_from, self._profiles = None, None
            return None
        made_from = (settings, site.remote_segments, site.traits)
        if made_from != self._made_from:
            self._made_from = made_from
            segments = frozenset(site.remote_segments)
            self._profiles = RemoteProfiles(settings, settings.headers, segments, _converter(site), counts)
        return self._profiles

    def files(self, site: Site) -> tuple[Path, ...]:
        """The files that hold secrets of the headers."""
        return ()

    async def hold(self) -> None:
        """Closes the connections when it is cancelled."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            if self._profiles is not None:
                await self._profiles.aclose()


def _converter(site: Site) -> Convert:
    def converted(name: str, raw: object) -> Value:
        return convert(site.facts[f"traits.{name}"], raw)

    return converted
