"""An answer of the app as it comes, message by message: whether it is to be kept, and what is kept then."""

from __future__ import annotations

from collections.abc import Callable

from edge.cache.asked import Asked
from edge.cache.settings import CacheSettings
from edge.cache.stored import Stored, with_length
from edge.cache.terms import Moment, Terms, kept_headers, read_terms
from edge.types import Headers, Message

__all__ = ["Collector"]


_PIECE = 200
"""Bytes, roughly, that a piece costs besides what is in it."""


class Collector:
    """`why` is empty for as long as the answer may be kept, then a word that says why not: from there on nothing
    of it is held. `stored` is there once the answer has come to its end, which nothing else makes it do: an answer
    that is cut, raises or is longer than it says is never kept. `room` says whether so much more may be held."""

    __slots__ = (
        "_asked",
        "_clock",
        "_headers",
        "_length",
        "_parts",
        "_room",
        "_settings",
        "_status",
        "_terms",
        "began",
        "held",
        "size",
    )

    def __init__(
        self, asked: Asked, settings: CacheSettings, clock: Callable[[], Moment], room: Callable[[int], bool]
    ) -> None:
        self._asked = asked
        self._settings = settings
        self._clock = clock
        self._room = room
        self.began = clock()
        """When the app was asked."""
        self._terms: Terms | str = ""  # not known yet
        self._status = 0
        self._headers: Headers = []
        self._length: int | None = None
        self._parts: list[bytes] = []
        self.size = 0
        self.held = 0
        """What `room` was asked for."""

    @property
    def why(self) -> str:
        return self._terms if isinstance(self._terms, str) else ""

    @property
    def can_be_shared(self) -> bool:
        """Whether those may have it too who asked while it is on its way, should it be kept."""
        return not isinstance(self._terms, str) and self._terms.can_be_shared

    def refuse(self, why: str) -> None:
        """It is not kept."""
        self._terms = why
        self._parts = []

    def start(self, message: Message) -> None:
        """The start of the answer."""
        headers = [(name.lower(), value) for name, value in message.get("headers", ())]
        self._status = message["status"]
        self._headers = headers
        self._terms = read_terms(self._asked, self._status, headers, self.began, self._clock(), self._settings)
        if message.get("trailers"):
            self.refuse("trailers")
        lengths = [value for name, value in headers if name == b"content-length"]
        if lengths and not self.why:
            self._length = int(lengths[0]) if len(lengths) == 1 and lengths[0].isdigit() else -1
            if self._length > 1024 * self._settings.answer_kb:
                self.refuse("too-large")

    def body(self, message: Message) -> Stored | None:
        """A part of the body; what is to be kept where it was the last."""
        terms = self._terms
        if isinstance(terms, str):
            return None
        part = message.get("body", b"")
        if part:
            self._parts.append(bytes(part))
            self.size += len(part)
            self.held += len(part) + _PIECE
            if not self._room(len(part) + _PIECE):
                self.refuse("busy")
                return None
        if self.size > 1024 * self._settings.answer_kb:
            self.refuse("too-large")
        elif not message.get("more_body", False):
            if self._length not in (None, self.size):
                self.refuse("length")
            else:
                return self._whole(terms)
        return None

    def _whole(self, terms: Terms) -> Stored:
        parts, self._parts = self._parts, []
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        headers = with_length(self._status, kept_headers(self._headers), body)
        return Stored(self._asked.kind, self._status, headers, body, terms)
