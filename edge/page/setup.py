"""What the page path works with: everything a request needs, found once at start."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from edge.blocks import Block, Renditions
from edge.decisions import Experience
from edge.facts import Env, Source
from edge.html import Slots
from edge.model import Persona, Profile, Version, Visitor
from edge.page.answers import Answers
from edge.page.callers import Callers
from edge.page.counts import Counts
from edge.page.plans import Plans
from edge.page.response import Responses
from edge.types import ASGIApp
from edge.visitors import Cookies, Geo, Previews

__all__ = ["ProfileSource", "Setup", "Use"]

ProfileSource = Callable[[Visitor], Awaitable[Profile]]
"""Gives the profile of a visitor, from wherever it is kept. Started with the request, awaited at the first slot
for at most the budget; a profile that comes later is not used for this page."""


@dataclass(slots=True)
class Use:
    """How many requests are going on that may ask the `profiles` of a setup."""

    requests: int = 0


@dataclass(frozen=True, slots=True)
class Setup:
    """One checked site folder, with the keys and limits it runs under. Frozen: to change anything, hand the
    middleware another one, and each request goes on with the one it began with.

    `profile_slots` are those whose experiences ask for something of the visitor's profile, each with what it asks
    for: traits as facts are named, segments from elsewhere as rules write them. `profiles` are asked all at once;
    of a trait that two of them know, the first is believed. `bind` gives an Env its segments; `budget` is in
    seconds; `key` is the secret under which validators are hashed; `chop` is the seed by which bodies are cut, if
    any; `reported` are the faults that the log has told of. `cache` stands before the app, if there is one;
    `endpoints` are paths behind the prefix that somebody else answers, those `for_preview` only to whoever is in
    preview; `style_path` is the whole one of the widgets' style as it is now.
    """

    slots: Slots
    experiences: Mapping[str, tuple[Experience, ...]]
    profile_slots: Mapping[str, frozenset[str]]
    blocks: Mapping[str, Block]
    segments: frozenset[str]
    bind: Callable[[Env], None]
    sources: Mapping[str, Source]
    zone: tzinfo
    geo: Geo
    callers: Callers
    cookies: Cookies
    previews: Previews
    personas: Mapping[str, Persona]
    no_slots: Callable[[str], bool]
    plans: Plans
    renditions: Renditions
    answers: Answers
    key: bytes
    clock: Callable[[], float]
    version: Version
    prefix: str = "/_edge"
    budget: float = 0.05
    responses: Responses = field(default_factory=Responses)
    profiles: tuple[ProfileSource, ...] = ()
    # Of the process, not of a site: read here, so that the bodies are cut in every test that builds one of these.
    chop: str = field(default_factory=lambda: os.environ.get("EDGE_DEBUG_CHOP", ""))
    use: Use = field(default_factory=Use)
    counts: Counts = field(default_factory=Counts)
    reported: set[tuple[object, ...]] = field(default_factory=set)
    cache: ASGIApp | None = None
    endpoints: Mapping[str, ASGIApp] = field(default_factory=dict)
    for_preview: Mapping[str, ASGIApp] = field(default_factory=dict)
    style_path: str = ""
