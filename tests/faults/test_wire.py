"""The rows that a server has a part in, over a real uvicorn: what a client reads from its socket, to the byte."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.types import ASGIApp, Headers, Receive, Scope, Send
from tests.faults.case import Case, cookie
from tests.faults.faults import FAULTS, TIMES
from tests.faults.kinds import ASKED, KINDS, kind_of
from tests.faults.table import ROWS, WHY_NOT
from tests.faults.test_matrix import variants, with_blocks, without
from tests.hosts.packages import need_package
from tests.hosts.wire import Reply, wired
from tests.page.sites import PAGE
from tests.serving import serving

ROWED = (
    "nothing fails",
    "profiles raises",
    "profiles hangs",
    "the clock raises",
    "a block is huge",
    "the page's own parts raise",
    "memory runs out",
    "it raises before its start",
    "it raises behind its start",
    "it raises in the middle",
    "it raises behind its last",
    "it leaves behind its start",
    "it leaves in the middle",
    "a length that is too long",
    "a length that is too short",
    "gzip that is none",
    "gzip that is cut short",
    "gzip that is damaged",
    "garbage behind the gzip",
    "it starts twice",
    "an unknown message in the middle",
    "headers from a generator",
    "it sends from several tasks",
    "it asks for the visitor behind its start",
)
NOT_HERE = {
    "file": "uvicorn does not send files that it is named",
    "ws": "a websocket is no exchange of a request and a reply: tests/hosts/test_uvicorn.py speaks one",
}

CELLS = [
    (fault, kind)
    for fault in ROWED
    for kind, letter in ROWS[fault].cells.items()
    if letter not in WHY_NOT and kind not in NOT_HERE
]
OF_THE_BODY = {b"content-length", b"transfer-encoding", b"etag", b"cache-control", b"vary", b"content-encoding"}

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.unchopped("how much a server sends before it refuses the rest depends on how it comes"),
]


class Stage:
    """A server whose app is changed between two requests."""

    def __init__(self) -> None:
        self.url = ""
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)

    def ask(self, app: ASGIApp, case: Case) -> Reply:
        """The reply to one request, on a connection of its own."""
        self.app = app
        headers = [b"%b: %b" % pair for pair in [*ASKED, cookie(), *case.kind.headers]]
        with wired(self.url) as wire:
            return wire.ask(case.path, *headers, b"Connection: close", method=case.kind.method)


@pytest.fixture(scope="module", params=["httptools", "h11"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    if request.param == "httptools":
        need_package("httptools")
    stage = Stage()
    options: dict[str, Any] = {
        "lifespan": "off",
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
    }
    # Over TLS as far as anybody is told: the visitor's cookie is one for it.
    with serving(_secure(stage), http=request.param, **options) as url:
        stage.url = url
        yield stage


def _secure(app: ASGIApp) -> ASGIApp:
    async def secure(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "scheme": "https"}, receive, send)

    return secure


@pytest.mark.parametrize(("fault", "kind"), CELLS, ids=lambda value: str(value))
def test_what_arrives(stage: Stage, fault: str, kind: str, tmp_path: Path) -> None:
    for number in range(0, TIMES[fault], 2):
        case = Case(kind_of(kind, tmp_path), tmp_path)
        with case.around:
            FAULTS[fault](case, number)
            direct = stage.ask(case.app(case), case)
            through = stage.ask(_with(case, case.edge(case.app(case))), case)
        check(case, ROWS[fault].cells[kind], direct, through)


def _with(case: Case, edge: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        with case.during():
            await edge(scope, receive, send)

    return app


def check(case: Case, letter: str, direct: Reply, through: Reply) -> None:
    assert through.status == direct.status
    if letter in "xw":
        assert not direct.whole or letter == "x"
        assert through.whole is (letter == "w")
    else:
        assert through.whole is direct.whole
    page = case.page or text(direct)
    if letter in "=p" or direct.status == 500 or case.kind.text is None:
        assert through.body == direct.body
        assert same(direct.headers, through.headers, set() if letter == "=" else OF_THE_BODY)
    elif letter in "th" and direct.whole:
        assert text(through) == with_blocks(page, case.codec, *(["hero", "offer"] if letter == "t" else ["offer"]))
    elif letter == "w":
        assert text(through) == with_blocks(case.kind.text, case.codec, "hero", "offer")
    elif letter == "x":
        assert any(variant.startswith(text(through)) for variant in variants(page, case.codec))
    else:
        assert text(through) in variants(page, case.codec)
    if case.kind.text is not None and letter not in "=" and through.status == 200:
        assert (through.header(b"cache-control") or b"").startswith(b"private, no-")
        assert without(through.headers, OF_THE_BODY) == without(direct.headers, OF_THE_BODY)


def same(one: Headers, other: Headers, but: set[bytes]) -> bool:
    return without(one, but) == without(other, but)


def text(reply: Reply) -> bytes:
    if reply.header(b"content-encoding") != b"gzip":
        return reply.body
    made, opener = bytearray(), zlib.decompressobj(31)
    for at in range(len(reply.body)):
        try:
            made += opener.decompress(reply.body[at : at + 1])
        except zlib.error:
            break
    return bytes(made)


def test_a_client_that_leaves_at_any_message_leaves_a_server_in_order(stage: Stage, tmp_path: Path) -> None:
    """It reads so many bytes and goes: who comes after it is served."""
    for kind in ("small", "stream", "bytes", "gzipped", "5MB"):
        for count in (0, 20, 300, 100_000):
            case = Case(KINDS[kind], tmp_path)
            stage.app = case.edge(case.app(case))
            with wired(stage.url) as wire:
                wire.send(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
                wire.read(count)
        case = Case(KINDS["small"], tmp_path)
        assert stage.ask(case.edge(case.app(case)), case).body == with_blocks(PAGE, "utf-8", "hero", "offer")
