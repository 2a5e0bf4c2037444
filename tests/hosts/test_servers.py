"""Edge on servers as people run them: an app that talks ASGI by hand (`talker`), over HTTP/1.1 and HTTP/2."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets import Subprotocol
from websockets.sync.client import connect

from tests.hosts.doors import all_disabled
from tests.hosts.packages import need_package
from tests.hosts.servers import NEEDS, SERVERS, Running, running
from tests.hosts.talker import PAGE, PASSING
from tests.hosts.wire import Reply, Wire, wired
from tests.hosts.wire2 import Wire2, wired2
from tests.page.sites import KEY, SITE, write_site
from tests.readme import fences

GERMAN = b"CF-IPCountry: DE"
BARE, EDGE, IDLE = b"X-Door: bare", b"X-Door: edge", b"X-Door: idle"
HERO = b"<h1>Sound for everyone</h1>"
HALLO = "<h1>Klänge für alle</h1>".encode()
TAILORED = PAGE.replace(HERO, HALLO)

VERSIONS = [(server, 1) for server in SERVERS] + [("hypercorn", 2), ("granian", 2)]


@dataclass(frozen=True)
class Served:
    """A server that speaks one version of HTTP."""

    server: str
    version: int
    running: Running

    def __str__(self) -> str:
        return f"{self.server} HTTP/{self.version}"

    def wire(self) -> AbstractContextManager[Wire | Wire2]:
        return wired(self.running.url) if self.version == 1 else wired2(self.running.url)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("talker"))


def filled(folder: Path) -> Path:
    """A site folder, the same with all switched off, and two files."""
    back = '\n[hero-back]\nslot = "hero"\nfor = "not new"\nshow = "back"\n'
    files = {"blocks/back.html": "<h1>Welcome back</h1>", "experiences.toml": SITE["experiences.toml"] + back}
    all_disabled(write_site(folder / "site", {**SITE, **files}), folder / "idle")
    (folder / "page.html").write_bytes(PAGE)
    (folder / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" data-edge-slot="hero"/>')
    return folder


def environ(folder: Path) -> dict[str, str]:
    return {"TALKER_FOLDER": str(folder), "EDGE_SECRET_KEYS": KEY}


def named(pair: tuple[str, int]) -> str:
    return f"{pair[0]}-HTTP/{pair[1]}"


def pairs(versions: list[tuple[str, int]]) -> pytest.MarkDecorator:
    """For those of the servers."""
    return pytest.mark.parametrize("served", versions, ids=named, indirect=True)


@pytest.fixture(scope="module")
def started(folder: Path) -> Iterator[Callable[[str], Running]]:
    """`started(server)` serves the app without a lifespan, from the first time on that somebody asks."""
    servers: dict[str, Running] = {}
    with ExitStack() as stack:

        def start(server: str) -> Running:
            if server not in servers:
                one = running(server, "tests.hosts.talker:lifeless", folder, environ=environ(folder))
                servers[server] = stack.enter_context(one)
            return servers[server]

        yield start


@pytest.fixture(params=VERSIONS, ids=named)
def served(request: pytest.FixtureRequest, started: Callable[[str], Running]) -> Served:
    server, version = request.param
    need_package(server)
    return Served(server, version, started(server))


@pytest.fixture
def wire(served: Served) -> Iterator[Wire | Wire2]:
    with served.wire() as wire:
        yield wire


# A server says the length of what comes in one message: not where each body is cut.
FRAMING = (b"content-length", b"transfer-encoding") if os.environ.get("EDGE_DEBUG_CHOP") else ()


def seen(reply: Reply) -> tuple[int, list[tuple[bytes, bytes]], bytes, bool]:
    """What a client gets, but for the time."""
    headers = [(name, b"" if name == b"date" else value) for name, value in reply.headers if name not in FRAMING]
    return reply.status, headers, reply.body, reply.whole


# Nothing is touched.


@pytest.mark.parametrize("door", [IDLE, EDGE])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_no_page_with_slots_is_the_same_byte_for_byte(served: Served, door: bytes, method: str) -> None:
    rewritten = PAGES if door == EDGE and method != "POST" else set()
    for path in sorted(PASSING.keys() - rewritten - OF_THE_SERVER[method]):
        with served.wire() as wire:
            bare = wire.ask(path, BARE, method=method)
        with served.wire() as wire:
            reply = wire.ask(path, door, method=method)
        assert seen(reply) == seen(bare), path


PAGES = {"/page", "/unmeasured", "/pieces", "/measured-pieces", "/zipped", "/file", "/unknown", "/scope"}
# Where what comes is the server's affair: in HTTP/2, granian gives HEAD what an app sends, and its own 500 a body.
OF_THE_SERVER = {"GET": set(), "POST": set(), "HEAD": {"/failing", "/kinds", "/file", "/picture"}}


def test_an_app_sees_the_scope_that_it_would_see_alone(wire: Wire | Wire2) -> None:
    bare = wire.ask("/scope", BARE).body
    assert b"http.response.weather" not in bare
    # Edge lets nothing be sent for a page that it does not see.
    assert wire.ask("/scope", EDGE).body == bare.replace(b"'http.response.push': {}, ", b"")


def test_messages_of_kinds_that_nobody_knows_reach_the_server(wire: Wire | Wire2) -> None:
    bare = json.loads(wire.ask("/unknown", BARE).body)
    assert len(bare) == 2
    assert not {"taken"} & set(bare)
    assert json.loads(wire.ask("/unknown", EDGE).body) == bare


def test_an_upload_passes(wire: Wire | Wire2) -> None:
    upload = os.urandom(1024) * 1024
    reply = wire.ask("/count", EDGE, b"Content-Length: %d" % len(upload), method="POST", body=upload)
    assert reply.body == f"{len(upload)} {hashlib.sha256(upload).hexdigest()}".encode()


@pairs([pair for pair in VERSIONS if pair[1] == 1])
def test_a_websocket_talks_to_the_app(served: Served) -> None:
    need_package("websockets")
    url = served.running.url.replace("http://", "ws://")
    with connect(url, subprotocols=[Subprotocol("echo")], additional_headers={"X-Door": "edge"}) as socket:
        assert socket.subprotocol == "echo"
        for text in ('<p data-edge-slot="hero">', "Tromsø"):
            socket.send(text)
            assert socket.recv(10) == text


# Pages are made for their visitors.


@pytest.mark.parametrize("path", ["/page", "/unmeasured", "/pieces", "/measured-pieces", "/file"])
def test_a_page_is_made_for_its_visitor(wire: Wire | Wire2, path: str) -> None:
    german = wire.ask(path, EDGE, GERMAN)
    assert (german.status, german.body, german.whole) == (200, TAILORED, True)
    assert german.header(b"content-length") in (None, b"%d" % len(TAILORED))
    assert german.header(b"cache-control") == b"private, no-cache, max-age=0"
    assert wire.ask(path, EDGE).body == PAGE


def test_a_zipped_page_is_made_for_its_visitor(wire: Wire | Wire2) -> None:
    plain = wire.ask("/zipped", EDGE, GERMAN)
    assert (plain.body, plain.header(b"content-encoding")) == (TAILORED, None)
    zipped = wire.ask("/zipped", EDGE, GERMAN, b"Accept-Encoding: gzip")
    assert zipped.header(b"content-encoding") == b"gzip"
    assert gzip.decompress(zipped.body) == TAILORED


def test_a_page_that_its_visitor_has_is_a_304(wire: Wire | Wire2) -> None:
    tag = wire.ask("/page", EDGE, GERMAN).header(b"etag") or b""
    again = wire.ask("/page", EDGE, GERMAN, b"If-None-Match: " + tag)
    assert (again.status, again.header(b"etag"), again.body) == (304, tag, b"")
    other = wire.ask("/page", EDGE, b"If-None-Match: " + tag)
    assert (other.status, other.body) == (200, PAGE)


def test_a_returning_visitor_is_known(wire: Wire | Wire2) -> None:
    (cookie,) = [value for name, value in wire.ask("/page", EDGE).headers if name == b"set-cookie"]
    # A browser may send each cookie in a line of its own over HTTP/2 (RFC 9113 section 8.2.3).
    cookies = (b"Cookie: theme=dark", b"Cookie: " + cookie.partition(b";")[0], b"Cookie: last=1")
    again = wire.ask("/page", EDGE, *cookies)
    assert again.body == PAGE.replace(HERO, b"<h1>Welcome back</h1>")
    assert again.header(b"set-cookie") is None


def test_a_streamed_page_arrives_as_it_is_made(served: Served) -> None:
    with served.wire() as wire, served.wire() as other:
        wire.begin("/waiting", EDGE, GERMAN)
        assert wire.head().header(b"content-length") is None
        first = b""
        while HALLO not in first:
            chunk = wire.chunk()
            assert chunk
            first += chunk
        assert other.ask("/go", EDGE).status == 200
        rest = b""
        while chunk := wire.chunk():
            rest += chunk
        assert chunk == b""
    assert first + rest == TAILORED


@pairs([("hypercorn", 2)])
def test_hints_leave_before_the_page(wire: Wire2) -> None:
    reply = wire.ask("/hinted", EDGE, GERMAN)
    assert reply.body == TAILORED
    (hint,) = reply.hints
    assert (b"link", b"</site.css>; rel=preload; as=style") in hint


@pairs([("hypercorn", 2)])
def test_trailers_follow_the_page(wire: Wire2) -> None:
    plain = wire.ask("/trailed?plain", EDGE, GERMAN, b"TE: trailers")
    assert [name for name, _ in plain.trailers] == [b"x-made-in", b"content-digest"]
    page = wire.ask("/trailed", EDGE, GERMAN, b"TE: trailers")
    assert (page.body, page.trailers) == (TAILORED, plain.trailers[:1])  # the digest is that of another page


# What goes wrong stays with the request that it happened to.


def test_an_app_is_told_that_its_client_has_left(served: Served) -> None:
    before = served.running.said()
    with served.wire() as wire:
        wire.begin("/listening", EDGE, GERMAN)
        assert wire.head().status == 200
        assert wire.chunk()
        wire.leave()
        with served.wire() as other:
            assert json.loads(other.ask("/said", EDGE).body) == ["http.disconnect", "ended"]
            assert other.ask("/page", EDGE, GERMAN).body == TAILORED
    assert "Traceback" not in served.running.said()[len(before) :]


def test_a_client_that_leaves_in_the_middle_of_an_upload_is_heard(served: Served) -> None:
    with served.wire() as wire:
        wire.begin("/count", EDGE, b"Content-Length: 100", method="POST", body=b"hello", whole=False)
        wire.leave()
        with served.wire() as other:
            assert json.loads(other.ask("/said", EDGE).body) == ["left while sending"]
            assert other.ask("/page", EDGE, GERMAN).body == TAILORED


@pairs(
    [pair for pair in VERSIONS if pair != ("hypercorn", 2)]
)  # that one never ends the stream, with Edge or without
def test_a_page_whose_app_fails_in_the_middle_ends_as_cut(served: Served) -> None:
    with served.wire() as wire:
        reply = wire.ask("/cut", EDGE)
    assert not reply.whole
    if served.version == 2:  # a reset may overtake what was sent before it (RFC 9113, 5.4.2)
        assert PAGE[:99].startswith(reply.body)
    else:
        assert reply.body == PAGE[:99]
    with served.wire() as wire:
        assert wire.ask("/page", EDGE, GERMAN).body == TAILORED


# Processes.


@pytest.mark.parametrize("server", SERVERS)
def test_every_worker_knows_the_same_visitors_and_takes_up_changes(server: str, tmp_path: Path) -> None:
    """With the key that Edge makes if it was given none: all of them start at once. In each of them the app's own
    lifespan goes on as if alone."""
    need_package(server)
    folder = filled(tmp_path / "talker")
    given = {"TALKER_FOLDER": str(folder), "EDGE_DATA": str(tmp_path / "data")}
    with (
        running(server, "tests.hosts.talker:app", tmp_path, workers=2, environ=given) as two,
        ExitStack() as stack,
    ):
        wires = one_to_each_worker(two.url, 2, stack)
        cookies = {}
        for process, wire in wires.items():
            (line,) = [value for name, value in wire.ask("/page", EDGE).headers if name == b"set-cookie"]
            cookies[process] = b"Cookie: " + line.partition(b";")[0]
        for wire in wires.values():
            for cookie in cookies.values():
                assert b"Welcome back" in wire.ask("/page", EDGE, cookie).body
            assert wire.ask("/state", EDGE).body == b"hei"
        change_is_taken_up(folder, two, *wires.values())
        assert "the app's lifespan.shutdown" not in two.said()
    for moment in ("startup", "shutdown"):
        assert two.said().count(f"the app's lifespan.{moment}") == 2


def change_is_taken_up(folder: Path, running: Running, *wires: Wire) -> None:
    (folder / "site" / "blocks" / "hallo.html").write_text("<h1>Guten Tag</h1>", encoding="utf-8")
    until = time.monotonic() + 60
    for wire in wires:
        while wire.ask("/page", EDGE, GERMAN).body != PAGE.replace(HERO, b"<h1>Guten Tag</h1>"):
            assert time.monotonic() < until, running.said()
            time.sleep(0.05)


def one_to_each_worker(url: str, workers: int, stack: ExitStack) -> dict[bytes, Wire]:
    wires: dict[bytes, Wire] = {}
    for _ in range(200):
        wire = stack.enter_context(wired(url))
        wires[wire.ask("/process", EDGE).body] = wire
        if len(wires) == workers:
            return wires
    raise AssertionError(f"only {len(wires)} of {workers} workers answer")


@pytest.mark.parametrize("server", SERVERS)
def test_an_app_without_a_lifespan_is_served_without_a_word(
    server: str, started: Callable[[str], Running]
) -> None:
    one = started(server)
    with wired(one.url) as wire:
        assert wire.ask("/state", EDGE).body == b"None"
    assert "lifespan" not in one.said().lower()  # each of them says so where it misses one


@pytest.mark.parametrize("server", SERVERS)
def test_nor_does_it_take_a_lifespan_to_take_up_changes(
    server: str, folder: Path, started: Callable[[str], Running]
) -> None:
    one, offer = started(server), folder / "site" / "blocks" / "trial.html"
    with wired(one.url) as wire:
        offer.write_text(f"<b>{server} days</b>", encoding="utf-8")
        until = time.monotonic() + 60
        while f"<b>{server} days</b>".encode() not in wire.ask("/page?utm_source=news", EDGE).body:
            assert time.monotonic() < until, one.said()
            time.sleep(0.05)


# The README.


def test_the_readmes_commands_are_those_that_start_the_servers_here() -> None:
    (commands,) = [fence.text for fence in fences("sh") if "hypercorn" in fence.text]
    assert commands.splitlines() == [shlex.join([server, *NEEDS[server], "app:app"]) for server in SERVERS]


@pytest.mark.soak
@pytest.mark.parametrize("server", SERVERS)
def test_the_readmes_command_serves_the_readmes_app(server: str, tmp_path: Path) -> None:
    need_package(server)
    for fence in [*fences("toml"), *fences("html")]:
        if fence.file:
            file = tmp_path / fence.file
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(fence.text)
    (app,) = [fence.text for fence in fences("python") if fence.text.startswith("# app.py\n")]
    (tmp_path / "app.py").write_text(app, encoding="utf-8")
    more = {"EDGE_SECRET_KEYS": KEY, "CRM_TOKEN": "a token"}
    with running(server, "app:app", tmp_path, cwd=tmp_path, environ=more) as one, wired(one.url) as wire:
        assert b"Sound for everyone" in wire.ask("/").body
        fan = wire.ask("/?utm_source=newsletter&utm_campaign=headphones-autumn")
    assert b"Quiet, wherever you are" in fan.body


# Event loops and modes of work.

WAYS = [
    ("uvicorn", "--loop=asyncio", "--http=h11"),
    ("uvicorn", "--loop=uvloop", "--http=httptools"),
    ("hypercorn", "--worker-class=uvloop"),
    ("granian", "--loop=asyncio"),
    ("granian", "--loop=uvloop", "--runtime-mode=mt", "--runtime-threads=2"),
    ("granian", "--task-impl=rust"),
    ("granian", "--interface=asginl"),
]


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_in_every_way_to_run_a_server_pages_are_made_as_they_come(way: tuple[str, ...], tmp_path: Path) -> None:
    server, *options = way
    need_package(server)
    folder, app = filled(tmp_path / "talker"), "tests.hosts.talker:lifeless"
    with running(server, app, tmp_path, environ=environ(folder), options=options) as one:
        served = Served(server, 1, one)
        for _ in range(20):
            test_a_streamed_page_arrives_as_it_is_made(served)
            test_an_app_is_told_that_its_client_has_left(served)
            test_a_client_that_leaves_in_the_middle_of_an_upload_is_heard(served)
            with served.wire() as wire:
                for path in ("/page", "/unmeasured", "/pieces", "/measured-pieces", "/file"):
                    test_a_page_is_made_for_its_visitor(wire, path)
        with wired(one.url) as wire:
            change_is_taken_up(folder, one, wire)
