"""What a client is told whose request the gate does not let through."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus

__all__ = ["RefusalError", "answer"]


class RefusalError(Exception):
    """The request cannot be let through. `reason` is a sentence of ours: nothing that the client sent is in it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def answer(refusal: RefusalError, *, head: bool = False) -> bytes:
    """The response, after which the connection ends. `head`: without the body, as HEAD asks for."""
    body = f"{refusal.reason}\n".encode("ascii")
    lines = [
        f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}",
        f"Date: {formatdate(usegmt=True)}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        lines.append("Retry-After: 5")
    return "\r\n".join([*lines, "\r\n"]).encode("ascii") + (b"" if head else body)
