"""The app that `edge serve` serves, put together from `[serve]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from edge.door import Options
from edge.door.app import Door
from edge.door.entry import Entry
from tests.door.conftest import PAGE, write_site
from tests.hosts.wire import wired
from tests.serve.raw_origin import RawOrigin, ok, raw_origin
from tests.serve.recorder import gated

KEYS = {"EDGE_SECRET_KEYS": "known-to-tests-only"}


@contextmanager
def opened(
    folder: Path, text: str, entries: list[Entry] | None = None, environ: Mapping[str, str] = KEYS
) -> Iterator[str]:
    """The URL of the door that `text`, below `[serve]`, describes."""
    options = Options(site=str(write_site(folder / "site", edge=f"[serve]\n{text}")))
    door = Door(options, options.settings(), None if entries is None else entries.append, environ)
    with gated(door.app, told=door.told) as url:
        yield url


@contextmanager
def two_sites() -> Iterator[tuple[RawOrigin, RawOrigin]]:
    with raw_origin(ok(PAGE, b"Content-Type: text/html")) as first, raw_origin(ok(b"the shop")) as second:
        yield first, second


def test_several_sites_stand_behind_one_address(tmp_path: Path) -> None:
    with two_sites() as (first, second):
        origins = (
            f'[[serve.origins]]\nurl = "{first.url}"\n'
            f'[[serve.origins]]\nurl = "{second.url}"\nprefix = "/shop"\nkeep_host = false\n'
        )
        with opened(tmp_path, origins) as url, wired(url) as wire:
            assert b"Good day" in wire.ask("/").body
            assert wire.ask("/shop/a").body == b"the shop"
            assert wire.ask("/_edge/readyz").body == b"ready\n"
        assert second.asked[-1].values(b"host") == [second.url.removeprefix("http://").encode()]
        assert first.asked[-1].values(b"host") == [b"shop.example"]


def test_one_of_several_that_is_down_is_told(tmp_path: Path) -> None:
    with two_sites() as (first, _):
        origins = (
            f'[[serve.origins]]\nurl = "{first.url}"\n[[serve.origins]]\nurl = "http://127.0.0.1:9"\nhost = "a"\n'
        )
        with opened(tmp_path, origins) as url, wired(url) as wire:
            assert wire.ask("/_edge/readyz").body == b"ready; 1 of 2 origins do not answer\n"
        assert first.asked[0].line == b"HEAD / HTTP/1.1"


def test_only_the_hosts_that_are_named_are_served_but_health_is_for_all(tmp_path: Path) -> None:
    text = 'origin = "unix:/run/none.sock"\nhosts = ["www.example.com"]\n[page_cache]\non = true\n'
    with opened(tmp_path, text) as url, wired(url) as wire:
        assert wire.ask("/").status == 421
        assert wire.ask("/_edge/readyz").status == 200
        assert wire.ask("/_edge/livez").status == 200


def test_a_site_that_is_down_has_the_operators_page(tmp_path: Path) -> None:
    (tmp_path / "down.html").write_text("<h1>Back soon</h1>", encoding="utf-8")
    with (
        opened(tmp_path, 'origin = "http://127.0.0.1:9"\nerror_page = "../down.html"\n') as url,
        wired(url) as wire,
    ):
        reply = wire.ask("/")
        assert (reply.status, reply.body) == (502, b"<h1>Back soon</h1>")


def test_with_the_page_cache_it_is_ready_though_the_site_is_down(tmp_path: Path) -> None:
    text = 'origin = "http://127.0.0.1:9"\n[page_cache]\non = true\n'
    with opened(tmp_path, text) as url, wired(url) as wire:
        reply = wire.ask("/_edge/readyz")
        assert (reply.status, reply.body) == (200, b"ready; 1 of 1 origins do not answer\n")


def test_the_visitor_is_believed_from_those_who_are_trusted_only(tmp_path: Path) -> None:
    said = b"X-Forwarded-For: 203.0.113.9"
    for number, (trust, client) in enumerate((("127.0.0.1", "203.0.113.9"), ("10.0.0.1", "127.0.0.1"))):
        entries: list[Entry] = []
        with two_sites() as (first, _):
            text = f'origin = "{first.url}"\ntrust = "{trust}"\n'
            with opened(tmp_path / str(number), text, entries) as url, wired(url) as wire:
                assert wire.ask("/", said).status == 200
            assert first.asked[0].values(b"x-forwarded-for")[0].startswith(client.encode())
        assert [entry.client for entry in entries] == [client]


def test_a_folder_gives_none_of_edges_secrets_away(tmp_path: Path) -> None:
    public = tmp_path / "public"
    (public / "state").mkdir(parents=True)
    (public / "state" / "note.txt").write_text("for all", encoding="utf-8")
    text = f'origin = "{public}"\n[page_cache]\non = true\n'
    files = ("state/secret_keys", "state/purges", "state/note.txt", "keys.txt")
    environ = {"EDGE_DATA": str(public / "state")}
    with opened(tmp_path / "one", text, environ=environ) as url, wired(url) as wire:
        (public / "keys.txt").write_text("another-key-of-this-test", encoding="utf-8")
        assert all((public / name).is_file() for name in files)
        assert [wire.ask(f"/{name}").status for name in files] == [404, 404, 200, 200]
    environ["EDGE_SECRET_KEYS_FILE"] = str(public / "keys.txt")
    (public / "keys.txt").chmod(0o600)
    with opened(tmp_path / "other", text, environ=environ) as url, wired(url) as wire:
        assert [wire.ask(f"/{name}").status for name in files] == [404, 404, 200, 404]
