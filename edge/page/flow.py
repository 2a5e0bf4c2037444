"""The text of a page that comes in several messages: scanned and spliced as it comes."""

from __future__ import annotations

from typing import Literal

from edge.html import Replay, Stream, encode, needs_more, page_charset
from edge.page.choosing import choose
from edge.page.plans import Kept
from edge.page.response import PageResponse
from edge.page.setup import Setup
from edge.page.showing import Showing

__all__ = ["Flow"]


class Flow:
    """One streamed page, decoded. `taken` is how much of it is done with: whatever fails in here, the page goes on
    from there as it comes."""

    def __init__(self, setup: Setup, showing: Showing, page: PageResponse) -> None:
        self._setup = setup
        self._showing = showing
        self._visit = showing.visit
        self._content_type = page.content_type
        self._head = b""
        self._codec = ""
        self._stream: Stream | None = None

    @property
    def taken(self) -> int:
        return 0 if self._stream is None else self._stream.taken

    async def rewrite(self, data: bytes, last: bool) -> bytes | Literal["charset"]:
        """The bytes that are certain now that `data` has come, or the reason why the page passes."""
        stream = self._stream
        if stream is None:
            self._head += data
            if not last and needs_more(self._content_type, self._head):
                return b""
            stream = self._stream = self._begin()
            if stream is None:
                return "charset"
            data, self._head = self._head, b""
        stream.feed(data)
        if last:
            stream.close()
        while names := stream.wanted():
            if self._visit.must_wait(names):
                await self._visit.ready()
            stream.give(choose(self._setup, self._showing, names, self._codec))
        return stream.take()

    def _begin(self) -> Stream | None:
        """Finds the charset, and the plan to try."""
        codec = page_charset(self._content_type, self._head)
        if codec is None:
            return None
        self._codec = codec
        slots = self._setup.slots
        kept = self._setup.plans.newest(self._visit.path, self._content_type, codec)
        return Stream(slots, codec) if kept is None else Replay(kept.plan, slots, codec)

    def end(self) -> bytes:
        """What stands behind the page, once all of it was rewritten; and what is to be remembered of it."""
        stream = self._stream
        if stream is None:
            return b""
        if not self._showing.decisions and not self._visit.wants_defaults:
            self._visit.count("passed", "no slots")
        self._showing.settle(stream.shown)
        self._keep(stream)
        return encode(self._showing.bar(), self._codec)

    def _keep(self, stream: Stream) -> None:
        plan = stream.plan()
        if plan is not None and not (isinstance(stream, Replay) and stream.kept):
            self._setup.plans.keep(self._visit.path, Kept(plan, self._content_type, self._codec))
