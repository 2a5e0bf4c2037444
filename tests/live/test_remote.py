"""The remote service's client, while the site folder changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.remote import Headers
from edge.remote.profiles import RemoteProfiles
from edge.types import Message, Receive, Scope, Send
from tests.live.changing import AT_ONCE
from tests.page.raw import Answer, exchange, html, scope_of
from tests.page.sites import KEY, PAGE, Front, write_site

REMOTE = """
    [remote]
    url = "https://crm.example/visitors/{visitor}"
    segments = "/segments"
    ttl_seconds = %d
"""
FILES = {
    "edge.toml": REMOTE % 300,
    "segments.toml": '[vip]\nfrom = "remote"',
    "experiences.toml": '[a]\nslot = "hero"\nfor = "vip"\nshow = "hallo"',
}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[RemoteProfiles]:
    """The clients that were closed, in order."""
    every: list[RemoteProfiles] = []
    close = RemoteProfiles.aclose

    async def noted(profiles: RemoteProfiles) -> None:
        every.append(profiles)
        await close(profiles)

    monkeypatch.setattr(RemoteProfiles, "aclose", noted)
    return every


def client(edge: EdgeMiddleware) -> RemoteProfiles:
    assert edge.setup is not None
    (source,) = edge.setup.profiles
    assert isinstance(source, RemoteProfiles)
    return source


async def look(edge: EdgeMiddleware) -> None:
    assert edge.live is not None
    await edge.live.look()


class Slow:
    """An app whose answer comes when it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.set()
        await self.let_go.wait()
        await html(PAGE)(scope, receive, send)


def test_it_stays_where_its_settings_do(front: Front, tmp_path: Path, closed: list[RemoteProfiles]) -> None:
    edge = front(html(PAGE), FILES, watching=AT_ONCE)
    before = client(edge)
    write_site(tmp_path / "site", {"blocks/hallo.html": "<h1>Neu</h1>"})
    asyncio.run(look(edge))
    assert client(edge) is before
    assert closed == []


def test_an_old_one_is_closed_when_the_last_request_that_may_use_it_has_ended(
    front: Front, tmp_path: Path, closed: list[RemoteProfiles]
) -> None:
    async def run() -> None:
        slow = Slow()
        edge = front(slow, FILES, watching=AT_ONCE)
        old = client(edge)
        asking = asyncio.create_task(exchange(edge, scope_of("/"), Answer()))
        await slow.begun.wait()
        write_site(tmp_path / "site", {"blocks/hallo.html": "<h1>Neu</h1>"})
        await look(edge)  # another setup, the same client
        write_site(tmp_path / "site", {"edge.toml": REMOTE % 60})
        await look(edge)
        assert client(edge) is not old
        assert closed == []
        slow.let_go.set()
        await asking
        await look(edge)
        assert closed == [old]

    asyncio.run(run())


def test_one_that_the_site_no_longer_has_is_closed(
    front: Front, tmp_path: Path, closed: list[RemoteProfiles]
) -> None:
    edge = front(html(PAGE), FILES, watching=AT_ONCE)
    old = client(edge)
    write_site(tmp_path / "site", {"edge.toml": ""})
    asyncio.run(look(edge))
    assert edge.setup is not None
    assert edge.setup.profiles == ()
    assert closed == [old]


def test_the_present_one_is_closed_with_the_lifespan(front: Front, closed: list[RemoteProfiles]) -> None:
    edge = front(html(PAGE), FILES)
    incoming = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> Message:
        await asyncio.sleep(0)  # for what has been started to begin
        return {"type": incoming.pop(0)}

    async def send(message: Message) -> None:
        if message["type"] == "lifespan.shutdown.complete":
            assert closed == [client(edge)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("only http")

    edge.app = app
    asyncio.run(edge({"type": "lifespan"}, receive, send))
    assert closed == [client(edge)]


def test_new_secrets_are_given_to_the_same_one(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    settings = REMOTE % 300 + '    headers = { Authorization = "Bearer ${CRM_TOKEN}" }\n'
    environ = {"EDGE_SECRET_KEYS": KEY, "CRM_TOKEN_FILE": str(token)}
    edge = front(html(PAGE), {**FILES, "edge.toml": settings}, environ=environ, watching=AT_ONCE)
    before = client(edge)
    sent: list[Headers] = []
    monkeypatch.setattr(before, "use", sent.append)
    token.write_text("second")
    asyncio.run(look(edge))
    assert sent[-1] == ((b"Authorization", b"Bearer second"),)
    assert client(edge) is before


def test_a_secret_that_is_gone_keeps_the_last_one_and_says_so(
    front: Front, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    settings = REMOTE % 300 + '    headers = { Authorization = "Bearer ${CRM_TOKEN}" }\n'
    environ = {"EDGE_SECRET_KEYS": KEY, "CRM_TOKEN_FILE": str(token)}
    edge = front(html(PAGE), {**FILES, "edge.toml": settings}, environ=environ, watching=AT_ONCE)
    setup = edge.setup
    token.unlink()
    for _ in range(2):
        asyncio.run(look(edge))
    assert edge.setup is setup
    (record,) = caplog.records
    assert "a secret of [remote] cannot be used as it is now" in record.getMessage()
    assert f"{tmp_path / 'site' / 'edge.toml'}:" in record.getMessage()
    token.write_text("third")
    asyncio.run(look(edge))
    assert "a secret of [remote] can be used again" in caplog.text
    assert "third" not in caplog.text
