"""One response on its way to the visitor. Read from top to bottom, this is the product.

The start of a response is held until its first body message, for only then it is clear what may leave:

    not a page that may be rewritten     every message as it came: `passing`
    complete: in one message, or in      plan (kept, or scanned now) → decisions → splice → start and body
    several with a length up to 1 MiB
    in several messages without one      start as `private`, then scanned and spliced as it comes: `streaming`

Whatever fails in here, the visitor gets the bytes that the origin sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from edge.page.coding import MAGIC, PIECE, Gunzip, Gzip
from edge.page.fallback import cookies, failed, untailored
from edge.page.faults import report, tally
from edge.page.flow import Flow
from edge.page.headers import not_modified, private, recoded, unshared
from edge.page.passing import Passing
from edge.page.previewing import showing_for
from edge.page.reasons import LASTING, Passed
from edge.page.request import PageRequest
from edge.page.response import settled
from edge.page.setup import Setup
from edge.page.streaming import Streaming, behind
from edge.page.turns import Sender
from edge.page.validators import matches
from edge.page.visit import Visit
from edge.page.whole import find_plan, tailor_whole
from edge.types import Headers, Message, Send

__all__ = ["Responder"]

_WHOLE = 1024 * 1024
"""A page up to this size is taken whole where the origin knew its length before it began: frameworks cut what they
have complete (Django above 64 KiB), and such a page keeps exact headers and its validator."""


class Responder:
    """The `send` of the app behind, for one request that can be for a page."""

    __slots__ = (
        "_headers",
        "_held",
        "_page",
        "_parts",
        "_request",
        "_rest",
        "_send",
        "_setup",
        "_size",
        "_step",
        "_visit",
    )

    def __init__(self, setup: Setup, visit: Visit, request: PageRequest, send: Send) -> None:
        self._setup = setup
        self._visit = visit
        self._request = request
        self._send = send
        self._held: Message | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._step: Callable[[Responder, Message], Awaitable[None] | None] = Responder._on_start
        self._rest: Sender | None = None
        """Who has taken over."""

    def take(self, message: Message) -> Awaitable[None] | None:
        return self._step(self, message)

    @property
    def is_over(self) -> bool:
        return self._held is None and (self._rest is None or self._rest.is_over)

    async def finish(self) -> None:
        """Sends what is still held, once the app has left: it may have done so in the middle of its response."""
        if self._held is not None:
            await self._let_go("unfinished")
        if self._rest is not None:
            await self._rest.finish()

    # The start.

    def _on_start(self, message: Message) -> Awaitable[None] | None:
        if message["type"] != "http.response.start":
            return self._send(message)
        self._held = {**message}  # it is the app's, who may use it again
        # Any iterable: it may be one that can be read only once.
        self._headers: tuple[tuple[bytes, bytes], ...] = tuple(message.get("headers", ()))
        try:
            self._headers = settled(self._headers)
            page = self._setup.responses.read(message["status"], self._headers)
        except Exception as error:  # noqa: BLE001
            failed(self._setup, self._visit, error)
            return self._pass_on(200, 206)
        if isinstance(page, str):
            return self._let_go(page)
        self._page, self._step = page, Responder._on_first
        return None

    def _on_first(self, message: Message) -> Awaitable[None] | None:
        kind, more = message["type"], message.get("more_body", False)
        if self._request.head and kind in ("http.response.body", "http.response.pathsend"):
            return self._on_head(message)
        if kind == "http.response.pathsend":
            return self._on_file(message)
        if kind != "http.response.body":
            return self._let_go("message", message)
        if more and self._page.length is not None and self._page.length <= _WHOLE:
            self._step = Responder._on_part
            return self._on_part(message)
        body = bytes(message.get("body", b""))
        if self._parts:
            body, self._parts = b"".join([*self._parts, body]), []
            message = {**message, "body": body}
        if not more:
            return self._on_whole(message, body)
        if self._page.gzip and len(body) < len(MAGIC):
            self._parts = [body]  # too little to tell whether it is gzip
            return None
        return self._begin(message, body)

    async def _on_head(self, message: Message) -> None:
        """Whether the page has slots is not known here, so the headers are those of a streamed page."""
        await self._leave_as_streamed()
        await self._go_on(message)

    # A page that is complete.

    def _on_part(self, message: Message) -> Awaitable[None] | None:
        """A part of a page whose length is known."""
        if message["type"] != "http.response.body":
            return self._let_go("message", message)
        part, last = bytes(message.get("body", b"")), not message.get("more_body", False)
        self._parts.append(part)
        self._size += len(part)
        length = self._page.length or 0
        if last and self._size == length:
            body, self._parts = b"".join(self._parts), []
            return self._on_whole(_body(body, more=False), body)
        if last or self._size > length:  # cut, or made by somebody else: the server is the one to say so
            return self._let_go("length", _body(b"", more=False) if last else None)
        return None

    async def _on_whole(self, message: Message, body: bytes) -> None:
        """The whole page is here: everything is known before the headers leave. `message` is what gives `body` to
        the visitor where it passes."""
        setup, visit, page = self._setup, self._visit, self._page
        try:
            plan = find_plan(setup, visit, page, body)
            if not isinstance(plan, str):
                if visit.must_wait(plan.names):
                    await visit.ready()
                coded = self._request.gzip and page.packed != ()
                made, etag = tailor_whole(setup, visit, page, plan, body, coded=coded)
                start, message = self._leaving(made, etag, coded)
                self._step = Responder._on_behind
        except Exception as error:  # noqa: BLE001  the default, and no shared cache keeps it
            failed(setup, visit, error)
            assert self._held is not None
            length = (b"content-length", b"%d" % len(body))
            start = {**self._held, "headers": untailored(setup, self._headers, length)}
            self._step = Responder._on_rest
        else:
            if isinstance(plan, str):
                await self._let_go(plan, message)
                return
        self._held = None
        await self._send(start)
        await self._send(message)

    def _on_behind(self, message: Message) -> Awaitable[None]:
        return self._send(behind(self._setup, message))

    def _leaving(self, body: bytes, etag: bytes | None, coded: bool) -> tuple[Message, Message]:
        """Start and body of a page that may depend on its visitor, or of the 304 where they have it."""
        held, page = self._held, self._page
        assert held is not None
        headers = [*(page.packed if coded else page.private)]
        if self._visit.preview is not None:
            headers = unshared(headers, store=False)
        if etag is not None:
            headers.append((b"etag", etag))
        if self._visit.owes_cookie:
            headers += cookies(self._setup, self._visit)
        asked = self._request.if_none_match
        # Only where it would be a 200 (RFC 9110 section 13.2.1).
        if asked is not None and held["status"] == 200 and etag is not None and matches(asked, etag):
            return {**held, "status": 304, "headers": not_modified(headers)}, _body(b"", more=False)
        headers.append((b"content-length", b"%d" % len(body)))
        return {**held, "headers": headers}, {"type": "http.response.body", "body": body}

    async def _on_file(self, message: Message) -> None:
        """A file that the server was asked to send: read here, since the server would send it as it is."""
        try:
            file = await asyncio.to_thread(Path(message["path"]).open, "rb")
        except Exception as error:  # noqa: BLE001  the server may know better
            if not isinstance(error, OSError):
                report(self._setup, error)
            await self._let_go("unreadable file", message)
            return
        with file:
            data = await asyncio.to_thread(file.read, _WHOLE)
            if len(data) < _WHOLE:
                await self._on_whole(message, data)
                return
            while data:
                await self._go_on(_body(data, more=True))
                data = await asyncio.to_thread(file.read, PIECE)
        await self._go_on(_body(b"", more=False))

    # A page that comes as it is made.

    async def _begin(self, message: Message, body: bytes) -> None:
        """The first of several body messages: the headers leave now, whatever the page turns out to hold."""
        if self._page.gzip and not body.startswith(MAGIC):
            await self._let_go("gzip")
        else:
            await self._leave_as_streamed()
        await self._go_on(message)

    async def _leave_as_streamed(self) -> None:
        """The start leaves as that of a page with slots, or as it came where it is declared to have none."""
        setup, visit, page, request = self._setup, self._visit, self._page, self._request
        try:
            declared = visit.preview is None and setup.no_slots(visit.path)
            headers = private(self._headers, store=visit.preview is None)
            headers = recoded(headers, gzip=request.gzip) if page.packed else headers
            if not request.head:
                headers = headers + cookies(setup, visit)
            flow = Flow(setup, showing_for(setup, visit), page)
            gunzip, gzip = Gunzip() if page.gzip else None, Gzip() if page.packed and request.gzip else None
        except Exception as error:  # noqa: BLE001  as above
            failed(setup, visit, error)
            await self._release(untailored(setup, self._headers))
            return
        if declared:
            await self._let_go("declared without slots")
            return
        if request.head:
            tally(setup, visit, "passed", "head")
        else:
            self._rest = Streaming(setup, visit, flow, self._send, page.length, gunzip, gzip)
        await self._release(headers)

    # What they share.

    async def _go_on(self, message: Message) -> None:
        """Takes a message, and returns when that is done."""
        taken = self.take(message)
        if taken is not None:
            await taken

    def _on_rest(self, message: Message) -> Awaitable[None] | None:
        """Somebody else has taken over, or nobody has anything to do."""
        return self._send(message) if self._rest is None else self._rest.take(message)

    async def _release(self, headers: Headers) -> None:
        """The held start leaves, with these headers; what follows goes to whoever has taken over."""
        held, self._held = self._held, None
        self._step = Responder._on_rest
        assert held is not None
        await self._send({**held, "headers": headers})

    async def _let_go(self, reason: Passed, message: Message | None = None) -> None:
        """The held start leaves as it came, and so does everything after it: `message` first."""
        tally(self._setup, self._visit, "passed", reason)
        if reason in LASTING and self._request.navigates:
            self._remember_plain()
        await self._pass_on(206)  # a cache may make a page of its parts (RFC 9111 section 3.4)
        if message is not None:
            await self._go_on(message)

    def _remember_plain(self) -> None:
        try:
            self._setup.plans.keep_plain(self._visit.path)
        except Exception as error:  # noqa: BLE001  then it is found out again
            report(self._setup, error)

    async def _pass_on(self, *unshared: int) -> None:
        """As `_let_go`. HTML with a status of `unshared` is kept out of shared caches."""
        self._rest, self._step = Passing(self._setup, self._visit, self._send, unshared), Responder._on_rest
        held, self._held = self._held, None
        assert held is not None
        await self._go_on({**held, "headers": list(self._headers)} if "headers" in held else held)
        parts, self._parts = self._parts, []
        for part in parts:
            await self._go_on(_body(part, more=True))


def _body(data: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}
