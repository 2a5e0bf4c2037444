"""A response that is not tailored: it passes, but not everything in it may be shared."""

from __future__ import annotations

from collections.abc import Collection

from edge.page.faults import report
from edge.page.headers import UNKEPT, is_html, may_be_kept, unshared
from edge.page.setup import Setup
from edge.page.visit import Visit
from edge.types import Headers, Message, Send

__all__ = ["Passing"]


class Passing:
    """The `send` of an app whose response is left alone. No shared cache keeps what the app made for this visitor,
    nor HTML with one of `statuses`: a page, or a part of one, that others who ask for the same address get made
    for them. Whoever asks for a page as an image could have the default kept for everybody.

    A start that some cache may keep waits for the message after it, as the servers should that it goes to (ASGI,
    response start): until then the app may still ask who is looking.
    """

    __slots__ = ("_held", "_kept", "_send", "_setup", "_statuses", "_visit")

    def __init__(self, setup: Setup, visit: Visit, send: Send, statuses: Collection[int]) -> None:
        self._setup = setup
        self._visit = visit
        self._send = send
        self._statuses = statuses
        self._held: Message | None = None
        self._kept = False

    async def take(self, message: Message) -> None:
        if self._held is not None:
            await self.finish()
        if message["type"] != "http.response.start" or "headers" not in message:
            await self._send(message)
            return
        self._held = {**message, "headers": list(message["headers"])}
        self._kept = self._may_be_kept(self._held["headers"])
        if not self._kept:
            await self.finish()

    @property
    def is_over(self) -> bool:
        return self._held is None

    async def finish(self) -> None:
        """What is held leaves."""
        held, self._held = self._held, None
        if held is not None:
            await self._send({**held, "headers": self._leaving(held["status"], held["headers"])})

    def _may_be_kept(self, headers: Headers) -> bool:
        try:
            return may_be_kept(headers)
        except Exception as error:  # noqa: BLE001  then nothing is gained by waiting
            report(self._setup, error)
            return False

    def _leaving(self, status: int, headers: Headers) -> Headers:
        visit = self._visit
        try:
            may_vary = status in self._statuses and is_html(headers) and not self._setup.no_slots(visit.path)
            if visit.was_read or may_vary:
                return unshared(headers, store=visit.preview is None)
        except Exception as error:  # noqa: BLE001  it passes, and nobody keeps it
            report(self._setup, error)
            return [*headers, UNKEPT]
        visit.is_out = self._kept
        return headers
