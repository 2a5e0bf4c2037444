"""One request handed to the app, and what the app answers handed to the visitor."""

from __future__ import annotations

from contextlib import suppress

from edge.page.chop import Chop
from edge.page.fallback import failed
from edge.page.faults import report, tally
from edge.page.passing import Passing
from edge.page.reasons import Passed
from edge.page.request import PageRequest
from edge.page.responder import Responder
from edge.page.setup import Setup
from edge.page.turns import Sender, Turns
from edge.page.visit import Visit
from edge.types import ASGIApp, Receive, Scope, Send

__all__ = ["respond"]


async def respond(app: ASGIApp, setup: Setup, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one HTTP request with what the app answers, made for its visitor where it is a page."""
    visit = Visit(setup, scope)
    seen, sender = _prepared(setup, visit, scope, send)
    seen["edge"] = visit
    turns = Turns(sender, Chop(setup.chop, visit.path) if setup.chop else None)
    try:
        await app(seen, receive, turns)
    except Exception:
        with suppress(Exception):  # a client that has left too must not hide what the app raised
            await turns.finish()
        raise
    finally:
        if visit.asking is not None:
            _close(setup, visit)
    if not turns.is_over:
        with suppress(OSError):  # the client has left, and the app did not want that said
            await turns.finish()


def _prepared(setup: Setup, visit: Visit, scope: Scope, send: Send) -> tuple[Scope, Sender]:
    """A copy of `scope`, as the app sees the request, and who takes what it answers: for a page that may be
    tailored a Responder; otherwise Edge leaves the answer alone."""
    try:
        request = visit.recognise().request
        why: Passed | None = request.passes
        if why is None:
            visit.begin()
            if setup.slots.names or visit.preview is not None:
                whole = request.is_conditional and _must_be_whole(setup, visit, request)
                return request.origin_scope(scope, conditional=not whole), Responder(setup, visit, request, send)
            why = "no experiences"
        tally(setup, visit, "passed", why)
    # Fail open: the page is worth more than anything that can go wrong with it. Here and below.
    except Exception as error:  # noqa: BLE001
        visit.give_up()
        failed(setup, visit, error)
    return dict(scope), Passing(setup, visit, send, _shared_pages(setup, scope))


def _must_be_whole(setup: Setup, visit: Visit, request: PageRequest) -> bool:
    """Whether the app is to answer as if the client had nothing. A browser may hold a page from before it had
    slots, from before Edge, or from outside the preview: the origin's 304 would keep it there until the origin
    changes its page. So a page is asked for whole, unless it is known to have no slots: of such a page that costs
    one answer."""
    slots = setup.plans.has_slots(visit.path)
    return visit.preview is not None or (request.navigates if slots is None else slots)


def _shared_pages(setup: Setup, scope: Scope) -> tuple[int, ...]:
    """The statuses of HTML that others may get another form of."""
    return (200, 206) if scope["method"] in ("GET", "HEAD") and setup.slots.names else ()


def _close(setup: Setup, visit: Visit) -> None:
    try:
        visit.close()
    except Exception as error:  # noqa: BLE001  it is over
        report(setup, error)
