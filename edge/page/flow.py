"""A page that comes in several messages: opened, scanned, spliced and closed again as it comes."""

from __future__ import annotations

from collections.abc import Iterator

from edge.html import Replay, Stream, encode, needs_more, page_charset
from edge.page.coding import Gunzip, Gzip
from edge.page.plans import Kept
from edge.page.response import PageResponse
from edge.page.setup import Setup
from edge.page.showing import FillOf, Showing

__all__ = ["Flow"]


class Flow:
    """The body of one streamed page. For each message: `open` it, `rewrite` each piece, `seal` what comes out.

    Whoever stops rewriting calls `bail` once: it gives back what is held, as it came, and from then on
    `rewrite` changes nothing.
    """

    def __init__(self, setup: Setup, showing: Showing, page: PageResponse, fill: FillOf, *, gzip: bool) -> None:
        self._setup = setup
        self._showing = showing
        self._visit = showing.visit
        self._fill = fill
        self._content_type = page.content_type
        self._gunzip = Gunzip() if page.gzip else None
        self._gzip = Gzip() if page.gzip and gzip else None
        self._head = b""
        self._last = b""
        self._fed = 0
        self._codec = ""
        self._stream: Stream | None = None
        self._over = False

    def open(self, data: bytes, last: bool) -> Iterator[bytes]:
        """What `data` holds when decoded, in pieces. Raises BadGzipError."""
        if self._gunzip is None:
            yield data
            return
        yield from self._gunzip.feed(data)
        if last:
            yield self._gunzip.close()

    async def rewrite(self, data: bytes, last: bool) -> bytes:
        """The bytes that are certain now that `data` has come."""
        if self._over:
            return data
        if self._stream is None:
            self._head += data
            if not last and needs_more(self._content_type, self._head):
                return b""
            if not self._begin():
                return self.bail()
            data, self._head = self._head, b""
        return await self._scan(data, last)

    def _begin(self) -> bool:
        """Finds the charset, and the plan to try. False where the page cannot be read."""
        codec = page_charset(self._content_type, self._head)
        if codec is None:
            self._visit.count("passed", "charset")
            return False
        self._codec = codec
        slots = self._setup.slots
        kept = self._setup.plans.newest(self._visit.path, self._content_type, codec)
        self._stream = Stream(slots, codec) if kept is None else Replay(kept.plan, slots, codec)
        return True

    async def _scan(self, data: bytes, last: bool) -> bytes:
        stream = self._stream
        assert stream is not None
        self._last = data
        self._fed += len(data)
        stream.feed(data)
        if last:
            stream.close()
        if self._gunzip is not None and self._gunzip.excessive:
            self._visit.count("passed", "gzip")
            return self.bail()
        while names := stream.wanted():
            await self._visit.ready(names)
            stream.give({name: self._fill(name, self._codec) for name in names})
        return stream.take()

    def end(self) -> bytes:
        """What stands behind the page, once all of it was rewritten; and what is to be remembered of it."""
        stream = self._stream
        if self._over or stream is None:
            return b""
        if not self._showing.decisions:
            self._visit.count("passed", "no slots")
        self._showing.settle(stream.shown)
        self._keep(stream)
        return encode(self._showing.bar(), self._codec)

    def _keep(self, stream: Stream) -> None:
        plan = stream.plan()
        if plan is not None and not (isinstance(stream, Replay) and stream.kept):
            self._setup.plans.keep(self._visit.path, Kept(plan, self._content_type, self._codec))

    def bail(self) -> bytes:
        """Everything held, as it came: also what the scanner did not get to see because it failed before."""
        if self._over:
            return b""
        self._over = True
        held, self._head = self._head, b""
        if self._stream is None:
            return held
        unseen = self._fed - self._stream.received
        return self._stream.bail() + self._last[len(self._last) - unseen :]

    def seal(self, data: bytes, last: bool) -> bytes:
        """`data` as it leaves: gzipped again where the page came so and the client takes it."""
        if self._gzip is None:
            return data
        return self._gzip.close(data) if last else self._gzip.feed(data)
