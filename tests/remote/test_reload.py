"""The service while the site folder and its secrets change."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.site import Watching
from tests.page.raw import Answer, exchange, html, scope_of
from tests.page.sites import KEY, NOW, PAGE, write_site
from tests.remote.conftest import Service
from tests.remote.loopback import Loopback, reply
from tests.remote.test_pages import HERO, VIP, site, source

STILL = Watching(still=0.0)
HEADERS = 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }'


class Running:
    """Edge in front of a page, with a folder that is changed while it runs."""

    def __init__(
        self, folder: Path, there: Loopback, environ: dict[str, str] | None = None, more: str = ""
    ) -> None:
        self.folder = folder / "site"
        self.write({name: text for name, text in site(there, more).items() if text is not None})
        self.write({"blocks/hallo.html": "<h1>Klänge für alle</h1>"})
        environ = {"EDGE_SECRET_KEYS": KEY, **(environ or {})}
        self.edge = EdgeMiddleware(html(PAGE), self.folder, environ=environ, clock=lambda: NOW, watching=STILL)

    def write(self, files: dict[str, str]) -> None:
        write_site(self.folder, files)

    async def looked(self) -> None:
        """Lets it take up what has changed: a change is taken when it is seen a second time."""
        assert self.edge.live is not None
        for _ in range(3):
            await self.edge.live.look()

    async def page(self, cookie: bytes = b"") -> Answer:
        answer = Answer()
        await exchange(self.edge, scope_of("/", [(b"cookie", cookie)] if cookie else []), answer)
        return answer

    async def cookie(self) -> bytes:
        given = (await self.page()).header(b"set-cookie")
        assert given is not None
        return given.partition(b";")[0]


def test_the_client_and_what_it_knows_outlive_changes_of_anything_else(tmp_path: Path, service: Service) -> None:
    there = service(reply(VIP))
    running = Running(tmp_path, there)

    async def steps() -> None:
        cookie = await running.cookie()
        assert HERO in (await running.page(cookie)).body
        before = source(running.edge)
        running.write({"blocks/hallo.html": "<h1>Neue Klänge</h1>"})
        await running.looked()
        assert "Neue Klänge".encode() in (await running.page(cookie)).body
        assert source(running.edge) is before

    asyncio.run(steps())
    assert len(there.calls) == 1


@pytest.mark.parametrize("what", ["settings", "segments", "traits"])
def test_it_is_made_anew_where_it_would_read_answers_otherwise(
    tmp_path: Path, service: Service, what: str
) -> None:
    there, other = service(reply(VIP)), service(reply(VIP))
    running = Running(tmp_path, there)
    changes = {
        "settings": {"edge.toml": str(site(other)["edge.toml"])},
        "segments": {"segments.toml": str(site(there)["segments.toml"]) + '[trial]\nfrom = "remote"\n'},
        "traits": {"facts.toml": str(site(there)["facts.toml"]) + '[traits.seats]\nkind = "number"\n'},
    }

    async def steps() -> None:
        cookie = await running.cookie()
        assert HERO in (await running.page(cookie)).body
        before = source(running.edge)
        running.write(changes[what])
        await running.looked()
        assert source(running.edge) is not before
        assert HERO in (await running.page(cookie)).body

    asyncio.run(steps())
    assert (len(there.calls), len(other.calls)) == ((1, 1) if what == "settings" else (2, 0))


def test_a_secret_rotates_and_the_client_goes_on(tmp_path: Path, service: Service) -> None:
    there = service(reply(VIP))
    token = tmp_path / "token"
    token.write_text("first", encoding="utf-8")
    running = Running(tmp_path, there, {"CRM_TOKEN_FILE": str(token)}, f"ttl_seconds = 1\n{HEADERS}")

    async def steps() -> None:
        cookies = [await running.cookie() for _ in range(3)]
        before = source(running.edge)
        await running.page(cookies[0])
        await running.looked()
        token.write_text("second!", encoding="utf-8")
        await running.looked()
        await running.page(cookies[1])
        token.write_text("", encoding="utf-8")
        await running.looked()
        await running.page(cookies[2])
        assert source(running.edge) is before

    asyncio.run(steps())
    sent = [call.headers["authorization"] for call in there.calls]
    assert sent == ["Bearer first", "Bearer second!", "Bearer second!"]
    assert there.connections == 1


def test_a_folder_that_asks_for_a_secret_that_is_missing_is_not_taken(
    tmp_path: Path, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    there = service(reply(VIP))
    running = Running(tmp_path, there)

    async def steps() -> None:
        cookie = await running.cookie()
        running.write({"edge.toml": str(site(there, HEADERS)["edge.toml"])})
        await running.looked()
        assert HERO in (await running.page(cookie)).body

    asyncio.run(steps())
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "edge.toml:6:37: CRM_TOKEN is not set" in said
    assert "stays live" in said
