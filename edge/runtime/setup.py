"""From a checked site folder and the keys to what the page path works with."""

from __future__ import annotations

import hmac
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.blocks import Renditions
from edge.facts import Env
from edge.html import Slots
from edge.model import Version
from edge.page import CheckedProfiles, Counts, Plans, ProfileSource, Setup
from edge.rules import bind_segments
from edge.runtime.remote import Remote
from edge.site import Site
from edge.visitors import SOURCES, Cookies, Keys, Previews, load_keys, trait_source

__all__ = ["build_setup", "keys", "preview_path"]

log = logging.getLogger("edge")

_MIB = 1024 * 1024


def keys(environ: Mapping[str, str]) -> Keys:
    """The signing keys, and a word about them where Edge had to make one."""
    found = load_keys(environ)
    if found.made is not None:
        log.warning(
            "made a signing key in %s: with more than one machine, give all of them the same EDGE_SECRET_KEYS",
            found.made,
        )
    return found


def build_setup(
    site: Site,
    keys: Keys,
    profiles: ProfileSource | None = None,
    clock: Callable[[], float] = time.time,
    before: Setup | None = None,
    remote: Remote | None = None,
) -> Setup:
    """What the page path needs, from a checked site folder and the signing keys. What was kept and counted under
    the setup `before` goes on. Raises SiteError where what `remote` needs of the environment is missing."""
    settings = site.settings
    counts: Counts = Counter() if before is None else before.counts
    own = None if profiles is None else CheckedProfiles(profiles, site.facts, site.remote_segments)
    asked = (own, None if remote is None else remote.profiles(site, counts))
    sources = {**SOURCES, **{fact.name: trait_source(fact.name.partition(".")[2]) for fact in site.traits}}

    def bind(env: Env) -> None:
        bind_segments(site.segments, env, env.subject.profile.segments.intersection(site.remote_segments))

    return Setup(
        slots=site.slots,
        experiences=site.experiences,
        profile_slots=_profile_slots(site),
        blocks=site.blocks,
        segments=frozenset((*site.segments, *site.remote_segments)),
        bind=bind,
        sources=MappingProxyType(sources),
        zone=settings.zone,
        geo=settings.geo,
        consent=settings.consent,
        cookies=Cookies(keys, settings.cookie.max_age_days, settings.cookie.renew_days),
        needs_cookie=site.cookie,
        previews=Previews(keys),
        personas=site.personas,
        no_slots=settings.pages.no_slots,
        plans=Plans(settings.limits.plans_mb * _MIB),
        renditions=Renditions(settings.limits.renditions_mb * _MIB),
        version=_version(site, clock, before),
        key=hmac.digest(keys.secrets[-1], f"edge.validator {_where(site.slots)}".encode(), "sha256"),
        clock=clock,
        prefix=settings.prefix,
        budget=settings.budget_ms / 1000,
        error_pages=settings.error_pages,
        profiles=tuple(source for source in asked if source is not None),
        counts=counts,
        reported=set() if before is None else before.reported,
    )


def _version(site: Site, clock: Callable[[], float], before: Setup | None) -> Version:
    if before is not None and before.version.name == site.version:
        return before.version  # the keys have changed, not the folder
    return Version(site.version, clock())


def _where(slots: Slots) -> str:
    """What decides where a page's blocks go, besides the page."""
    selectors = [(selector.text, name) for selector, name in slots.selectors]
    return repr((sorted(slots.names), selectors, sorted(slots.times.items())))


def _profile_slots(site: Site) -> Mapping[str, frozenset[str]]:
    """The slots for which it matters who the visitor is, not only what the request says, and what of it."""
    asked: dict[str, frozenset[str]] = {}
    for one in site.enabled:
        asked[one.slot] = asked.get(one.slot, frozenset()) | site.of_profile(one)
    return MappingProxyType({slot: names for slot, names in asked.items() if names})


def preview_path(setup: Setup, host: str, persona: str = "") -> str:
    """What `EdgeMiddleware.preview_path` gives."""
    return f"{setup.prefix}/preview?token={setup.previews.make(host, persona, setup.clock())}"
