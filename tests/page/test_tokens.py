"""Pages with a token in them, another each time: scanned a few times and not again, and nobody gets another's."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import os
import re

import pytest

from edge.html import parse_plan
from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.page.raw import ask, html, scope_of
from tests.page.sites import GERMAN, PAGE, Front

WHOLE = pytest.mark.unchopped
TOKEN = re.compile(rb'(?<=value=")[0-9a-z]*')
HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())
FORM = b'<form><input type="hidden" value="TOKEN"></form>'


def page(number: int, body: bytes = PAGE) -> bytes:
    return body.replace(b"<footer>", FORM.replace(b"TOKEN", b"%032d" % number) + b"<footer>")


def numbered(packed: bool = False) -> ASGIApp:
    numbers = itertools.count()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = page(next(numbers))
        headers = [(b"content-encoding", b"gzip")] if packed else []
        await html(gzip.compress(body) if packed else body, headers=headers)(scope, receive, send)

    return app


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("takes_gzip", [False, True])
def test_everybody_gets_their_own_token(front: Front, packed: bool, takes_gzip: bool) -> None:
    edge = front(numbered(packed))
    coding = [(b"accept-encoding", b"gzip")] if takes_gzip else []
    for number in range(12):
        german = number % 3 != 0
        answer = ask(edge, "/", [*coding, *([GERMAN] if german else [])])
        body = gzip.decompress(answer.body) if packed and takes_gzip else answer.body
        assert body == page(number, HALLO if german else PAGE)


@WHOLE
def test_such_a_page_is_scanned_twice_and_its_slots_decided_as_for_one(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = []

    def watched(*given: object) -> object:
        scanned.append(given)
        return parse_plan(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("edge.page.whole.parse_plan", watched)
    edge = front(numbered())
    for _ in range(20):
        ask(edge, "/", [GERMAN])
    assert len(scanned) == 2
    assert edge.setup is not None
    assert len(edge.setup.answers) == 2
    assert edge.counts["tailored", "hero"] == 20


def test_many_at_once_get_their_own(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await html(page(int(scope["query_string"])))(scope, receive, send)

    edge = front(app)

    async def one(number: int) -> bytes:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            await asyncio.sleep(0)
            sent.append(message)

        await edge(scope_of(f"/?{number}", [GERMAN]), None, send)  # type: ignore[arg-type]
        return b"".join(message.get("body", b"") for message in sent)

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(one(number) for number in range(60)))

    assert asyncio.run(all_of_them()) == [page(number, HALLO) for number in range(60)]


def test_a_page_that_changes_elsewhere_too_is_scanned_anew(front: Front) -> None:
    bodies = [page(0), page(1), page(2), page(3).replace(b"Free", b"Best"), page(4).replace(b"offer", b"heros")]
    given = iter(bodies)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await html(next(given))(scope, receive, send)

    edge = front(app)
    shown = HALLO[HALLO.index(b"<h1>") : HALLO.index(b"</main>")]
    for body in bodies:
        assert ask(edge, "/", [GERMAN]).body == body.replace(b"<h1>Sound for everyone</h1>", shown)


@WHOLE
def test_a_page_that_is_never_twice_the_same_is_compared_a_few_times_only(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    monkeypatch.setattr("edge.page.whole.find_family", lambda *given: tried.append(given))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await html(PAGE.replace(b"end", os.urandom(8).hex().encode()))(scope, receive, send)

    edge = front(app)
    for _ in range(40):
        assert TOKEN.sub(b"", ask(edge, "/", [GERMAN]).body)[:100] == HALLO[:100]
    assert len(tried) < 12


@WHOLE
def test_what_is_kept_of_such_a_page_has_a_limit(front: Front) -> None:
    edge = front(numbered())
    for _ in range(3):
        ask(edge, "/", [GERMAN])
    assert edge.setup is not None
    size = edge.setup.plans.size, edge.setup.answers.size
    for _ in range(200):
        ask(edge, "/", [GERMAN])
    assert (edge.setup.plans.size, edge.setup.answers.size) == size


@WHOLE
def test_a_few_odd_pages_do_not_end_the_search_for_ever(front: Front) -> None:
    odd = [PAGE.replace(b"end", b"%03d" % number) for number in range(6)]
    given = itertools.chain(odd, map(page, range(200)))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await html(next(given))(scope, receive, send)

    edge = front(app)
    for _ in range(150):
        ask(edge, "/", [GERMAN])
    assert edge.setup is not None
    assert edge.setup.plans.find("/", page(500), "text/html; charset=utf-8") is not None
