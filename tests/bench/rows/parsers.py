"""The same job as one would write it around a parser of HTML: an ASGI middleware that reads the cookie, finds the
segment, walks the experiences in plain Python, and changes the tree of each page; with BeautifulSoup on lxml, and
with selectolax.

What differs: a parser's output is not the bytes of the page that came in (the doctype, void elements, what follows
the body's end), so what is compared is the page that the same parser makes of what is expected. It waits for the
whole page, knows no other charset than UTF-8, and leaves the headers for caches as they are.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.bench.rows.edge import answering
from tests.bench.rows.row import Row, python
from tests.bench.shop import EXPERIENCES, Guest, block, cookies, expected, experiences, page, segments, slots

__all__ = ["PARSERS"]

_HERE = "tests.bench.rows.parsers"
_BLOCKS = [block(number) for number in range(EXPERIENCES)]
_SOUPS = [BeautifulSoup(html, "html.parser") for html in _BLOCKS]
_WHO = {who: number for number, who in enumerate(segments())}


class Tailoring:
    """Edge's job, by hand: `tailored` puts the blocks of these numbers into a page."""

    def __init__(self, app: ASGIApp, tailored: Callable[[bytes, Mapping[str, int]], bytes]) -> None:
        self._app = app
        self._tailored = tailored
        self._cookies = cookies()
        self._experiences = {slot: tuple(experiences(slot).items()) for slot in slots()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        start: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                made = self._tailored(bytes(body), self._chosen(scope))
                others = [pair for pair in start["headers"] if pair[0] != b"content-length"]
                await send({**start, "headers": [*others, (b"content-length", b"%d" % len(made))]})
                await send({"type": "http.response.body", "body": made})

        return await self._app(scope, receive, held)

    def _chosen(self, scope: Scope) -> dict[str, int]:
        """The number of each slot's block."""
        headers = dict(scope["headers"])
        visitor = self._cookies.read([headers.get(b"cookie", b"")], False, time.time())
        language = headers[b"accept-language"].partition(b",")[0].decode()
        segment = _WHO.get((headers[b"cf-ipcountry"].decode(), language)) if visitor else None
        return {
            slot: next(number for number, meant in choices if meant is None or segment in meant)
            for slot, choices in self._experiences.items()
        }


def with_soup(body: bytes, chosen: Mapping[str, int]) -> bytes:
    soup = BeautifulSoup(body, "lxml")
    for tag in soup.find_all(True, attrs={"data-edge-slot": True}):
        tag.clear()
        tag.append(copy.copy(_SOUPS[chosen[str(tag["data-edge-slot"])]]))
    return bytes(soup.encode())


def with_selectolax(body: bytes, chosen: Mapping[str, int]) -> bytes:
    tree = LexborHTMLParser(body)
    for node in tree.css("[data-edge-slot]"):
        node.inner_html = _BLOCKS[chosen[node.attributes["data-edge-slot"] or ""]]
    return (tree.html or "").encode()


def soup(folder: Path) -> ASGIApp:
    return Tailoring(answering(page()), with_soup)


def selectolax(folder: Path) -> ASGIApp:
    return Tailoring(answering(page()), with_selectolax)


def as_soup(body: bytes) -> bytes:
    return bytes(BeautifulSoup(body, "lxml").encode())


def as_selectolax(body: bytes) -> bytes:
    return (LexborHTMLParser(body).html or "").encode()


def _row(name: str, app: str, parsed: Callable[[bytes], bytes]) -> Row:
    def shows(guest: Guest) -> bytes:
        return parsed(expected(guest))

    return Row(
        name, python(f"{_HERE}:{app}"), "the same, in the tree that a parser makes", shows=shows, stripped=parsed
    )


PARSERS = (
    _row("selectolax middleware", "selectolax", as_selectolax),
    _row("BeautifulSoup middleware", "soup", as_soup),
)
