"""A response that is not tailored: it passes, but not everything in it may be shared."""

from __future__ import annotations

from edge.page.response import is_html, unshared
from edge.page.setup import Setup
from edge.page.visit import Visit
from edge.types import Message, Send

__all__ = ["Passing"]


class Passing:
    """The `send` of an app whose response is left alone. No shared cache keeps what the app made for this visitor,
    nor a page that others, asking for the same address, get made for them: whoever asks for a page as an image
    could have the default kept for everybody."""

    __slots__ = ("_method", "_send", "_setup", "_visit")

    def __init__(self, setup: Setup, visit: Visit, method: str, send: Send) -> None:
        self._setup = setup
        self._visit = visit
        self._method = method
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and "headers" in message:
            headers = list(message["headers"])
            is_page = is_html(message["status"], headers) and self._may_have_slots()
            message = {**message, "headers": unshared(headers) if self._visit.was_read or is_page else headers}
        await self._send(message)

    def _may_have_slots(self) -> bool:
        asked = self._method in ("GET", "HEAD") and bool(self._setup.slots.names)
        return asked and not self._setup.no_slots(self._visit.path)

    async def finish(self) -> None:
        """Nothing is held."""
