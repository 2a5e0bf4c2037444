"""Trailers of a page that may have been rewritten: those that describe the origin's exact bytes are gone."""

from __future__ import annotations

import pytest

from edge.types import ASGIApp, Message
from tests.page.raw import ask, replying, start
from tests.page.sites import GERMAN, PAGE, Front

HTML = (b"content-type", b"text/html; charset=utf-8")
DIGEST, OTHER = (b"Content-Digest", b"sha-256=:AAAA:"), (b"server-timing", b"app;dur=3")


def trailed(*chunks: bytes, kind: tuple[bytes, bytes] = HTML, length: bool = False) -> ASGIApp:
    """A page in these pieces, and its trailers."""
    headers = [kind, (b"content-length", b"%d" % sum(map(len, chunks)))] if length else [kind]
    bodies: list[Message] = [{"type": "http.response.body", "body": one, "more_body": True} for one in chunks]
    bodies[-1]["more_body"] = False
    trailers = {"type": "http.response.trailers", "headers": [DIGEST, OTHER]}
    return replying({**start(headers), "trailers": True}, *bodies, trailers)


@pytest.mark.parametrize("headers", [[GERMAN], []], ids=["tailored", "default"])
@pytest.mark.parametrize(
    "app",
    [trailed(PAGE), trailed(PAGE[:50], PAGE[50:]), trailed(PAGE[:50], PAGE[50:], length=True)],
    ids=["whole", "streamed", "measured"],
)
def test_what_describes_the_bytes_of_a_page_is_gone(
    front: Front, app: ASGIApp, headers: list[tuple[bytes, bytes]]
) -> None:
    answer = ask(front(app), headers=headers)
    assert answer.start["trailers"] is True
    assert answer.messages[-1] == {"type": "http.response.trailers", "headers": [OTHER]}


def test_trailers_of_what_is_no_page_pass(front: Front) -> None:
    answer = ask(front(trailed(PAGE, kind=(b"content-type", b"text/plain"))), headers=[GERMAN])
    assert answer.messages[-1]["headers"] == [DIGEST, OTHER]


def test_trailers_that_cannot_be_read_are_none(front: Front) -> None:
    broken = {"type": "http.response.trailers", "headers": [None]}
    app = replying(start([HTML]), {"type": "http.response.body", "body": PAGE}, broken)
    assert ask(front(app), headers=[GERMAN]).messages[-1]["headers"] == []
