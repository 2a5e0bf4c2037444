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
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from edge.html import Fill
from edge.page.coding import MAGIC, PIECE
from edge.page.faults import report
from edge.page.flow import Flow
from edge.page.passing import Passing
from edge.page.request import PageRequest, read_request
from edge.page.response import is_html, not_modified, private, read_response, recoded, unshared
from edge.page.setup import Setup
from edge.page.showing import Showing
from edge.page.validators import matches
from edge.page.visit import Visit
from edge.page.whole import Tailored, tailor_whole
from edge.types import ASGIApp, Headers, Message, Receive, Scope, Send

__all__ = ["Responder", "respond"]

_WHOLE = 1024 * 1024
"""A page up to this size is taken whole where the origin knew its length before it began: frameworks cut what they
have complete (Django above 64 KiB), and such a page keeps exact headers and its validator."""


async def respond(app: ASGIApp, setup: Setup, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one HTTP request with what the app answers, made for its visitor where it is a page."""
    visit = Visit(setup, scope)
    request = _page_request(setup, visit, scope)
    seen = scope
    responder: Passing | Responder = Passing(setup, visit, scope["method"], send)
    if request is not None:
        responder = Responder(setup, visit, request, send)
        # A browser may hold the page from before it had slots, or from outside the preview: the origin's 304 would
        # keep it there for as long as the origin's page does not change.
        known = visit.preview is not None or setup.plans.has_slots(visit.path)
        seen = request.origin_scope(scope, conditional=not known)
    try:
        await app({**seen, "edge": visit}, receive, responder)
    except Exception:
        with suppress(OSError):  # a client that has left too must not hide what the app raised
            await responder.finish()
        raise
    finally:
        visit.close()
    await responder.finish()


def _page_request(setup: Setup, visit: Visit, scope: Scope) -> PageRequest | None:
    """The request as one for a page that may be tailored; None where Edge leaves the answer alone."""
    try:
        request = read_request(scope)
        if request is not None:
            visit.begin()
    # Fail open: the page is worth more than anything that can go wrong with it. Here and below.
    except Exception as error:  # noqa: BLE001
        visit.count("defaulted", "failed")
        visit.give_up()
        report(setup, error)
        return None
    return request if setup.slots.names or visit.preview is not None else None


class Responder:
    """The `send` of the app behind, for one request that can be for a page."""

    __slots__ = (
        "_flow",
        "_held",
        "_next",
        "_page",
        "_parts",
        "_request",
        "_send",
        "_setup",
        "_showing",
        "_size",
        "_visit",
    )

    def __init__(self, setup: Setup, visit: Visit, request: PageRequest, send: Send) -> None:
        self._setup = setup
        self._visit = visit
        self._showing = Showing(setup, visit)
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
            await self._flush()

    # The start.

    async def _on_start(self, message: Message) -> None:
        if message["type"] != "http.response.start":
            await self._send(message)
            return
        if "headers" in message:  # any iterable: it may be one that can be read only once
            message = {**message, "headers": list(message["headers"])}
        self._held = message
        try:
            page = read_response(message["status"], self._headers, self._setup.error_pages)
        except Exception as error:  # noqa: BLE001
            page = self._failed(error)
        if isinstance(page, str):
            await self._let_go(page)
        else:
            self._page, self._next = page, self._on_first

    async def _on_first(self, message: Message) -> None:
        kind, more = message["type"], message.get("more_body", False)
        if self._request.head and kind in ("http.response.body", "http.response.pathsend"):
            await self._on_head(message)
        elif kind == "http.response.pathsend":
            await self._on_file(message)
        elif kind != "http.response.body":
            await self._let_go(kind)
            await self._send(message)
        elif not more:
            await self._on_whole(message)
        elif self._page.length is not None and self._page.length <= _WHOLE:
            self._next = self._on_part
            await self._on_part(message)
        elif message.get("body") or not self._page.gzip:
            await self._begin(message)

    async def _on_head(self, message: Message) -> None:
        """Whether the page has slots is not known here, so the headers are those of a streamed page."""
        await self._leave_as_streamed()
        await self._send(message)

    # A page that is complete.

    async def _on_part(self, message: Message) -> None:
        """A part of a page whose length is known."""
        if message["type"] != "http.response.body":
            await self.finish()
            await self._send(message)
            return
        part = bytes(message.get("body", b""))
        self._parts.append(part)
        self._size += len(part)
        if not message.get("more_body", False):
            body, self._parts = b"".join(self._parts), []
            await self._on_whole({**message, "body": body})
        elif self._size > (self._page.length or 0):
            await self._let_go("length")

    async def _on_whole(self, message: Message) -> None:
        """The whole page is here: everything is known before the headers leave."""
        body = bytes(message.get("body", b""))
        try:
            answer = await tailor_whole(self._setup, self._showing, self._request, self._page, body, self._fill)
            headers = self._whole_headers(answer) if isinstance(answer, Tailored) else []
        except Exception as error:  # noqa: BLE001  the default, and no shared cache keeps it
            self._failed(error)
            await self._release([*private(self._headers), _length(body)])
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
        headers = private(self._headers, etag=answer.etag, store=self._visit.preview is None)
        headers = recoded(headers, gzip=answer.gzip) if self._page.gzip else headers
        return headers + self._visit.cookie_headers()

    def _is_fresh(self, answer: Tailored) -> bool:
        """Whether the client has this very page already (RFC 9110 section 13.2.1: only where it is a 200)."""
        asked = self._request.if_none_match
        ok = self._held is not None and self._held["status"] == 200
        return ok and asked is not None and answer.etag is not None and matches(asked, answer.etag)

    def _fill(self, slot: str, codec: str) -> Fill | None:
        try:
            return self._showing.fill(slot, codec)
        except Exception as error:  # noqa: BLE001  this slot keeps its default, the others are tailored
            self._showing.fail(slot)
            report(self._setup, error)
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

    # A page that comes as it is made.

    async def _begin(self, message: Message) -> None:
        """The first of several body messages: the headers leave now, whatever the page turns out to hold."""
        data = bytes(message.get("body", b""))
        if self._page.gzip and not data.startswith(MAGIC[: len(data)]):
            await self._let_go("gzip")
        else:
            await self._leave_as_streamed()
        await self(message)

    async def _leave_as_streamed(self) -> None:
        """The start leaves as that of a page with slots, or as it came where it is declared to have none."""
        visit, request = self._visit, self._request
        try:
            if visit.preview is None and self._setup.no_slots(visit.path):
                await self._let_go("declared without slots")
                return
            headers = private(self._headers, store=visit.preview is None)
            headers = recoded(headers, gzip=request.gzip) if self._page.gzip else headers
            flow = Flow(self._setup, self._showing, self._page, self._fill, gzip=request.gzip)
            cookies = [] if request.head else visit.cookie_headers()
        except Exception as error:  # noqa: BLE001  as above
            self._failed(error)
            await self._release(private(self._headers))
            return
        await self._release(headers + cookies)
        if not request.head:
            self._flow, self._next = flow, self._on_more

    async def _on_more(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            # Not a kind we know: whatever it is, it comes after the bytes before it.
            await self._flush()
            await self._send(message)
            return
        last = not message.get("more_body", False)
        for piece in self._flow.open(bytes(message.get("body", b"")), last):
            await self._send_piece(piece)
        if last:
            self._next = self._send
            await self._send_piece(b"", last=True)

    async def _send_piece(self, piece: bytes, last: bool = False) -> None:
        try:
            out = await self._flow.rewrite(piece, last)
        except Exception as error:  # noqa: BLE001  what is held leaves as it came, and so will the rest
            self._failed(error)
            out = self._flow.bail()
        out = self._flow.seal(out + self._end() if last else out, last)
        if out or last:
            await self._send(_body(out, more=not last))

    def _end(self) -> bytes:
        try:
            return self._flow.end()
        except Exception as error:  # noqa: BLE001  the page is complete without it
            self._failed(error)
            return b""

    async def _flush(self) -> None:
        """What is held of a streamed page leaves as it came, and the rest of it too."""
        self._visit.count("passed", "unfinished")
        await self._send(_body(self._flow.seal(self._flow.bail(), last=False), more=True))

    # What they share.

    @property
    def _headers(self) -> Headers:
        assert self._held is not None
        headers: Headers = self._held.get("headers", [])
        return headers

    async def _release(self, headers: Headers, status: int | None = None) -> None:
        """The held start leaves, with these headers; what follows passes unless somebody says otherwise."""
        held, self._held, self._next = self._held, None, self._send
        assert held is not None
        await self._send({**held, "status": status or held["status"], "headers": headers})

    async def _let_go(self, reason: str) -> None:
        """The held start leaves as it came, and so does everything after it."""
        self._visit.count("passed", reason)
        held, self._held, self._next = self._held, None, self._send
        assert held is not None
        if self._visit.was_read or self._is_part_of_page(held):
            held = {**held, "headers": unshared(held.get("headers", []))}
        await self._send(held)
        if self._parts:
            parts, self._parts = self._parts, []
            await self._send(_body(b"".join(parts), more=True))

    def _is_part_of_page(self, held: Message) -> bool:
        """A cache may make a page of its parts (RFC 9111 section 3.4)."""
        partial = held["status"] == 206 and is_html(206, held.get("headers", []))
        return partial and not self._setup.no_slots(self._visit.path)

    def _failed(self, error: Exception) -> str:
        self._visit.count("defaulted", "failed")
        report(self._setup, error)
        return "failed"


def _body(data: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % len(body)
