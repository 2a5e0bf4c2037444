"""One response on its way to the visitor. Read from top to bottom, this is the product.

The start of a response is held until its first body message, for only then it is clear what may leave:

    not a page that may be rewritten     every message as it came
    complete: in one message, or in      plan (kept, or scanned now) → decisions → splice → start and body
    several with a length up to 1 MiB
    in several messages without one      start as `private`, then scanned and spliced as it comes

Whatever fails in here, the visitor gets the bytes that the origin sent.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from edge.html import Fill
from edge.page.coding import PIECE
from edge.page.flow import Flow
from edge.page.request import PageRequest, read_request
from edge.page.response import not_modified, private, read_response, recoded, unshared
from edge.page.setup import Setup
from edge.page.validators import matches
from edge.page.visit import Visit
from edge.page.whole import Tailored, tailor_whole
from edge.types import ASGIApp, Headers, Message, Receive, Scope, Send

__all__ = ["Responder", "respond"]

log = logging.getLogger("edge.page")

_WHOLE = 1024 * 1024
"""A page up to this size is taken whole where the origin knew its length before it began: frameworks cut what they
have complete (Django above 64 KiB), and such a page keeps exact headers and its validator."""


async def respond(app: ASGIApp, setup: Setup, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one HTTP request with what the app answers, made for its visitor where it is a page."""
    visit = Visit(setup, scope)
    request = _page_request(setup, visit, scope)
    if request is None:
        await app({**scope, "edge": visit}, receive, _Unshared(visit, send))
        return
    responder = Responder(setup, visit, request, send)
    try:
        await app({**request.origin_scope(scope), "edge": visit}, receive, responder)
    except Exception:
        await responder.finish()
        raise
    finally:
        visit.close()
    await responder.finish()


def _page_request(setup: Setup, visit: Visit, scope: Scope) -> PageRequest | None:
    """The request as one for a page that may be tailored; None where Edge leaves the answer alone."""
    request = read_request(scope)
    if request is None:
        return None
    try:
        visit.begin()
    # Fail open: the page is worth more than anything that can go wrong with it. Here and below.
    except Exception as error:  # noqa: BLE001
        visit.count("defaulted", "failed")
        _report(setup, error)
        return None
    return request if setup.slots.names or visit.preview is not None else None


class _Unshared:
    """The `send` of an app whose response is no page: it passes, but what was made for the visitor is private."""

    __slots__ = ("_send", "_visit")

    def __init__(self, visit: Visit, send: Send) -> None:
        self._visit = visit
        self._send = send

    async def __call__(self, message: Message) -> None:
        if self._visit.was_read and message["type"] == "http.response.start":
            message = {**message, "headers": unshared(message.get("headers", []))}
        await self._send(message)


