"""The one place that wires everything together."""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from edge.blocks import Renditions
from edge.facts import Env
from edge.html import Slots
from edge.page import CheckedProfiles, Middleware, Plans, ProfileSource, Setup
from edge.rules import bind_segments
from edge.site import Site, load_site
from edge.types import ASGIApp
from edge.visitors import SOURCES, Cookies, Keys, Previews, load_keys, trait_source

__all__ = ["EdgeMiddleware", "build_setup", "preview_path"]

log = logging.getLogger("edge")

_MIB = 1024 * 1024


class EdgeMiddleware(Middleware):
    """Puts Edge in front of an ASGI application: `app = EdgeMiddleware(app, site="site/")`.

    `site` is the site folder; a wrong one raises SiteError with every problem in it. `profiles` gives the traits
    of a known visitor, from wherever they are kept. `environ` and `clock` (Unix seconds) are there for tests.

    Building it starts nothing: no thread, no task, no connection. Raises SiteError or SecretError.
    """

    def __init__(
        self,
        app: ASGIApp,
        site: str | Path = "site",
        *,
        profiles: ProfileSource | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        environ = os.environ if environ is None else environ
        if _is_off(environ):
            log.warning("EDGE_OFF is set: Edge does nothing")
            super().__init__(app, None)
            return
        super().__init__(app, build_setup(load_site(site), keys(environ), profiles, clock))

    def preview_path(self, host: str, persona: str = "") -> str:
        """Path and query of a link that opens `host` (as in the Host header) in preview, as `persona` or as
        oneself, for twelve hours; the first page where Edge is turned off. Whoever has the link may look: give it
        to people, not to pages."""
        return "/" if self.setup is None else preview_path(self.setup, host, persona)


def _is_off(environ: Mapping[str, str]) -> bool:
    return environ.get("EDGE_OFF", "").strip().lower() not in ("", "0", "false", "no")


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
    site: Site, keys: Keys, profiles: ProfileSource | None = None, clock: Callable[[], float] = time.time
) -> Setup:
    """What the page path needs, from a checked site folder and the signing keys."""
    settings = site.settings
    sources = {**SOURCES, **{fact.name: trait_source(fact.name.partition(".")[2]) for fact in site.traits}}

    def bind(env: Env) -> None:
        bind_segments(site.segments, env)

    return Setup(
        slots=site.slots,
        experiences=site.experiences,
        profile_slots=_profile_slots(site),
        blocks=site.blocks,
        segments=frozenset(site.segments),
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
        key=hmac.digest(keys.secrets[-1], f"edge.validator {_where(site.slots)}".encode(), "sha256"),
        clock=clock,
        prefix=settings.prefix,
        budget=settings.budget_ms / 1000,
        error_pages=settings.error_pages,
        profiles=None if profiles is None else CheckedProfiles(profiles, site.facts),
    )


def _where(slots: Slots) -> str:
    """What decides where a page's blocks go, besides the page."""
    selectors = [(selector.text, name) for selector, name in slots.selectors]
    return repr((sorted(slots.names), selectors, sorted(slots.times.items())))


def _profile_slots(site: Site) -> frozenset[str]:
    """The slots for which it matters who the visitor is, not only what the request says."""
    return frozenset(
        slot
        for slot, experiences in site.experiences.items()
        for one in experiences
        if any(name.startswith("traits.") for name in site.reads(one))
    )


def preview_path(setup: Setup, host: str, persona: str = "") -> str:
    """What `EdgeMiddleware.preview_path` gives."""
    return f"{setup.prefix}/preview?token={setup.previews.make(host, persona, setup.clock())}"
