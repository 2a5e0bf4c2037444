"""A folder of HTML in place of a site behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.door.folder import folder_app
from tests.hosts.wire import Reply, Wire, wired
from tests.serving import serving

FILES = {
    "index.html": "<h1>Home</h1>",
    "404.html": "<h1>Nothing</h1>",
    "about/index.html": "<h1>About</h1>",
    "empty/note.txt": "A note",
    ".env": "SECRET=1",
    ".git/config": "[core]",
    ".well-known/security.txt": "Contact: us",
    "app.mjs": "export {}",
    "photo.webp": "RIFF",
    "font.woff2": "wOF2",
    "site.webmanifest": "{}",
    "data.tar.gz": "gz",
    "page": "of no kind",
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("files") / "public"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder.parent / "outside.html").write_text("of others", encoding="utf-8")
    (folder / "link.html").symlink_to(folder.parent / "outside.html")
    (folder / "inner.html").symlink_to(folder / "about" / "index.html")
    (folder / "linked").symlink_to(folder.parent)
    with serving(folder_app(folder), date_header=False, server_header=False) as url, wired(url) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", b"text/html; charset=utf-8"),
        ("/index.html", b"text/html; charset=utf-8"),
        ("/inner.html", b"text/html; charset=utf-8"),
        ("/about/", b"text/html; charset=utf-8"),
        ("/empty/note.txt", b"text/plain; charset=utf-8"),
        ("/.well-known/security.txt", b"text/plain; charset=utf-8"),
        ("/app.mjs", b"text/javascript; charset=utf-8"),
        ("/photo.webp", b"image/webp"),
        ("/font.woff2", b"font/woff2"),
        ("/site.webmanifest", b"application/manifest+json; charset=utf-8"),
        ("/data.tar.gz", b"application/gzip"),
        ("/page", b"application/octet-stream"),
    ],
)
def test_files_are_what_they_are(wire: Wire, path: str, kind: bytes) -> None:
    reply = wire.ask(path)
    assert (reply.status, reply.header(b"content-type")) == (200, kind)
    assert reply.header(b"content-encoding") is None
    head = wire.ask(path, method="HEAD")
    assert (head.headers, head.body) == (reply.headers, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/empty/",  # no list of what is in it
        "/.env",
        "/.git/config",
        "/about/../.env",
        "/%2eenv",
        "/link.html",
        "/linked/outside.html",
        "/../outside.html",
        "/%2e%2e/outside.html",
        "/..%2foutside.html",
        "/index.html%00",
        "/" + "a" * 300,
    ],
)
def test_what_is_not_to_be_had_is_not_there(wire: Wire, path: str) -> None:
    reply = wire.ask(path)
    assert (reply.status, reply.body) == (404, b"<h1>Nothing</h1>")


def test_a_folder_has_a_slash(wire: Wire) -> None:
    reply = wire.ask("/about?a=b")
    assert (reply.status, reply.header(b"location")) == (307, b"http://shop.example/about/?a=b")


def test_a_browser_that_has_it_is_told_so(wire: Wire) -> None:
    tag = wire.ask("/").header(b"etag")
    assert tag is not None
    reply = wire.ask("/", b"If-None-Match: " + tag)
    assert (reply.status, reply.header(b"etag"), reply.header(b"cache-control")) == (304, tag, b"no-cache")


def test_a_part_of_a_file(wire: Wire) -> None:
    reply = wire.ask("/empty/note.txt", b"Range: bytes=2-3")
    assert (reply.status, reply.body, reply.header(b"content-range")) == (206, b"no", b"bytes 2-3/6")
    assert wire.ask("/empty/note.txt", b"Range: bytes=99-").status == 416


def test_a_file_cannot_be_changed(wire: Wire) -> None:
    reply: Reply = wire.ask("/index.html", b"Content-Length: 0", method="POST")
    assert reply.status == 405


def test_what_edge_reads_is_not_served(tmp_path: Path) -> None:
    """As with `--origin .` in the folder where the site folder lies, too; or within the site folder."""
    files = ("index.html", "site/edge.toml", "site/blocks/hero.html", "site/public/a.html", "notes.toml")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "rules.html").symlink_to(tmp_path / "site" / "edge.toml")
    app = folder_app(tmp_path, tmp_path / "site")
    with serving(app) as url, wired(url) as wire:
        asked = (
            *files,
            "rules.html",
            "site/blocks/../edge.toml",
            "site%2fedge.toml",
            "public/%2e%2e/site/edge.toml",
        )
        found = [name for name in asked if wire.ask(f"/{name}").status == 200]
    assert found == ["index.html", "site/public/a.html", "notes.toml"]
    with serving(folder_app(tmp_path / "site", tmp_path / "site")) as url, wired(url) as wire:
        assert [wire.ask(f"/{name}").status for name in ("edge.toml", "blocks/hero.html", "public/a.html")] == [
            404,
            404,
            200,
        ]
