"""What a host is to the tests: a site that somebody wrote with a framework, and Edge in front of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from edge.types import ASGIApp
from tests.hosts.client import Answer, Client, Pairs
from tests.hosts.wire import Wire, wired
from tests.serving import serving

__all__ = [
    "BACK",
    "FIRE",
    "HALLO",
    "HERO",
    "HOST",
    "OFFER",
    "READER",
    "TRIAL",
    "Doors",
    "Host",
    "Serving",
    "opened",
    "tailored",
]

HOST = "shop.example"

# What stands in the slots of every site, and what the experiences of `shop/site` put there.
HERO = b"<h1>Sound for everyone</h1>"
HALLO = "<h1>Klänge für alle</h1>".encode()  # for whom `CF-IPCountry: DE` says that they are German
BACK = b"<p>Good to see you again</p>"  # before the hero, for who comes back from a search engine
OFFER = b"<!--edge:slot offer--><p>Free shipping</p><!--/edge:slot-->"
TRIAL = b'<p class="offer">30 days free, autumn</p>'
READER = "utm_source=newsletter&utm_campaign=autumn"

FIRE = frozenset({"RuntimeError: the shop is on fire"})

Serving = Callable[..., AbstractContextManager[str]]
"""`with serving(app) as url`: a real server, as `tests.serving.serving` is one. It adds no `Server` and `Date`."""


@dataclass(frozen=True, slots=True)
class Host:
    """A site in one framework.

    `build` makes it anew, alone; `bare` gives it to a server so, where the framework does not know ASGI. `mount`
    puts Edge in front of it as the README says, with this site folder; a host that is mounted in another way too
    is another host. `start` is where a crawl begins. `tailored` are the pages that a crawl finds with slots in
    them. `random` says what the framework makes anew for each answer: patterns and what takes the place of their
    matches, in bodies and in headers written as `name: value`. `lacks` are the features that it does not have:
    "csrf", "lifespan", "websocket". `errors` are what it may say in its log, with Edge or without.
    """

    name: str
    build: Callable[..., Any]
    mount: Callable[[Any, Path], ASGIApp]
    start: tuple[str, ...]
    tailored: frozenset[str]
    random: tuple[tuple[bytes, bytes], ...] = ()
    lacks: frozenset[str] = frozenset()
    bare: Callable[[Any], ASGIApp] = lambda app: app
    errors: frozenset[str] = FIRE

    def __str__(self) -> str:
        return self.name

    def plain(self, answer: Answer) -> Answer:
        """Without what is random. Where that stood in a gzipped body, all of it and its length are random too."""
        assert answer.header(b"content-length") in (None, b"%d" % len(answer.body)) or not answer.body
        headers = [self._fixed_header(name, value) for name, value in answer.headers]
        body, opened = answer.body, self._fixed(answer.decoded)
        if answer.header(b"content-encoding") != b"gzip" or not body:
            body = opened
        elif opened != answer.decoded:
            headers = [pair for pair in headers if pair[0] != b"content-length"]
            body = opened
        else:
            body = body[:4] + bytes(4) + body[8:]  # the time (RFC 1952 section 2.3.1)
        return replace(answer, headers=headers, body=body)

    def page(self, answer: Answer) -> tuple[int, bytes, Pairs]:
        """What Edge leaves alone of a page with slots in which it fills none: status, text, and most headers."""
        edges = (b"cache-control", b"expires", b"etag", b"last-modified", b"content-length", b"accept-ranges")
        framing = b"transfer-encoding"  # which some servers say where Edge does not know the length
        headers = [
            self._fixed_header(name, value)
            for name, value in answer.headers
            if name.lower() not in (*edges, framing) and not value.startswith(b"__Host-edge=")
        ]
        return answer.status, self._fixed(answer.decoded), sorted(headers)

    def _fixed_header(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        name, _, value = self._fixed(name + b": " + value).partition(b": ")
        return name, value

    def _fixed(self, text: bytes) -> bytes:
        for pattern, same in self.random:
            text = re.sub(pattern, same, text)
        return text


@dataclass(frozen=True, slots=True)
class Doors:
    """One site on three servers: `bare`, behind `edge`, and behind an `idle` Edge without an active experience.
    They share nothing: what a visitor does at one is unknown at the others."""

    host: Host
    urls: Mapping[str, str]

    def client(self, door: str, **headers: str) -> Client:
        return Client(self.urls[door], HOST, **headers)

    def wire(self, door: str) -> AbstractContextManager[Wire]:
        return wired(self.urls[door])


def tailored(page: bytes) -> bytes:
    """A page for a German reader of the newsletter."""
    return page.replace(HERO, HALLO).replace(OFFER, TRIAL)


@contextmanager
def opened(host: Host, site: Path, folder: Path, serve: Serving = serving) -> Iterator[Doors]:
    """Serves the host at its three doors. `folder` is for what is made here."""
    idle = _all_disabled(site, folder / "idle")
    apps: dict[str, Callable[[], ASGIApp]] = {
        "bare": lambda: host.bare(host.build()),
        "idle": lambda: host.mount(host.build(), idle),
        "edge": lambda: host.mount(host.build(), site),
    }
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, EDGE_SECRET_KEYS="a-key-that-only-the-tests-know"))
        settings = {"server_header": False, "date_header": False, "lifespan": "on"}
        yield Doors(host, {door: stack.enter_context(serve(app(), **settings)) for door, app in apps.items()})


def _all_disabled(site: Path, folder: Path) -> Path:
    """The site folder with every experience switched off."""
    for file in site.rglob("*"):
        if file.is_file():
            copy = folder / file.relative_to(site)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    experiences = folder / "experiences.toml"
    text, count = re.subn(r"(?m)^slot", "enabled = false\nslot", experiences.read_text(encoding="utf-8"))
    assert count > 0
    experiences.write_text(text, encoding="utf-8")
    return folder
