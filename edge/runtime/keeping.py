"""What goes on from one state of the site to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.blocks import Block, Renditions
from edge.cache import PageCache
from edge.html import Slots
from edge.model import Version
from edge.page import CheckedProfiles, Plans, ProfileSource, Setup, Use
from edge.site import Site
from edge.visitors import Cookies, Keys

if TYPE_CHECKING:
    from edge.remote.profiles import RemoteProfiles

__all__ = ["Keeping", "Made", "forget", "where"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A setup, and what it was made of."""

    site: Site
    keys: Keys
    remote: RemoteProfiles | None
    setup: Setup
    cache: PageCache | None = None


class Keeping:
    """The parts of a setup for `site` and `keys` that may outlive it: taken from the one `before` where nothing
    changed that they depend on, else new."""

    def __init__(self, site: Site, keys: Keys, before: Made | None) -> None:
        self._site = site
        self._keys = keys
        self._before = before

    @property
    def reported(self) -> set[tuple[object, ...]]:
        return set() if self._before is None else self._before.setup.reported

    def plans(self) -> Plans:
        """A plan says where in a page the slots are: those of other slots are of no use."""
        before, site = self._before, self._site
        limit = site.settings.limits.plans_mb
        if before is None or before.site.settings.limits.plans_mb != limit:
            return Plans(limit * _MIB)
        same = where(before.site.slots) == where(site.slots)
        return before.setup.plans if same else Plans(limit * _MIB)

    def renditions(self) -> Renditions:
        """Each is of one block: those of blocks that have gone are forgotten later."""
        before = self._before
        limit = self._site.settings.limits.renditions_mb
        if before is None or before.site.settings.limits.renditions_mb != limit:
            return Renditions(limit * _MIB)
        return before.setup.renditions

    def cookies(self) -> Cookies:
        """With the visitors whose signature was verified, under these very keys."""
        before, keys = self._before, self._keys
        settings = self._site.settings.cookie
        made_of = None if before is None else (before.keys.secrets, before.site.settings.cookie)
        if before is not None and made_of == (keys.secrets, settings):
            return before.setup.cookies
        return Cookies(keys, settings.max_age_days, settings.renew_days)

    def version(self, clock: Callable[[], float]) -> Version:
        before = self._before
        if before is not None and before.site.version == self._site.version:
            return before.setup.version  # the secrets have changed, not the folder
        return Version(self._site.version, clock())

    def own(self, source: ProfileSource | None) -> CheckedProfiles | None:
        """The operator's source of profiles, with what the log was told of it."""
        if source is None:
            return None
        sources = () if self._before is None else self._before.setup.profiles
        told = next((one.told for one in sources if isinstance(one, CheckedProfiles)), None)
        return CheckedProfiles(source, self._site.facts, self._site.remote_segments, told)

    def page_cache(self, make: Callable[[], PageCache]) -> PageCache | None:
        """Whatever changes, it keeps what it has: the answers are the site's, not ours."""
        before, settings = self._before, self._site.settings.page_cache
        if not settings.on:
            return None
        if before is None or before.cache is None:
            return make()
        return before.cache if before.cache.settings == settings else before.cache.under(settings)

    def use(self, remote: RemoteProfiles | None) -> Use:
        """Counts the requests that may ask `remote`, under whichever setup."""
        before = self._before
        return before.setup.use if before is not None and before.remote is remote else Use()


def forget(made: Made) -> None:
    """Lets go of what is kept of blocks that `made` no longer has. To be called where pages are served."""
    blocks = frozenset(made.site.blocks.values())
    made.setup.renditions.keep_only(blocks)
    reported = made.setup.reported
    reported -= {key for key in reported if isinstance(key[0], Block) and key[0] not in blocks}


def where(slots: Slots) -> str:
    """What decides where a page's blocks go, besides the page."""
    selectors = [(selector.text, name) for selector, name in slots.selectors]
    return repr((sorted(slots.names), selectors, sorted(slots.times.items())))
