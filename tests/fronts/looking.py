"""Visitors who look at a site through a cache, and what tells whose an answer is.

Every block names its visitor: the city their requests come from, and the name their cookie stands for. Beside
that, each request carries a number that Edge's server writes into the answer, so that an answer which was made for
another request shows itself, whatever is in it.
"""

from __future__ import annotations

import itertools
import re
import threading
import zlib
from dataclasses import dataclass

from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.hosts.wire import Reply, Wire, wired

__all__ = ["Look", "Looker", "Public", "Stamped", "Visitor", "become_known"]

_BROWSER = b"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
_MADE = re.compile(
    rb'city-[0-9a-z]+(?![0-9a-z])(?!\Z)|known-[0-9A-Za-z_-]+|;[0-9a-f]{16}(?=")|edge-bar|__Host-edge[a-z-]*=[^;\s"]+'
)
"""What an answer can hold that was made for one visitor: blocks, the tag of a page, the bar of a preview,
cookies."""

_numbers = itertools.count(1)


@dataclass(eq=False)
class Visitor:
    """`cookies` as a browser has them; without any, it is a first visit."""

    city: bytes
    cookies: bytes = b""

    @property
    def headers(self) -> list[bytes]:
        return [b"X-City: " + self.city, *([b"Cookie: " + self.cookies] if self.cookies else [])]


@dataclass
class Look:
    """An answer, and for which request it was made: `kept` where that is another's, so that it came out of a
    cache."""

    reply: Reply
    kept: bool
    made: set[bytes]

    @property
    def is_private(self) -> bool:
        return any(b"private" in value for name, value in self.reply.headers if name == b"cache-control")


class Looker:
    """Asks at one door for the site of `host`, and notes in `mixed` whatever one visitor got that was not
    theirs."""

    def __init__(self, url: str, host: str) -> None:
        self.url = url
        self.host = host.encode()
        self.mixed: list[str] = []
        self.owners: dict[bytes, Visitor] = {}
        self.kept = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    def look(
        self, visitor: Visitor, target: str | bytes, *headers: bytes, method: str = "GET", body: bytes = b""
    ) -> Look | None:
        """None where the cache ended the connection without a word, as some do with what they take for an
        attack."""
        number = next(_numbers)
        asked = target.encode() if isinstance(target, str) else target
        replaced = {header.partition(b":")[0].lower() for header in headers}
        lines = [b"%b %b HTTP/1.1" % (method.encode(), asked)]
        for line in [
            b"Host: " + self.host, b"User-Agent: " + _BROWSER, b"Accept: text/html,*/*;q=0.8", *visitor.headers,
        ]:  # fmt: skip
            if line.partition(b":")[0].lower() not in replaced:
                lines.append(line)
        lines += [*headers, b"X-Number: %d" % number]
        with wired(self.url) as wire:
            wire.send(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            reply = read(wire, method)
        return None if reply is None else self._judge(visitor, asked, number, reply)

    def _judge(self, visitor: Visitor, target: bytes, number: int, reply: Reply) -> Look:
        stamps = [value for name, value in reply.headers if name == b"x-made-for"]
        made = set(_MADE.findall(b"\n".join(value for _, value in reply.headers) + b"\n" + _plain(reply)))
        look = Look(reply, bool(stamps) and stamps != [b"%d" % number], made)
        with self._lock:
            self.kept += look.kept
            for mark in made:
                owner = visitor if mark == visitor.city else self.owners.setdefault(mark, visitor)
                theirs = mark.startswith(b"city-") and mark != visitor.city
                if owner is not visitor or theirs:
                    self.mixed.append(f"{target!r}: {visitor.city!r} got {mark!r}")
            if look.kept and (made or look.is_private):
                self.mixed.append(f"{target!r}: {visitor.city!r} got what a cache had kept: {sorted(made)}")
        return look


def become_known(visitor: Visitor, url: str, host: str) -> None:
    """A first visit to the server at `url`, no cache between: its cookie is taken along from now on."""
    look = Looker(url, host).look(visitor, "/first")
    assert look is not None
    [cookie] = [value for name, value in look.reply.headers if name == b"set-cookie"]
    visitor.cookies = cookie.partition(b";")[0]


def read(wire: Wire, method: str) -> Reply | None:
    try:
        return wire.reply(method)
    except (AssertionError, ValueError, OSError):
        return None


def _plain(reply: Reply) -> bytes:
    """The body without its coding, and as much of it as came."""
    if reply.body and reply.header(b"content-encoding") == b"gzip":
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(reply.body)
    return reply.body


class Stamped:
    """Writes each request's number into its answer, and counts requests by their targets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        numbers = [pair[1] for pair in scope.get("headers", ()) if pair[0] == b"x-number"]

        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *((b"x-made-for", n) for n in numbers)]}
            await send(message)

        await self.app(scope, receive, stamp)


class Public:
    """What Edge would be without its headers: every answer is everybody's, as the site behind says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def publish(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0] not in (b"cache-control", b"set-cookie")]
                message = {**message, "headers": [*kept, (b"cache-control", b"public, max-age=600")]}
            await send(message)

        await self.app(scope, receive, publish)
