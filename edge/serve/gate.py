"""The gate: what stands between the internet and uvicorn's parser.

httptools reads every request too, but only what the gate has passed: a head of one reading, and bodies that the
gate has framed itself. One request is in flight at a time; what a client sends ahead waits here, unparsed.

    head ──► body ──► answered ──► the next head …
      │       ├──► answered early: the rest is read for a while, then the connection ends
      │       └──► refused
      ├──► refused: answered, read for a while, ended
      └──► websocket: uvicorn hands the connection on
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from edge.serve.body import Body, Chunks, Counted
from edge.serve.config import GateConfig, Told, untold
from edge.serve.head import Head, check_beginning, read_head
from edge.serve.http10 import unchunked
from edge.serve.limits import Limits
from edge.serve.refusal import RefusalError, answer
from edge.serve.stall import StallWatch
from edge.serve.unfinished import cutting

__all__ = ["Gate"]

log = logging.getLogger("edge")

_HEAD_END = b"\r\n\r\n"
_LAST_CALL = 5.0
"""Seconds that an idle connection is still kept once the server retires."""

_AHEAD = 64 * 1024
"""Bytes sent ahead at which reading pauses."""


class Gate(HttpToolsProtocol):
    """One connection. Given to uvicorn as `Config(http=Gate)`, or with other limits by `GateConfig`."""

    def __init__(self, config: uvicorn.Config, *arguments: Any, **more: Any) -> None:
        super().__init__(config, *arguments, **more)
        self.limits, self._refused, self._tell = _settings(config)
        self._inbox = b""
        self._head: Head | None = None  # of the request that is being read or answered
        self._body: Body | None = None  # what of it has still to come
        self._cycle: RequestResponseCycle | None = None  # its answer, once that is begun
        self._ended = False  # nothing is read any more, but perhaps discarded
        self._moved = False  # something came since the timer looked
        self._stopping = False
        self._timer: asyncio.TimerHandle | None = None
        self._stall: StallWatch | None = None

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        surplus = len(self.connections) - self.limits.connections
        if surplus > self.limits.connections:
            transport.abort()  # even to tell so many would cost too much
        elif surplus > 0:
            self._refuse(RefusalError(503, "There are too many connections."))
        else:
            self._watch(self.limits.head_seconds, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._inbox = b""
        self._unwatch()
        if self._stall is not None:
            self._stall.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        self._moved = True
        if self._inbox:
            self._inbox += data
        else:
            self._inbox = data
            if self._head is None:
                self._unset_keepalive_if_required()
                self._unwatch()  # that of an idle connection
        self._advance()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stall is None:
            self._stall = StallWatch(self.transport, self.loop, self.limits.idle_seconds)
        self._stall.full()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None:
            self._stall.stop()

    def shutdown(self) -> None:
        """Called once, when the server stops. A request that has begun to come is still answered."""
        if self._inbox and self._head is None and not self._ended:
            self._stopping = True
        else:
            super().shutdown()

    def retire(self) -> None:
        """As `shutdown`, where there is time: the next answer says that it is the last, and a connection on which
        nothing more comes ends as it would anyway. So no request meets a connection that is just being closed."""
        self._stopping = True
        cycle = self._cycle
        if cycle is not None and not cycle.response_started:
            cycle.keep_alive = False
        elif self._head is None and not self._inbox and not self._ended:
            self._wait_for_the_last()

    # Requests

    def _advance(self) -> None:
        """Reads on as far as it goes."""
        try:
            while self._inbox and not self._ended and self._take():
                pass
        except RefusalError as refusal:
            self._refuse(refusal)

    def _take(self) -> bool:
        """Takes something from the inbox, or says that it has to wait."""
        if self._body is not None:
            return self._take_body(self._body)
        if self._head is not None:
            if len(self._inbox) > _AHEAD:
                self.flow.pause_reading()
            return False
        return self._take_head()

    def _take_head(self) -> bool:
        self._inbox = inbox = self._inbox.removeprefix(b"\r\n")  # RFC 9112 section 2.2: old clients end bodies so
        end = inbox.find(_HEAD_END)
        if end < 0:
            check_beginning(inbox, self.limits)
            if self._timer is None:
                self._watch(self.limits.head_seconds, self._head_is_late)
            return False
        end += len(_HEAD_END)
        self._cycle = None
        head = self._head = read_head(inbox[:end], self.limits)
        self._inbox = inbox[end:]
        self._unwatch()
        if head.length is None:
            self._body = Chunks(self.limits)
        elif head.length:
            self._body = Counted(head.length)
        if self._body is not None:
            self._watch(self.limits.idle_seconds, self._check_progress)
        self._parse(head.data)
        return True

    def _take_body(self, body: Body) -> bool:
        before = len(self._inbox)
        data, self._inbox = body.feed(self._inbox)
        if body.done:
            self._body = None
            self._unwatch()
        if data:
            self._parse(data)
        if body.done and self._is_answered():  # before it had come
            self._head = self._cycle = None
            self._watch(self.timeout_keep_alive, self._head_is_late)
        return len(self._inbox) < before

    def _is_answered(self) -> bool:
        return self._cycle is not None and self._cycle.response_complete

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self._hand_over()
        except httptools.HttpParserInvalidMethodError:
            raise RefusalError(501, "This method is not known here.") from None
        except httptools.HttpParserCallbackError:
            log.exception("a request could not be begun")
            raise RefusalError(500, "The request could not be begun.") from None
        except httptools.HttpParserError:
            raise RefusalError(400, "The request is malformed.") from None

    def _hand_over(self) -> None:
        """To uvicorn's websocket protocol, with what has come behind the handshake."""
        self._ended = True
        self._unwatch()
        if self._stall is not None:
            self._stall.stop()
        self.handle_websocket_upgrade()
        rest, self._inbox = self._inbox, b""
        if rest and not self.transport.is_closing():
            self.transport.get_protocol().data_received(rest)  # type: ignore[attr-defined]

    # What httptools and the response call

    def on_headers_complete(self) -> None:
        head = self._head
        assert head is not None
        super().on_headers_complete()
        if head.upgrade and self._should_upgrade():
            return
        self._cycle = self.cycle
        # ASGI has the path and the query escaped, and no "?" with nothing behind it.
        self.scope["edge.target"] = head.target  # type: ignore[typeddict-unknown-key]
        self.scope["edge.gone"] = self.transport.is_closing  # type: ignore[typeddict-unknown-key]
        if self._stopping:
            self.cycle.keep_alive = False
        if self._body is not None:
            self.cycle.transport = _Patient(self)  # type: ignore[assignment]

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        assert self._head is not None
        old = self._head.old
        app = unchunked(app, cycle) if old else cutting(app, cycle)
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._ended or self.transport.is_closing():
            return
        if self._body is not None:
            self._unset_keepalive_if_required()
            self._watch(self.limits.linger_seconds, self._linger)
            return
        self._head = self._cycle = None
        if self._inbox:
            self._unset_keepalive_if_required()
            self._advance()
        elif self._stopping:
            self._wait_for_the_last()

    # Ends

    def _wait_for_the_last(self) -> None:
        """An idle connection may carry one more request, which may be on its way already."""
        self._unset_keepalive_if_required()
        self._watch(min(self.timeout_keep_alive, _LAST_CALL), self._head_is_late)

    def _refuse(self, refusal: RefusalError) -> None:
        self._refused[refusal.reason] += 1
        log.debug("refused with %d: %s", refusal.status, refusal.reason)
        cycle = self._cycle
        if cycle is None or cycle.response_complete:
            self._tell(self.client, refusal.status, self._head)
        if cycle is None:
            method = self._head.method if self._head else self._inbox[:5].rstrip()
            self.transport.write(answer(refusal, head=method == b"HEAD"))
        elif not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.abort()  # so that its answer is visibly cut
                return
            self.transport.write(answer(refusal, head=cycle.scope["method"] == "HEAD"))
        self._linger()

    def end(self) -> None:
        """Ends the connection behind an answer."""
        if self._body is None:
            self.transport.close()
        else:
            self._linger()

    def _linger(self) -> None:
        """Ends the connection when the client has ended it, or soon. To close it while bytes are still coming
        would send a reset, which may overtake the answer (RFC 9112 section 9.6)."""
        if self._ended:
            return
        self._ended = True
        self._inbox = b""
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._watch(self.limits.linger_seconds, self.transport.close)

    def _head_is_late(self) -> None:
        if self._inbox:
            self._refuse(RefusalError(408, "The request took too long to come."))
        else:
            self.transport.close()

    def _check_progress(self) -> None:
        """A body that does not come is given up, unless it is our side that does not take it."""
        waits = self.flow.read_paused or (self._cycle is not None and self._cycle.waiting_for_100_continue)
        if self._moved or waits:
            self._moved = False
            self._watch(self.limits.idle_seconds, self._check_progress)
        else:
            self._refuse(RefusalError(408, "The request took too long to come."))

    def _watch(self, seconds: float, late: Callable[[], None]) -> None:
        """Calls `late` unless what is awaited comes before."""
        self._unwatch()
        self._timer = self.loop.call_later(seconds, late)

    def _unwatch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _settings(config: uvicorn.Config) -> tuple[Limits, Counter[str], Told]:
    if isinstance(config, GateConfig):
        return config.limits, config.refused, config.told
    return Limits(), Counter(), untold


class _Patient:
    """The transport as an answer sees it that may end before its request has come: the gate closes it."""

    def __init__(self, gate: Gate) -> None:
        self.write = gate.transport.write
        self.abort = gate.transport.abort
        self.is_closing = gate.transport.is_closing
        self.close = gate.end
