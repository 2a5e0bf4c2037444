"""A site of which every version can be told by looking at any part of a page."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from edge.types import Receive, Scope, Send
from tests.live.changing import turn
from tests.page.raw import start

__all__ = ["Page", "Releases", "files", "origin"]

_HEAD = (
    b"<!doctype html><title>t</title><main data-edge-slot=hero>none</main>"
    b"<!--edge:slot offer-->none<!--/edge:slot-->"
)
_REST = (
    b'<img id="picture" src="/x.png" alt="none"><div data-edge-slot="extra">none</div>'
    + b"<p>The same in every version.</p>" * 100
    + b"<footer data-edge-slot='foot'>none</footer>"
)


def files(number: int) -> Mapping[str, str]:
    """The site folder of a version. Every seventh has one slot more."""
    extra = '\n[extra]\nslot = "extra"\nshow = "hero"\n' if number % 7 == 0 else ""
    return {
        "edge.toml": 'budget_ms = 10000\n[geo]\ncountry = "X-Country"\n',  # a busy machine is no fault
        "slots.toml": '[picture]\nselect = "img#picture"\n',
        "segments.toml": f"[v{number}]\nwhen = 'country == \"DE\"'\n",
        "experiences.toml": f"""
            [hero]
            slot = "hero"
            for = "v{number}"
            show = "hero"

            [offer]
            slot = "offer"
            for = '"v{number}" in segments'
            show = "deep/offer"

            [picture]
            slot = "picture"
            set = {{ alt = "v{number}" }}

            [foot]
            slot = "foot"
            show = "foot-{number}"
            {extra}""",
        "blocks/hero.html": f"<h1>v{number} {{{{ country }}}}</h1>",
        "blocks/deep/offer.html": f"<b>v{number} for {{{{ utm.source or 'all' }}}}</b>",
        f"blocks/foot-{number}.html": f"<i>v{number}</i>",
    }


class Releases:
    """Puts one version after the other in the place of the site folder: by turns file by file where it stands, and
    as a whole by turning a link."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0
        self.site = folder / "site"
        self._write(folder / "0", 0)
        self.site.symlink_to("0")

    def put(self, number: int) -> None:
        """Puts this version there."""
        if number % 2:
            self._write(self.site, number)
            (self.site / "blocks" / f"foot-{self._last}.html").unlink()
        else:
            old = self.site.resolve()
            self._write(self._folder / str(number), number)
            turn(self.site, str(number))
            shutil.rmtree(old)
        self._last = number

    def _write(self, folder: Path, number: int) -> None:
        for name, text in files(number).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


async def origin(scope: Scope, receive: Receive, send: Send) -> None:
    """A page that names the visitor's segments too: whole, or under /streamed in pieces with time between them."""
    said = " ".join(scope["edge"].segments).encode()
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    body = _HEAD + b"<p>" + said + b"</p>" + _REST
    if scope["path"] != "/streamed":
        await send(start([*headers, (b"content-length", b"%d" % len(body))]))
        await send({"type": "http.response.body", "body": body})
        return
    await send(start(headers))
    for at in range(0, len(body), 400):
        await send({"type": "http.response.body", "body": body[at : at + 400], "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


class Page:
    """A page as it came: the versions that its parts are of."""

    def __init__(self, body: bytes) -> None:
        self.versions = [int(number) for number in re.findall(rb"\bv(\d+)\b", body)]

    @property
    def version(self) -> int:
        """The one version that all its parts are of; AssertionError where that is not so, or a part is missing."""
        (version,) = set(self.versions)
        parts = 6 if version % 7 == 0 else 5
        assert len(self.versions) == parts, self.versions
        return version
