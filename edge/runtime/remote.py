"""The service of `[remote]`, as the site folder and the environment say now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import SiteError
from edge.facts import convert_foreign
from edge.model import Value
from edge.page import Counts
from edge.remote import KINDS, Convert, Headers, RemoteSettings, resolve_headers, secret_files
from edge.site import Site

if TYPE_CHECKING:
    from edge.remote.profiles import RemoteProfiles

__all__ = ["Remote"]

_MIB = 1024 * 1024


class Remote:
    """Keeps one client, with all that it has learnt, for as long as nothing changes of what it was made from:
    the settings, and the segments and traits that the site declares. New secrets are given to it as it goes.
    Making this starts nothing."""

    def __init__(self, environ: Mapping[str, str], folder: Path = Path()) -> None:
        self._environ = environ
        self._folder = folder
        self._made_from: object = None
        self._profiles: RemoteProfiles | None = None

    def profiles(self, site: Site, counts: Counts) -> RemoteProfiles | None:
        """The source of profiles for this site; None where it has none, or where nothing that it shows asks for
        one. Raises SiteError where a secret of the headers is missing; then all is as before."""
        settings = site.settings.remote
        if not settings.url:
            self._made_from, self._profiles = None, None
            return None
        from edge.remote.profiles import RemoteProfiles  # with an HTTP client, which few sites need

        headers = self._headers(settings)
        made_from = (settings, site.remote_segments, site.traits, site.settings.limits.profiles_mb)
        if self._profiles is None or made_from != self._made_from:
            memory = site.settings.limits.profiles_mb * _MIB
            segments, converted = frozenset(site.remote_segments), _converter(site)
            self._profiles = RemoteProfiles(settings, headers, segments, converted, counts, memory=memory)
            self._made_from = made_from
        else:
            self._profiles.use(headers)
        return self._profiles if any(map(site.of_profile, site.enabled)) else None

    def files(self, site: Site) -> tuple[Path, ...]:
        """The files that hold secrets of the headers: where one changes, `profiles` is to be called anew."""
        return secret_files(site.settings.remote.all_headers, self._environ)

    def _headers(self, settings: RemoteSettings) -> Headers:
        try:
            return resolve_headers(settings.all_headers, self._environ)
        except SiteError as error:
            raise SiteError(replace(one, file=str(self._folder / one.file)) for one in error.problems) from None


def _converter(site: Site) -> Convert:
    texts = KINDS[site.settings.remote.kind].texts

    def converted(name: str, raw: object) -> Value:
        return convert_foreign(site.facts[f"traits.{name}"], raw, texts=texts)

    return converted
