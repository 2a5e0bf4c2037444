"""From a checked site folder and the keys to what the page path works with."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from edge.bar import CSS, JS
from edge.facts import Env
from edge.gallery import Gallery, Resource, style_endpoints, style_path
from edge.page import Answers, Asked, Callers, Counts, Off, ProfileSource, Responses, Setup
from edge.rules import bind_segments
from edge.runtime.caching import Caching
from edge.runtime.keeping import Keeping, Made, where
from edge.runtime.remote import Remote
from edge.site import Site, load_prefix, load_style
from edge.types import ASGIApp
from edge.visitors import SOURCES, Keys, Previews, load_keys, trait_source

if TYPE_CHECKING:
    from edge.remote.profiles import RemoteProfiles

__all__ = ["Maker", "keys", "preview_path", "turned_off"]

log = logging.getLogger("edge")

_BAR = {"/bar.css": Resource(CSS.body, CSS.kind), "/bar.js": Resource(JS.body, JS.kind)}


def keys(environ: Mapping[str, str]) -> Keys:
    """The signing keys, and a word about them where Edge had to make one."""
    found = load_keys(environ)
    if found.made is not None:
        log.warning(
            "made a signing key in %s: with more than one machine, give all of them the same EDGE_SECRET_KEYS",
            found.made,
        )
    return found


class Maker:
    """Makes setups for the site in `folder` that stand before `app`: with the operator's `profiles`, the services
    and secrets that `environ` tells of, and `clock` in Unix seconds. All of them count in one place."""

    def __init__(
        self,
        app: ASGIApp,
        folder: Path,
        environ: Mapping[str, str],
        profiles: ProfileSource | None,
        clock: Callable[[], float],
    ) -> None:
        self._profiles = profiles
        self._clock = clock
        self._remote = Remote(environ, folder)
        self._counts = Counts()
        self._caching = Caching(app, environ, clock, self._counts)

    def remote(self, site: Site) -> RemoteProfiles | None:
        """The service that the site asks; the one from before where nothing of it has changed. Raises SiteError
        where a secret is missing."""
        return self._remote.profiles(site, self._counts)

    def secret_files(self, site: Site) -> tuple[Path, ...]:
        """The files that hold secrets for that service."""
        return self._remote.files(site)

    def make(self, site: Site, keys: Keys, remote: RemoteProfiles | None, before: Made | None = None) -> Made:
        """What the page path needs. What was kept under the setup `before` goes on."""
        settings = site.settings
        kept = Keeping(site, keys, before)
        sources = {**SOURCES, **{fact.name: trait_source(fact.name.partition(".")[2]) for fact in site.traits}}

        def bind(env: Env) -> None:
            bind_segments(site.segments, env, env.subject.profile.segments.intersection(site.remote_segments))

        cookies = kept.cookies()
        answers = Answers(_asked(site), sources, settings.geo, settings.limits.answers_mb << 20)
        cache = kept.page_cache(lambda: self._caching.make(settings.page_cache))
        setup = Setup(
            slots=site.slots,
            experiences=site.experiences,
            profile_slots=_profile_slots(site),
            blocks=site.blocks,
            segments=frozenset((*site.segments, *site.remote_segments)),
            bind=bind,
            sources=MappingProxyType(sources),
            zone=settings.zone,
            geo=settings.geo,
            callers=Callers(answers.requests, cookies, settings.consent, site.cookie),
            cookies=cookies,
            previews=Previews(keys),
            personas=site.personas,
            no_slots=settings.pages.no_slots,
            plans=kept.plans(),
            renditions=kept.renditions(),
            answers=answers,
            key=hmac.digest(keys.secrets[-1], f"edge.validator {where(site.slots)}".encode(), "sha256"),
            clock=self._clock,
            version=kept.version(self._clock),
            prefix=settings.prefix,
            budget=settings.budget_ms / 1000,
            responses=Responses(settings.error_pages, settings.compress),
            profiles=tuple(source for source in (kept.own(self._profiles), remote) if source is not None),
            use=kept.use(remote),
            counts=self._counts,
            reported=kept.reported,
            cache=cache,
            endpoints={
                **self._caching.endpoints(cache),
                **style_endpoints(site.style),
                **_BAR,
            },
            for_preview={"/widgets": Gallery(site)},
            style_path=style_path(settings.prefix, site.style),
        )
        return Made(site, keys, remote, setup, cache)


def turned_off(folder: Path) -> Off:
    """What there is of the site in `folder`, be it right or wrong, where Edge is turned off: pages that somebody
    has kept, and defaults out of widgets, look as they did."""
    prefix = load_prefix(folder)
    try:
        style = load_style(folder)
        return Off(prefix, style_endpoints(style), style_path(prefix, style))
    except Exception as error:  # noqa: BLE001  a broken package of widgets must not keep the switch from working
        log.warning("the style of the widgets is not there, because of %r", error)
        return Off(prefix, {}, style_path(prefix, ""))


def _profile_slots(site: Site) -> Mapping[str, frozenset[str]]:
    """The slots for which it matters who the visitor is, not only what the request says, and what of it."""
    asked: dict[str, frozenset[str]] = {}
    for one in site.enabled:
        asked[one.slot] = asked.get(one.slot, frozenset()) | site.of_profile(one)
    return MappingProxyType({slot: names for slot, names in asked.items() if names})


def _asked(site: Site) -> Mapping[str, Asked]:
    """What each slot's experiences may ask for."""
    asked: dict[str, Asked] = {}
    for one in site.enabled:
        turns = frozenset(turn for turn in (one.starts, one.ends) if turn is not None)
        asked[one.slot] = asked.get(one.slot, Asked()) | Asked(site.reads(one), site.asks(one), turns)
    return MappingProxyType(asked)


def preview_path(prefix: str, previews: Previews, host: str, persona: str, now: float) -> str:
    """What `EdgeMiddleware.preview_path` gives."""
    return f"{prefix}/preview?token={previews.make(host, persona, now)}"
