"""What a client is told when there is no answer of an origin to pass on."""

from __future__ import annotations

from pathlib import Path

import httpx

from edge.errors import OriginError
from edge.types import Headers

__all__ = ["ErrorPage", "status_of"]

_TEXTS = {
    400: "The request cannot be passed on.",
    404: "There is nothing at this address.",
    421: "This host is not served here.",
    502: "The site does not answer as it should. Please try again later.",
    503: "The site is busy. Please try again in a moment.",
    504: "The site does not answer. Please try again later.",
}


def status_of(error: httpx.TransportError) -> int:
    """503 where we are busy ourselves, 504 where the origin is late, 502 where it does otherwise wrong."""
    if isinstance(error, httpx.PoolTimeout):
        return 503
    if isinstance(error, httpx.TimeoutException):
        return 504
    return 400 if isinstance(error, httpx.LocalProtocolError) else 502


class ErrorPage:
    """A sentence, or for 502, 503 and 504 the operator's page of HTML, in UTF-8. Raises OriginError."""

    def __init__(self, file: Path | None = None) -> None:
        try:
            self._page = file.read_bytes() if file is not None else None
        except OSError as error:
            raise OriginError(f"{file}: no error page: {error.strerror}") from None

    def answer(self, status: int) -> tuple[Headers, bytes]:
        own = self._page if status >= 502 else None
        body = own if own is not None else f"{_TEXTS[status]}\n".encode("ascii")
        headers = [
            (b"content-type", b"text/plain; charset=utf-8" if own is None else b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode("ascii")),
            (b"cache-control", b"no-store"),
        ]
        if status == 503:
            headers.append((b"retry-after", b"5"))
        return headers, body
