"""The columns of the table: the kinds of response that a site gives."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edge.types import Message
from tests.page.raw import Pairs
from tests.page.sites import GERMAN, PAGE

__all__ = ["ASKED", "BLOCKS", "DEFAULTS", "KINDS", "Kind", "bodies", "cut", "kind_of"]

HTML = (b"content-type", b"text/html; charset=utf-8")
KEPT: Pairs = [(b"cache-control", b"public, max-age=600"), (b"ETag", b'"v1"'), (b"x-origin", b"1")]

DEFAULTS: Mapping[str, bytes] = {"hero": b"<h1>Sound for everyone</h1>", "offer": b"Free shipping"}
BLOCKS: Mapping[str, str] = {"hero": "<h1>Klänge für alle</h1>", "offer": "<b>30 days free for news</b>"}
"""What the slots of the page hold, and what its visitor sees in their place."""

LONG = PAGE.replace(b"<!--edge:slot", b"<p>row</p>" * 500_000 + b"<!--edge:slot")


@dataclass(frozen=True)
class Kind:
    """A response, message by message, with the request for it. `text` is the page in it, decoded, where it is one
    that can be tailored; else `passed` is the reason why it is not."""

    name: str
    messages: tuple[Message, ...]
    text: bytes | None = None
    passed: str = ""
    headers: Pairs = ()
    method: str = "GET"

    @property
    def is_socket(self) -> bool:
        return self.name == "ws"


def kind_of(name: str, folder: Path) -> Kind:
    """The kind of that name; `folder` is for files that a response may need."""
    if name == "file":
        (folder / "page.html").write_bytes(PAGE)
        sent: Message = {"type": "http.response.pathsend", "path": str(folder / "page.html")}
        return Kind("file", (start(b"content-length", b"%d" % len(PAGE)), sent), PAGE)
    return KINDS[name]


def start(*more: bytes, status: int = 200, kind: bytes = HTML[1]) -> Message:
    """A start that caches may keep. `more` are names and values of headers, in turn."""
    pairs = list(zip(more[::2], more[1::2], strict=True))
    return {"type": "http.response.start", "status": status, "headers": [(b"Content-Type", kind), *KEPT, *pairs]}


def bodies(*parts: bytes) -> list[Message]:
    made: list[Message] = [{"type": "http.response.body", "body": part, "more_body": True} for part in parts]
    made[-1]["more_body"] = False
    return made


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def whole(name: str, body: bytes = PAGE, status: int = 200, kind: bytes = HTML[1], passed: str = "") -> Kind:
    messages = (start(b"content-length", b"%d" % len(body), status=status, kind=kind), *bodies(body))
    return Kind(name, messages, None if passed else body, passed)


def packed(name: str, *parts: bytes, length: bool) -> Kind:
    more = (b"content-length", b"%d" % len(parts[0])) if length else ()
    return Kind(name, (start(b"content-encoding", b"gzip", *more), *bodies(*parts)), PAGE)


def ranged() -> Kind:
    part = start(b"content-range", b"bytes 0-49/%d" % len(PAGE), b"content-length", b"50", status=206)
    return Kind("206", (part, *bodies(PAGE[:50])), passed="status", headers=[(b"range", b"bytes=0-49")])


_GZIPPED = gzip.compress(PAGE, mtime=0)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        whole("small"),
        Kind("stream", (start(), *bodies(*cut(PAGE, len(PAGE) // 4 + 1))), PAGE),
        Kind("bytes", (start(), *bodies(*cut(PAGE, 1), b"")), PAGE),
        packed("gzip", _GZIPPED, length=True),
        packed("gzipped", *cut(_GZIPPED, len(_GZIPPED) // 4 + 1), length=False),
        Kind("file", (), PAGE),  # see kind_of
        Kind("5MB", (start(b"content-length", b"%d" % len(LONG)), *bodies(*cut(LONG, 65_536))), LONG),
        Kind(
            "head",
            (start(b"content-length", b"%d" % len(PAGE)), *bodies(b"")),
            passed="head",
            method="HEAD",
        ),
        Kind("304", (start(status=304), *bodies(b"")), passed="status", headers=[(b"if-none-match", b'"v1"')]),
        whole("404", status=404, passed="status"),
        whole("500", status=500, passed="status"),
        Kind("204", (start(status=204), *bodies(b"")), passed="status"),
        ranged(),
        whole("json", b'{"a": "<main data-edge-slot=hero>"}', kind=b"application/json", passed="not html"),
        Kind(
            "download",
            (start(b"content-disposition", b"attachment; filename=page.html"), *bodies(*cut(PAGE, 50))),
            passed="attachment",
        ),
        Kind(
            "events",
            (start(kind=b"text/event-stream"), *bodies(b"data: 1\n\n", b"data: 2\n\n", b"")),
            passed="not html",
        ),
        Kind("post", (start(), *bodies(*cut(PAGE, 70))), passed="method", method="POST"),
        Kind("image", (start(), *bodies(PAGE)), passed="destination", headers=[(b"sec-fetch-dest", b"image")]),
        Kind(
            "ws",
            (
                {"type": "websocket.accept", "subprotocol": None, "headers": []},
                {"type": "websocket.send", "text": '<main data-edge-slot="hero">'},
                {"type": "websocket.send", "bytes": PAGE},
                {"type": "websocket.close", "code": 1000},
            ),
            passed="",
        ),
    )
}

ASKED: Pairs = [GERMAN, (b"accept", b"text/html,*/*"), (b"accept-encoding", b"gzip")]
"""What goes with every request, beside its kind's own."""
