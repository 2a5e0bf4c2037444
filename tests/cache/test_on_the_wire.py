"""The page cache between the gate and a site over HTTP, and with several processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from edge.serve import Forwarding, Origin, Peers
from tests.cache.test_with_edge import ON
from tests.door.served import serving_edge
from tests.hosts.wire import Reply, Wire, wired
from tests.page.sites import KEY, PAGE, Front, front, write_site
from tests.serve.fronted import door
from tests.serve.raw_origin import RawOrigin, Talk, ok, raw_origin
from tests.serve.recorder import head
from tests.serve.shared_door import shared_door

__all__ = ["front", "shared_door"]

HTML = b"Content-Type: text/html; charset=utf-8"
FRESH = b"Cache-Control: max-age=60"
GET = head(b"GET / HTTP/1.1")


@contextmanager
def cached(front: Front, site: RawOrigin, tmp_path: Path, toml: str = ON) -> Iterator[Wire]:
    """A connection to Edge with the page cache on, before a site."""
    environ = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(tmp_path / "data")}
    app = Forwarding(front(Origin(site.url), {"edge.toml": toml}, environ=environ), Peers())
    with door(app) as url, wired(url) as wire:
        yield wire


def ask(wire: Wire, request: bytes = GET) -> Reply:
    wire.send(request)
    return wire.reply(request.split(b" ")[0].decode())


def test_a_site_is_asked_once(front: Front, tmp_path: Path) -> None:
    with raw_origin(ok(PAGE, HTML, FRESH)) as site, cached(front, site, tmp_path) as wire:
        replies = [ask(wire) for _ in range(3)]
        assert [reply.body for reply in replies] == [PAGE] * 3
        assert len(site.asked) == 1
        assert (replies[2].header(b"cache-status") or b"").startswith(b"Edge; hit")
        german = ask(wire, head(b"GET / HTTP/1.1", b"CF-IPCountry: DE"))
        assert "Klänge".encode() in german.body
        assert len(site.asked) == 1


CUT = {
    "a length": ok(b"x" * 100, HTML, FRESH)[:-10],
    "chunks": b"HTTP/1.1 200 OK\r\n"
    + HTML
    + b"\r\n"
    + FRESH
    + b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a chunk": b"HTTP/1.1 200 OK\r\n" + FRESH + b"\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
}


@pytest.mark.parametrize("cut", CUT)
def test_what_the_site_cuts_is_visibly_cut_and_never_kept(front: Front, tmp_path: Path, cut: str) -> None:
    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(CUT[cut])

    with raw_origin(answer) as site:
        environ = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(tmp_path / "data")}
        edge = front(Origin(site.url), {"edge.toml": ON}, environ=environ)
        with door(Forwarding(edge, Peers())) as url:
            for number in range(2):
                with wired(url) as wire:
                    reply = ask(wire)
                    assert not (reply.status == 200 and reply.whole)
                assert site.connections == number + 1
        assert len(edge.setup.cache.memory.store) == 0  # type: ignore[union-attr]


def test_where_the_site_is_down_a_stale_page_is_given(front: Front, tmp_path: Path) -> None:
    life = ExitStack()
    kept = ok(PAGE, HTML, b"Cache-Control: max-age=0, stale-if-error=60", b'ETag: "1"')
    site = life.enter_context(raw_origin(kept))
    with life, cached(front, site, tmp_path) as wire:
        ask(wire)
        life.close()
        for _ in range(3):
            reply = ask(wire)
            assert (reply.status, reply.body) == (200, PAGE)
            assert b"stale-if-error" in (reply.header(b"cache-status") or b"")
        assert ask(wire, head(b"GET /other HTTP/1.1")).status == 502


DECEPTIVE = [
    b"/account",
    b"/account/x.css",
    b"/account/%2e%2e/x.css",
    b"/account;x.css",
    b"/account%3Bx.css",
    b"/account%2Fx.css",
    b"/account%00.css",
    b"/account%0A.css",
    b"/account%23x.css",
    b"/account%3Fx.css",
    b"/account?x.css",
    b"/account?",
    b"/account/",
    b"//account",
    b"/account/.",
    b"/static/../account",
    b"/static/%2e%2e/account",
    b"/static/..%2faccount",
    b"/account.css",
    b"/account\xff.css",
    b"/robots.txt?x=/account",
]


def test_no_address_makes_it_keep_what_was_made_for_one(front: Front, tmp_path: Path) -> None:
    """Web cache deception: the site answers every address with the account of whoever is logged in, and says,
    as many do of what looks like a file, that it may be kept."""

    def answer(talk: Talk) -> None:
        while (asked := talk.ask()) is not None:
            site.asked.append(asked)
            cookies = b"".join(asked.values(b"cookie"))
            talk.send(
                ok(b"account of [%b]" % cookies, b"Content-Type: text/css", b"Cache-Control: public, max-age=60")
            )

    with raw_origin(answer) as site, cached(front, site, tmp_path) as wire:
        for target in DECEPTIVE:
            mine = ask(wire, head(b"GET " + target + b" HTTP/1.1", b"Cookie: session=alice"))
            assert mine.body == b"account of [session=alice]"
            nobody = ask(wire, head(b"GET " + target + b" HTTP/1.1"))
            assert nobody.body == b"account of []"
            again = ask(wire, head(b"GET " + target + b" HTTP/1.1"))
            assert (again.header(b"cache-status") or b"").startswith(b"Edge; hit"), target
            other = ask(wire, head(b"GET " + target + b" HTTP/1.1", b"Cookie: session=bob"))
            assert other.body == b"account of [session=bob]"
        # Each address is its own, to the byte.
        assert len(site.asked) == 3 * len(DECEPTIVE)


POISON = [
    (b"X-Forwarded-Host: evil.example",),
    (b"X-Forwarded-Host: evil.example", b"X-Forwarded-Host: shop.example"),
    (b"X_Forwarded_Host: evil.example",),
    (b"X-Host: evil.example",),
    (b"X-Forwarded-Proto: evil",),
    (b"X-Forwarded-Prefix: /evil",),
    (b"X-Original-URL: /evil",),
    (b"X-Rewrite-URL: /evil",),
    (b"X-HTTP-Method-Override: EVIL",),
    (b"Forwarded: host=evil.example",),
    (b"Content-Length: 4", b"", b"evil"),
    (b"Transfer-Encoding: chunked", b"", b"4", b"evil", b"0", b""),
    (b"Range: bytes=0-1",),
    (b"Authorization: Basic ZXZpbA==",),
    (b"Cookie: evil=1",),
    (b"Origin: https://evil.example",),
    (b"X-Requested-With: evil",),
    (b"Connection: close, Accept-Language", b"Accept-Language: evil"),
    (b"Upgrade: evil", b"Connection: Upgrade"),
]


def echoing(talk: Talk) -> None:
    """A site that repeats what it was asked with, and lets everything be kept."""
    while (asked := talk.ask()) is not None:
        told = asked.head + asked.body
        evil = b"evil" in told.lower() or b"range" in told.lower()
        talk.send(ok(b"evil" if evil else b"good", b"Content-Type: text/plain", FRESH))


@pytest.mark.parametrize("lines", POISON, ids=lambda lines: lines[0].decode())
def test_nobody_can_have_kept_for_all_what_they_had_made(
    front: Front, tmp_path: Path, lines: tuple[bytes, ...]
) -> None:
    with raw_origin(echoing) as site:
        environ = {"EDGE_SECRET_KEYS": KEY, "EDGE_DATA": str(tmp_path / "data")}
        edge = front(Origin(site.url), {"edge.toml": ON}, environ=environ)
        for app in (edge, Forwarding(edge, Peers()), Forwarding(edge, Peers(["127.0.0.0/8"]))):
            edge.setup.cache.memory.store.drop_where(lambda _: True)  # type: ignore[union-attr]
            with door(app) as url:
                with wired(url) as attacker:
                    attacker.send(b"\r\n".join([b"GET / HTTP/1.1", b"Host: shop.example", *lines, b"", b""])[:-2])
                    if b"" not in lines:
                        attacker.send(b"\r\n")
                    attacker.head()
                with wired(url) as victim:
                    for _ in range(2):
                        victim.send(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                        assert victim.reply().body == b"good"


def test_a_purge_reaches_every_worker(tmp_path: Path) -> None:
    """`edge purge` beside a server of two processes: no answer from before comes behind it."""
    version = [b"old"]

    def answer(talk: Talk) -> None:
        while talk.ask() is not None:
            talk.send(ok(version[0], b"Content-Type: text/plain", b"Cache-Control: max-age=600"))

    with raw_origin(answer) as site:
        write_site(tmp_path / "site", {"edge.toml": "[page_cache]\n"})
        arguments = ("site", "--origin", site.url, "--workers", "2")
        with serving_edge(tmp_path, *arguments, environ={"EDGE_DATA": str(tmp_path / "data")}) as edge:

            def seen() -> set[bytes]:
                bodies = set()
                for _ in range(20):
                    with wired(edge.url) as wire:
                        bodies.add(ask(wire).body)
                return bodies

            assert seen() == {b"old"}
            version[0] = b"new"
            assert seen() == {b"old"}
            purge = [sys.executable, "-m", "edge", "purge", "/"]
            environ = {"EDGE_DATA": str(tmp_path / "data"), "PYTHONPATH": str(Path.cwd())}
            subprocess.run(purge, check=True, cwd=tmp_path, env=environ, timeout=60)
            assert seen() == {b"new"}
