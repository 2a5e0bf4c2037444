"""One request's visitor: who it is, and what is known of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote

from edge.facts import Env
from edge.model import Persona, Profile, Reason, Value, Visitor
from edge.page.asking import Asking, known
from edge.page.callers import NOBODY, Caller
from edge.page.counts import Cell
from edge.page.faults import report, tally
from edge.page.request import PageRequest
from edge.page.setup import Setup
from edge.types import Headers, Scope
from edge.visitors import Preview, Subject, header_values

__all__ = ["Visit"]

log = logging.getLogger("edge.page")

_Told = TypeVar("_Told")

_UNKNOWN = Profile()
_NEW = Visitor()
_NOBODY = Subject("", {}, 0.0)


class Visit:
    """What Edge knows of a request's visitor. The app behind finds it as `scope["edge"]` and may ask for
    `visitor`, `segments`, `fact(name)` and `segment(name)`; a response of an app that did, before the first of the
    body, leaves as `private`.

    Nothing is worked out before it is asked for.
    """

    __slots__ = (
        "_begun",
        "_env",
        "_lines",
        "_missing",
        "_now",
        "_scope",
        "_setup",
        "_subject",
        "_told",
        "asking",
        "caller",
        "clock",
        "is_out",
        "path",
        "preview",
        "was_read",
    )

    def __init__(self, setup: Setup, scope: Scope) -> None:
        self._setup = setup
        self._scope = scope
        self._begun = False
        self._subject: Subject | None = None
        self._env: Env | None = None
        self.asking: Asking | None = None
        """Those who are asked who the visitor is, until they have answered."""
        self._missing: Reason | None = None
        self._told: frozenset[str] = frozenset()
        self.path: str = scope["path"]
        self.caller: Caller = NOBODY
        """Who sends the request, once that is recognised."""
        self.clock: float
        """When the visitor looks, in Unix seconds: now, or when their persona does."""
        self.preview: Preview | None = None
        self.was_read = False
        self.is_out = False
        """Whether the response has begun to leave as one that a shared cache may keep."""

    # For the app behind.

    @property
    def visitor(self) -> Visitor:
        """Who is looking. Without consent, or where no rule needs a cookie, a visitor without an id."""
        return self._ask(lambda: self.subject.visitor or Visitor(), Visitor())

    @property
    def segments(self) -> frozenset[str]:
        """The names of all segments that the visitor belongs to."""
        return frozenset(name for name in self._setup.segments if self.segment(name))

    def segment(self, name: str) -> bool:
        """Whether the visitor belongs to the segment; False for a name that there is not."""
        return self._ask(lambda: name in self._setup.segments and self.env.segments[name], False)

    def fact(self, name: str) -> Value:
        """The fact of that name, as rules write it (`country`, `traits.plan`); None for not known."""
        return self._ask(lambda: self.env[name], None)

    def _ask(self, question: Callable[[], _Told], unknown: _Told) -> _Told:
        """What the app wants to know, or that it is not known: whatever fails here must not cost it its page."""
        try:
            self._mark_read()
            self.begin()
            return question()
        except Exception as error:  # noqa: BLE001
            report(self._setup, error)
            tally(self._setup, self, "defaulted", "failed")
            return unknown

    def _mark_read(self) -> None:
        self.was_read = True
        if self.is_out and ("late read",) not in self._setup.reported:
            self._setup.reported.add(("late read",))
            log.warning(
                'the app read scope["edge"] after its response had begun: caches may give to others what it made'
                " for one, reported once. Read it before the first of the body, or send Cache-Control: private"
            )

    # For the page.

    def recognise(self) -> Caller:
        """Who sends the request, and what to know of that before it is answered."""
        caller = self.caller
        if caller is NOBODY:
            scope, setup = self._scope, self._setup
            lines = self._lines = dict(scope["headers"])
            self.clock = self._now = now = setup.clock()
            caller = self.caller = setup.callers.find(scope, lines, now)
        return caller

    def begin(self) -> None:
        """Starts the visitor's work: looks for the preview's cookie, and asks for the profile where it is kept
        elsewhere."""
        if self._begun:
            return
        caller, setup = self.recognise(), self._setup
        self._begun = True
        if caller.previews:
            self._preview_as(caller.request)
        if setup.profiles and caller.visitor is not None:
            self._ask_for(self.subject.visitor)

    def _preview_as(self, request: PageRequest) -> None:
        lines = header_values(self._scope["headers"], b"cookie")
        self.preview = self._setup.previews.read_cookie(lines, request.host, request.secure, self._now)
        persona = self.persona
        if persona is not None and persona.clock is not None:
            self.clock = persona.clock
        if self.wants_defaults:
            self._env = Env({}, None)  # nobody in particular, for the app behind too

    def _ask_for(self, visitor: Visitor | None) -> None:
        if visitor is not None and visitor.id is not None and _in_loop():
            self.asking = asking = Asking(self._setup, visitor)
            if asking.is_done:
                self._meet(asking)

    def give_up(self) -> None:
        """Nothing can be found out: the app behind, should it ask, is told that nobody is known."""
        self.caller, self.preview, self._begun, self.clock = NOBODY, None, True, 0.0
        self._subject = _NOBODY
        self._env = Env({}, None)

    @property
    def persona(self) -> Persona | None:
        """Whom the page is previewed as."""
        name = self.preview and self.preview.persona
        return self._setup.personas.get(name) if name else None

    @property
    def wants_defaults(self) -> bool:
        """Whether somebody in preview asks for the page as it is for nobody in particular."""
        return self.preview is not None and self._lines.get(b"edge-preview") == b"defaults"

    def must_wait(self, slots: Iterable[str]) -> bool:
        """Whether these slots ask for something of the visitor that is still to come."""
        return self.asking is not None and not self._setup.profile_slots.keys().isdisjoint(slots)

    async def ready(self) -> None:
        """Returns when what is known elsewhere has come, or when the budget is used up, which all slots of a page
        share. Only the time spent here counts, not the origin's."""
        asking = self.asking
        if asking is None:
            return
        await asking.wait()
        if self.asking is asking:
            self._meet(asking)

    def _meet(self, asking: Asking) -> None:
        """Goes on with what is known now, and forgets what the app has asked before it was."""
        self.asking = None
        profile, self._missing = asking.taken()
        self.subject.profile = profile
        self._told = known(profile) if self._missing else frozenset()
        self._env = None

    def close(self) -> None:
        """Stops what nobody waits for any more."""
        if self.asking is not None:
            self.asking.leave()

    # For what the slots show.

    @property
    def subject(self) -> Subject:
        """The request and its visitor: of a persona, what is known of it."""
        if self._subject is None:
            self._subject = self._looked_at()
        return self._subject

    def _looked_at(self) -> Subject:
        caller, setup, persona = self.caller, self._setup, self.persona
        visitor, profile = caller.visitor, _UNKNOWN
        if persona is not None:
            visitor, profile = visitor and _NEW, Profile(segments=persona.segments)
        if self.wants_defaults:
            visitor = None
        host, zone, geo = caller.request.host, setup.zone, setup.geo
        return Subject(self.path, self._lines, self.clock, self.query, host, zone, geo, visitor, profile)

    @property
    def env(self) -> Env:
        """The facts and segments."""
        if self._env is None:
            persona, setup = self.persona, self._setup
            env = Env(setup.sources, self.subject, None if persona is None else persona.facts)
            setup.bind(env)
            self._env = env
        return self._env

    def lacks(self, slot: str) -> Reason | None:
        """Why what is known does not do for this slot: its experiences ask for what did not come."""
        if self._missing is None or self._setup.profile_slots.get(slot, frozenset()) <= self._told:
            return None
        return self._missing

    @property
    def has_bar(self) -> bool:
        """Whether the page ends with the preview's bar: fragments and frames are previewed without one."""
        if self.preview is None:
            return False
        destinations = header_values(self._scope["headers"], b"sec-fetch-dest")
        return all(value in (b"", b"document") for value in destinations)

    @property
    def query(self) -> bytes:
        """The query, raw."""
        query: bytes = self._scope.get("query_string", b"")
        return query

    @property
    def address(self) -> str:
        """Path and query, as a browser writes them."""
        query = self.query.decode("latin-1")
        return quote(self.path) + ("?" + query if query else "")

    @property
    def prefix(self) -> str:
        """Where Edge's own paths are for this browser."""
        return str(self._scope.get("root_path", "")) + self._setup.prefix

    def count(self, what: str, why: str) -> None:
        """Counts, except what a preview does; and says it to whoever wants to know it of this request."""
        told: list[tuple[str, str]] | None = self._scope.get("edge.told")
        if told is not None:
            told.append((what, why))
        if self.preview is None:
            self._setup.counts[what, why] += 1

    def count_page(self, cell: Cell) -> None:
        """Counts all that is to be counted of one page."""
        told: list[tuple[str, str]] | None = self._scope.get("edge.told")
        if told is not None:
            told.extend(cell.counted)
        if self.preview is None:
            self._setup.counts.one_more(cell)

    @property
    def is_partial(self) -> bool:
        """Whether something that may be asked for did not come."""
        return self._missing is not None

    @property
    def owes_cookie(self) -> bool:
        """Whether a page that leaves as private brings the visitor a cookie, unless it is a bot."""
        return self.preview is None and self.caller.owed

    def cookie_headers(self) -> Headers:
        """The Set-Cookie header for a page that leaves as private: for a new visitor, or when it is time again."""
        if not self.owes_cookie or self.subject.agent.bot:
            return []
        setup, visitor = self._setup, self.subject.visitor
        if visitor is None or visitor.id is None:
            visitor = setup.cookies.issue(self._now)
        return [(b"set-cookie", setup.cookies.set_cookie(visitor, self.caller.request.secure, self._now))]


def _in_loop() -> bool:
    """Whether a task can be started here: not from a thread that the app behind asks from."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
