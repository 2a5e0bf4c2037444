"""Bodies cut for the sake of tests: at random places, the same each time, and nothing of them lost."""

from __future__ import annotations

import pytest

from edge.page.chop import Chop
from edge.types import Message
from tests.page.raw import ask, html
from tests.page.sites import PAGE, Front


def cut(seed: str, path: str, body: object, *, more: bool = False) -> list[Message]:
    return list(Chop(seed, path).parts({"type": "http.response.body", "body": body, "more_body": more, "x": 1}))


@pytest.mark.parametrize("seed", ["1", "2", "soak"])
@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("body", [b"x", PAGE, PAGE * 1000, bytearray(PAGE), memoryview(PAGE)])
def test_the_pieces_are_the_body(seed: str, body: bytes, more: bool) -> None:
    parts = cut(seed, "/", body, more=more)
    assert b"".join(part["body"] for part in parts) == bytes(body)
    assert [part["more_body"] for part in parts] == [True] * (len(parts) - 1) + [more]
    assert all(part["x"] == 1 for part in parts)


def test_the_same_seed_and_path_cut_at_the_same_places() -> None:
    assert cut("7", "/", PAGE) == cut("7", "/", PAGE)
    assert len({str(cut(seed, path, PAGE)) for seed in ("7", "8") for path in ("/", "/a")}) == 4


def test_the_pieces_of_several_bodies_differ() -> None:
    chop = Chop("7", "/")
    message: Message = {"type": "http.response.body", "body": PAGE}
    assert list(chop.parts(message)) != list(chop.parts(message))


@pytest.mark.parametrize(
    "message",
    [
        {"type": "http.response.start", "status": 200},
        {"type": "http.response.body"},
        {"type": "http.response.body", "body": b"", "more_body": True},
        {"type": "http.response.pathsend", "path": "/x"},
        {"type": "x.odd", "body": b"none of ours"},
    ],
)
def test_what_has_nothing_to_cut_stays_as_it_is(message: Message) -> None:
    assert list(Chop("7", "/").parts(message)) == [message]


def test_it_is_off_unless_asked_for(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    app = html(b"<p>no slots, so it passes in one message</p>")
    monkeypatch.delenv("EDGE_DEBUG_CHOP", raising=False)
    assert len(ask(front(app), "/json").bodies) == 1
    monkeypatch.setenv("EDGE_DEBUG_CHOP", "7")
    assert len(ask(front(app), "/", (), "POST").bodies) > 1
