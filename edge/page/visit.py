"""One request's visitor: who it is, what is known of them, and what each slot shows."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from edge.blocks import BlockFailed
from edge.decisions import decide
from edge.facts import Env
from edge.html import Fill, encode
from edge.model import Decision, Persona, Profile, Reason, Value, Visitor
from edge.page.bar import render_bar
from edge.page.faults import report
from edge.page.setup import Setup
from edge.types import Headers, Scope
from edge.visitors import Preview, Subject, header_values, needs_secure

__all__ = ["FillOf", "Visit"]

FillOf = Callable[[str, str], Fill | None]
"""What goes into the slot of a name, in a page of a codec; None for its default content."""

log = logging.getLogger("edge.page")


class Visit:
    """What Edge knows of a request's visitor. The app behind finds it as `scope["edge"]` and may ask for
    `visitor`, `segments`, `fact(name)` and `segment(name)`; a response of an app that did leaves as `private`.

    Nothing is worked out before it is asked for.
    """

    __slots__ = (
        "_consented",
        "_env",
        "_framed",
        "_loading",
        "_missing",
        "_now",
        "_scope",
        "_secure",
        "_setup",
        "_spent",
        "_subject",
        "decisions",
        "path",
        "preview",
        "was_read",
    )

    def __init__(self, setup: Setup, scope: Scope) -> None:
        self._setup = setup
        self._scope = scope
        self._env: Env | None = None
        self._loading: asyncio.Future[Profile] | None = None
        self._missing: Reason | None = None
        self._spent = 0.0
        self.path: str = scope["path"]
        self.preview: Preview | None = None
        self.decisions: dict[str, Decision] = {}
        self.was_read = False

    # For the app behind.

    @property
    def visitor(self) -> Visitor:
        """Who is looking. Without consent, or where no rule needs a cookie, a visitor without an id."""
        return self._asked()._subject.visitor

    @property
    def segments(self) -> frozenset[str]:
        """The names of all segments that the visitor belongs to."""
        return frozenset(name for name in self._setup.segments if self.segment(name))

    def segment(self, name: str) -> bool:
        """Whether the visitor belongs to the segment; False for a name that there is not."""
        env = self._asked()._env
        assert env is not None
        return env.segments[name] if name in self._setup.segments else False

    def fact(self, name: str) -> Value:
        """The fact of that name, as rules write it (`country`, `traits.plan`); None for not known."""
        env = self._asked()._env
        assert env is not None
        return env[name]

    def _asked(self) -> Visit:
        self.was_read = True
        self.begin()
        return self

    # For the page.

    def begin(self) -> None:
        """Starts the visitor's work: reads the cookies, and asks for the profile where one is kept elsewhere."""
        if self._env is not None:
            return
        setup, scope = self._setup, self._scope
        headers: Headers = scope["headers"]
        host = b"".join(header_values(headers, b"host")[:1]).decode("latin-1")
        cookies = header_values(headers, b"cookie")
        # Fragments and frames are previewed too, but one bar is enough.
        self._framed = any(value not in (b"", b"document") for value in header_values(headers, b"sec-fetch-dest"))
        self._now = setup.clock()
        self._secure = needs_secure(scope.get("scheme", "http"), host)
        self.preview = setup.previews.read_cookie(cookies, host, self._secure, self._now) if cookies else None
        self._consented = setup.needs_cookie and setup.consent.allowed(headers)
        visitor = None
        if self._consented and cookies and self.persona is None:
            visitor = setup.cookies.read(cookies, self._secure, self._now)
        self._subject = Subject(
            path=self.path,
            query=scope.get("query_string", b""),
            headers=headers,
            scheme=scope.get("scheme", "http"),
            host=host,
            now=self._now if self.persona is None or self.persona.clock is None else self.persona.clock,
            zone=setup.zone,
            geo=setup.geo,
            visitor=visitor or Visitor(),
        )
        self._env = Env(setup.sources, self._subject, self._known())
        setup.bind(self._env)
        if visitor is not None and setup.profiles is not None and _in_loop():
            self._loading = asyncio.ensure_future(setup.profiles(visitor))

    def give_up(self) -> None:
        """Nothing can be found out: the app behind, should it ask, is told that nobody is known."""
        self._consented, self.preview = False, None
        self._subject = Subject(path=self.path, headers=[], now=0.0)
        self._env = Env({}, None)

    def _known(self) -> Mapping[str, Value]:
        """Facts that do not come from the request: a persona's, or that without consent nobody is known."""
        persona = self.persona
        if persona is not None:
            return persona.facts
        return {} if self._consented else {"new": None}

    @property
    def persona(self) -> Persona | None:
        """Whom the page is previewed as."""
        name = self.preview and self.preview.persona
        return self._setup.personas.get(name) if name else None

    async def ready(self, slots: Iterable[str]) -> None:
        """Returns when these slots can be decided, or when the budget is used up, which all slots of a page share.
        Only the time spent here counts, not the origin's."""
        self.begin()
        loading = self._loading
        if loading is None or self._setup.profile_slots.isdisjoint(slots):
            return
        self._loading = None
        try:
            await asyncio.wait((loading,), timeout=self._setup.budget)
        finally:
            _leave(loading)
        if not loading.done():
            self._missing = "late"
        elif loading.cancelled():
            self._missing = "failed"
        elif (error := loading.exception()) is not None:
            self._missing = "failed"
            report(self._setup, error)
        else:
            self._meet(loading.result())

    def _meet(self, profile: Profile) -> None:
        """Goes on with what is known now, and forgets what the app has asked before it was."""
        env = self._env
        assert env is not None
        self._subject.profile = profile
        env.clear()
        env.update(self._known())
        self._setup.bind(env)

    def close(self) -> None:
        """Stops what nobody waits for any more."""
        if self._loading is not None:
            _leave(self._loading)

    def fill(self, slot: str, codec: str) -> Fill | None:
        """What goes into the slot; None for its default content. `ready` comes before."""
        began = time.monotonic()
        self.decisions[slot], fill = self._decide(slot, codec)
        self._spent += time.monotonic() - began
        return fill

    def _decide(self, slot: str, codec: str) -> tuple[Decision, Fill | None]:
        setup, env = self._setup, self._env
        assert env is not None
        if self._spent > setup.budget:
            return Decision(slot, "late"), None
        if self._missing is not None and slot in setup.profile_slots:
            return Decision(slot, self._missing), None
        if env["bot"]:
            return Decision(slot, "bot"), None
        decision = decide(slot, setup.experiences.get(slot, ()), env, self._subject.now)
        if decision.reason != "matched":
            return decision, None
        attributes = tuple((name.encode(), encode(value, codec)) for name, value in decision.set)
        if decision.block is None:
            shows_something = decision.set or decision.place == "remove"
            return decision, Fill(None, decision.place, attributes) if shows_something else None
        try:
            block = setup.renditions.render(setup.blocks[decision.block], env, codec)
        except BlockFailed as error:
            if (decision.block,) not in setup.reported:
                setup.reported.add((decision.block,))
                log.warning("block %s fails for some visitors, reported once: %s", decision.block, error)
            return Decision(slot, "failed"), None
        return decision, Fill(block, decision.place, attributes)

    def fail(self, slot: str) -> None:
        """The slot keeps its default: working out what to show in it went wrong."""
        self.decisions[slot] = Decision(slot, "failed")

    def settle(self, shown: Mapping[str, bool]) -> None:
        """What became of the decisions. `shown` says of each slot that had something to show whether its place in
        the page took it; a slot that is not in it has gone with the slot around it."""
        for slot, decision in self.decisions.items():
            if decision.reason == "matched" and shown.get(slot) is False:
                decision = self.decisions[slot] = Decision(slot, "page")
            if decision.reason != "matched":
                self.count("defaulted", decision.reason)
            elif slot in shown:
                self.count("tailored", slot)
            log.debug(
                "slot=%s reason=%s experience=%s block=%s",
                slot,
                decision.reason,
                decision.experience,
                decision.block,
            )

    def count(self, what: str, why: str) -> None:
        """Counts, except what a preview does."""
        if self.preview is None:
            self._setup.counts[what, why] += 1

    def cookie_headers(self) -> Headers:
        """The Set-Cookie header for a page that leaves as private: for a new visitor, or when it is time again."""
        if not self._consented or self.preview is not None or self._env is None or self._env["bot"]:
            return []
        visitor = self._subject.visitor
        if visitor.id is None:
            visitor = self._setup.cookies.issue(self._now)
        elif not self._setup.cookies.is_due(visitor, self._now):
            return []
        return [(b"set-cookie", self._setup.cookies.set_cookie(visitor, self._secure, self._now))]

    def bar(self) -> str:
        """The preview's bar, for the end of the page; empty outside a preview."""
        if self.preview is None or self._framed:
            return ""
        query = self._scope.get("query_string", b"").decode("latin-1")
        path = quote(self.path) + ("?" + query if query else "")
        setup, persona = self._setup, self.persona
        return render_bar(
            list(setup.personas.values()),
            persona.name if persona else None,
            self._scope.get("root_path", "") + setup.prefix,
            path,
            list(self.decisions.values()),
            {
                one.name: one.rule.text if one.rule else None
                for experiences in setup.experiences.values()
                for one in experiences
            },
        )


def _in_loop() -> bool:
    """Whether a task can be started here: not from a thread that the app behind asks from."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _leave(loading: asyncio.Future[Profile]) -> None:
    """Waits no more, not even for its end; what it has raised or may still raise is nobody's affair."""
    if loading.done():
        _ended(loading)
    else:
        loading.add_done_callback(_ended)
        loading.cancel()


def _ended(loading: asyncio.Future[Profile]) -> None:
    if not loading.cancelled():
        loading.exception()
