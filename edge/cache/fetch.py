"""One call of the app: its answer goes on to whoever asked, or says of a stored one that it still holds."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from enum import Enum

from edge.cache.collector import Collector
from edge.cache.stored import Stored
from edge.types import ASGIApp, Headers, Message, Receive, Scope

__all__ = ["Fetch", "Pass", "Verdict", "annotated", "tell"]

log = logging.getLogger("edge")

_FAILURES = frozenset((500, 502, 503, 504))
"""RFC 5861 section 4."""

Pass = Callable[[Message, bool], Awaitable[None]]
"""Takes a message, and whether the answer may still be kept."""


class Verdict(Enum):
    PASSED = "the answer has been passed on"
    UNCHANGED = "what is stored still holds"
    FAILED = "the app failed; what is stored has to do"


class Fetch:
    """`stored` is what the request asks about by its own conditions, if anything; `usable` says that it is given
    where the app fails. `begun` hears whether the answer may be for all, as soon as that is known, and `keep` gets
    it once it has come, and says why not."""

    __slots__ = (
        "_begun",
        "_collector",
        "_complete",
        "_keep",
        "_note",
        "_pass_on",
        "_started",
        "_stored",
        "_usable",
        "headers",
        "status",
        "verdict",
    )

    def __init__(
        self,
        collector: Collector,
        pass_on: Pass,
        begun: Callable[[bool], None],
        keep: Callable[[Stored], str],
        note: bytes,
        stored: Stored | None,
        usable: bool,
    ) -> None:
        self.verdict = Verdict.PASSED
        self.status = 0
        self.headers: Headers = []
        self._collector = collector
        self._pass_on = pass_on
        self._begun = begun
        self._keep = keep
        self._note = note
        self._stored = stored
        self._usable = usable
        self._started = False
        self._complete = False

    @property
    def why(self) -> str:
        """Why the answer is not kept."""
        return self._collector.why

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        """Raises what the app raises, but for a failure that what is stored makes up for."""
        try:
            await app(scope, receive, self._take)
        except Exception as error:
            if self.verdict is not Verdict.PASSED:
                return  # what it would have said is known
            if self._started or not self._usable:
                raise
            tell(error)
            self.verdict = Verdict.FAILED
        if not self._started and self._usable and self.verdict is Verdict.PASSED:
            self.verdict = Verdict.FAILED  # it left without a word
        if self.verdict is Verdict.PASSED and not self._complete:
            self._collector.refuse(self.why or "unfinished")

    async def _take(self, message: Message) -> None:
        """The `send` of the app."""
        if self.verdict is not Verdict.PASSED:
            return
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._started:
            await self._pass_on(message, False)
        elif message["type"] == "http.response.body":
            await self._body(message)
        else:
            self._collector.refuse("message")
            await self._pass_on(message, False)

    async def _start(self, message: Message) -> None:
        if "headers" in message:  # any iterable: it may be one that can be read only once
            message = {**message, "headers": list(message["headers"])}
        self.status = message["status"]
        self.headers = [(name.lower(), value) for name, value in message.get("headers", ())]
        if self.status == 304 and self._stored is not None:
            self.verdict = Verdict.UNCHANGED
        elif self.status in _FAILURES and self._usable:
            self.verdict = Verdict.FAILED
        else:
            self._started = True
            if not self.why:
                self._guarded(lambda: self._collector.start(message))
            self._begun(self._collector.can_be_shared)
            note = self._note + (b"; detail=" + self.why.encode("ascii") if self.why else b"")
            await self._pass_on(annotated(message, note), not self.why)

    async def _body(self, message: Message) -> None:
        if not self.why:
            self._guarded(lambda: self._collect(message))
        await self._pass_on(message, not self.why)

    def _collect(self, message: Message) -> None:
        """Keeps the answer as soon as it is whole: whoever asks from now on gets it."""
        stored = self._collector.body(message)
        if stored is not None:
            self._complete = True
            why = self._keep(stored)
            if why:
                self._collector.refuse(why)

    def _guarded(self, step: Callable[[], None]) -> None:
        """Does what no answer must depend on."""
        try:
            step()
        except Exception as error:  # noqa: BLE001  it is worth more than what goes wrong with keeping it
            tell(error)
            self._collector.refuse("fault")


def annotated(message: Message, note: bytes) -> Message:
    """The start of an answer with our word in Cache-Status, behind those of caches before us (RFC 9211)."""
    return {**message, "headers": [*message.get("headers", ()), (b"cache-status", note)]}


_told: set[tuple[object, ...]] = set()


def tell(error: BaseException) -> None:
    """Says where something went wrong, once for each place, and nothing of what a visitor sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = (type(error).__name__, *((frames[-1].filename, frames[-1].lineno) if frames else ()))
    if place not in _told:
        _told.add(place)
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("the page cache goes on without an answer because of %s, reported once:\n%s", place[0], where)
