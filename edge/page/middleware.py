"""The door: which of the messages of a server Edge has anything to do with."""

from __future__ import annotations

from edge.page.counts import Counts
from edge.page.endpoints import answer_own_path, own_path
from edge.page.exchange import respond
from edge.page.faults import report
from edge.page.lifespan import Beside, run_lifespan
from edge.page.off import NoVisit, Off
from edge.page.setup import Setup
from edge.types import ASGIApp, Receive, Scope, Send

__all__ = ["Middleware"]


class Middleware:
    """An ASGI application in front of another.

    | what comes | what happens |
    | --- | --- |
    | HTTP, a path under the prefix | Edge's own answer |
    | HTTP that another Edge in front has taken | the app's answer |
    | HTTP | the app's answer, made for its visitor where it is a page |
    | lifespan | the app's own; ours where it has none |
    | websocket, anything else | the app's affair |

    `setup` None turns all of it off: the app stands as if alone, but finds in the scope of HTTP a visit that knows
    nobody; what `off` answers is answered even so. Another setup may take its place between two pages. `beside`
    runs while pages are served.
    """

    def __init__(
        self, app: ASGIApp, setup: Setup | None, beside: Beside | None = None, off: Off | None = None
    ) -> None:
        self.app = app
        self.setup = setup
        self._beside = beside
        self.off = off

    @property
    def counts(self) -> Counts:
        """How often pages were tailored, by slot; kept their default, by reason; passed untouched, by reason."""
        return Counts() if self.setup is None else self.setup.counts.settled()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        setup = self.setup  # this request goes on with it, whatever takes its place
        if setup is None or scope["type"] != "http" or "edge" in scope:
            await self._pass(setup, scope, receive, send)
            return
        use = setup.use
        use.requests += 1
        try:
            beside = self._beside
            path = None
            if (beside is not None and not beside.is_settled) or setup.prefix in scope["path"]:
                path = self._own_path(setup, scope)
            if path is None:
                await respond(setup.cache or self.app, setup, scope, receive, send)
            else:
                await answer_own_path(setup, path, scope, receive, send)
        finally:
            use.requests -= 1

    async def _pass(self, setup: Setup | None, scope: Scope, receive: Receive, send: Send) -> None:
        """What is no request of ours."""
        kind = scope["type"]
        if kind == "lifespan" and setup is not None:
            try:
                await run_lifespan(self.app, self._beside, scope, receive, send)
            finally:
                if self._beside is not None:
                    self._beside.is_settled = False  # it may have been cut off
        elif kind == "http" and "edge" not in scope:
            own = self.off.answer(scope) if self.off else None
            await (own or self.app)({**scope, "edge": NoVisit()}, receive, send)
        else:
            await self.app(scope, receive, send)

    def _own_path(self, setup: Setup, scope: Scope) -> str | None:
        try:
            if self._beside is not None:
                self._beside.start()  # where no lifespan is spoken
            return own_path(scope, setup.prefix)
        except Exception as error:  # noqa: BLE001  what runs beside the pages must not cost one
            report(setup, error)
            return None
