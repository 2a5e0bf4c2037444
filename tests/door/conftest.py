"""A site behind, a site folder, and `edge serve` between them: one for most of the tests, since it takes a second
of processor time to start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.door.served import Served, serving_edge
from tests.serve.certificates import certificate
from tests.serve.raw_origin import Talk, ok, raw_origin

__all__ = ["certificate"]

PAGE = b'<html><body><div data-edge-slot="hero">Hello</div></body></html>'
HTML = b"Content-Type: text/html; charset=utf-8"


@dataclass
class Behind:
    """The site behind. `down`: it ends connections without a word. `free` lets /slow go on, which sets `met`."""

    url: str = ""
    down: bool = False
    met: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def follow(self, talk: Talk) -> None:
        while (asked := talk.ask()) is not None and not self.down:
            path = asked.line.split(b" ")[1].partition(b"?")[0]
            if path == b"/cut":
                talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
                return
            if path == b"/slow":
                talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
                self.met.set()
                assert self.free.wait(30)
                talk.send(b"4\r\nlast\r\n0\r\n\r\n")
            elif path == b"/":
                talk.send(ok(b"" if asked.line.startswith(b"HEAD") else PAGE, HTML, b"Server: behind"))
            else:
                talk.send(ok(b"plain", b"Content-Type: text/plain", b"Date: Sun, 06 Nov 1994 08:49:37 GMT"))


def write_site(folder: Path, **files: str) -> Path:
    """A site folder in which everybody is greeted otherwise. `files`: those of the top, without `.toml`."""
    blocks = folder / "blocks"
    blocks.mkdir(parents=True)
    (blocks / "greeting.html").write_text("Good day", encoding="utf-8")
    files.setdefault("experiences", '[greeting]\nslot = "hero"\nshow = "greeting"\n')
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    found = Behind()
    with raw_origin(found.follow) as site:
        found.url = site.url
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site folder of `served`."""
    folder = tmp_path_factory.mktemp("operator") / "site"
    return write_site(folder, edge='[serve]\naccess_log = "json"\ntrust = ["127.0.0.1"]\n')


@pytest.fixture(scope="module")
def served(behind: Behind, site: Path) -> Iterator[Served]:
    with serving_edge(site.parent, "--origin", behind.url, "--workers", "2") as running:
        yield running