class Responder:
    """The `send` of the app behind, for one request that can be for a page."""

    __slots__ = ("_flow", "_held", "_next", "_page", "_parts", "_request", "_send", "_setup", "_size", "_visit")

    def __init__(self, setup: Setup, visit: Visit, request: PageRequest, send: Send) -> None:
        self._setup = setup
        self._visit = visit
        self._request = request
        self._send = send
        self._held: Message | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._next: Callable[[Message], Awaitable[None]] = self._on_start

    async def __call__(self, message: Message) -> None:
        await self._next(message)

    async def finish(self) -> None:
        """Sends what is still held, once the app has left: it may have done so in the middle of its response."""
        if self._held is not None:
            await self._let_go("unfinished")
        elif self._next == self._on_more:
            await self._send(_body(self._flow.seal(self._flow.bail(), last=False), more=True))

    async def _on_start(self, message: Message) -> None:
        if message["type"] != "http.response.start":
            await self._send(message)
            return
        page = read_response(message["status"], message.get("headers", ()), self._setup.error_pages)
        if isinstance(page, str):
            self._pass(page)
            await _Unshared(self._visit, self._send)(message)
        else:
            self._page, self._held, self._next = page, message, self._on_first

    async def _on_first(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.body" and self._request.head:
            await self._on_head(message)
        elif kind == "http.response.body" and message.get("more_body", False):
            whole = self._page.length is not None and self._page.length <= _WHOLE
            self._next = self._on_part if whole else self._begin
            await self._next(message)
        elif kind == "http.response.body":
            await self._on_whole(message)
        elif kind == "http.response.pathsend" and not self._request.head:
            await self._on_file(message)
        else:
            await self._let_go(kind)
            await self._send(message)

    async def _on_head(self, message: Message) -> None:
        """Whether the page has slots is not known here, so the headers are those of a streamed page."""
        if self._setup.no_slots(self._visit.path):
            await self._let_go("declared without slots")
        else:
            await self._release(private(self._start_headers(), store=self._visit.preview is None))
        await self._send(message)

    async def _on_part(self, message: Message) -> None:
        """A part of a page whose length is known."""
        if message["type"] != "http.response.body":
            await self.finish()
            await self._send(message)
            return
        part = message.get("body", b"")
        self._parts.append(part)
        self._size += len(part)
        if not message.get("more_body", False):
            body, self._parts = b"".join(self._parts), []
            await self._on_whole({**message, "body": body})
        elif self._size > (self._page.length or 0):
            await self._let_go("length")

    async def _on_whole(self, message: Message) -> None:
        """The whole page is here: everything is known before the headers leave."""
        body: bytes = message.get("body", b"")
        try:
            answer = await tailor_whole(self._setup, self._visit, self._request, self._page, body, self._fill)
            headers = self._whole_headers(answer) if isinstance(answer, Tailored) else []
        except Exception as error:  # noqa: BLE001  the default, and no shared cache keeps it
            self._visit.count("defaulted", "failed")
            _report(self._setup, error)
            await self._release([*private(self._start_headers()), _length(body)])
            await self._send(message)
            return
        if isinstance(answer, str):
            await self._let_go(answer)
            await self._send(message)
        elif self._is_fresh(answer):
            await self._release(not_modified(headers), status=304)
            await self._send({**message, "body": b""})
        else:
            await self._release([*headers, _length(answer.body)])
            await self._send({**message, "body": answer.body})

    def _whole_headers(self, answer: Tailored) -> Headers:
        headers = private(self._start_headers(), etag=answer.etag, store=self._visit.preview is None)
        headers = recoded(headers, gzip=answer.gzip) if self._page.gzip else headers
        return headers + self._visit.cookie_headers()

    def _is_fresh(self, answer: Tailored) -> bool:
        """Whether the client has this very page already."""
        asked = self._request.if_none_match
        return asked is not None and answer.etag is not None and matches(asked, answer.etag)

    async def _begin(self, message: Message) -> None:
        """The first of several body messages: the headers leave now, whatever the page turns out to hold."""
        if self._visit.preview is None and self._setup.no_slots(self._visit.path):
            await self._let_go("declared without slots")
            await self._send(message)
            return
        headers = private(self._start_headers(), store=self._visit.preview is None)
        headers = recoded(headers, gzip=self._request.gzip) if self._page.gzip else headers
        self._flow = Flow(self._setup, self._visit, self._page, self._fill, gzip=self._request.gzip)
        await self._release(headers + self._visit.cookie_headers())
        self._next = self._on_more
        await self._on_more(message)

    async def _on_more(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            # Not a kind we know: whatever it is, it comes after the bytes before it.
            await self.finish()
            self._pass(message["type"])
            await self._send(message)
            return
        last = not message.get("more_body", False)
        for piece in self._flow.open(message.get("body", b""), last):
            await self._send_piece(piece)
        if last:
            self._next = self._send
            await self._send_piece(b"", last=True)

    async def _send_piece(self, piece: bytes, last: bool = False) -> None:
        try:
            out = await self._flow.rewrite(piece, last)
        except Exception as error:  # noqa: BLE001  what is held leaves as it came, and so will the rest
            self._visit.count("defaulted", "failed")
            _report(self._setup, error)
            out = self._flow.bail()
        out = self._flow.seal(out, last)
        if out or last:
            await self._send(_body(out, more=not last))

    def _fill(self, slot: str, codec: str) -> Fill | None:
        try:
            return self._visit.fill(slot, codec)
        except Exception as error:  # noqa: BLE001  this slot keeps its default, the others are tailored
            self._visit.fail(slot)
            _report(self._setup, error)
            return None

    async def _on_file(self, message: Message) -> None:
        """A file that the server was asked to send: read here, since the server would send it as it is."""
        try:
            file = await asyncio.to_thread(Path(message["path"]).open, "rb")
        except OSError:
            await self._let_go("unreadable file")
            await self._send(message)
            return
        with file:
            data = await asyncio.to_thread(file.read, _WHOLE)
            if len(data) < _WHOLE:
                await self._on_whole(_body(data, more=False))
                return
            while data:
                await self(_body(data, more=True))
                data = await asyncio.to_thread(file.read, PIECE)
        await self(_body(b"", more=False))

    def _start_headers(self) -> Headers:
        assert self._held is not None
        return list(self._held.get("headers", ()))

    async def _release(self, headers: Headers, status: int | None = None) -> None:
        """The held start leaves, with these headers; what follows passes unless somebody says otherwise."""
        held, self._held, self._next = self._held, None, self._send
        assert held is not None
        await self._send({**held, "status": status or held["status"], "headers": headers})

    async def _let_go(self, reason: str) -> None:
        """The held start leaves as it came, and so does everything after it."""
        self._pass(reason)
        held, self._held = self._held, None
        assert held is not None
        await self._send(held)
        if self._parts:
            parts, self._parts = self._parts, []
            await self._send(_body(b"".join(parts), more=True))

    def _pass(self, reason: str) -> None:
        self._next = self._send
        self._visit.count("passed", reason)


def _report(setup: Setup, error: Exception) -> None:
    """Says where something went wrong, once for each place: pages are many. Not what: the text of an exception may
    hold what a visitor sent."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    key = (type(error).__name__, place.filename, place.lineno)
    if key not in setup.reported:
        setup.reported.add(key)
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("default content is shown because of %s, reported once:\n%s", type(error).__name__, where)


def _body(data: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % len(body)
