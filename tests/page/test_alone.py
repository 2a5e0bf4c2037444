"""Whoever asks gets what they would get if nobody had asked before: what is kept may save work, and nothing else.

Requests drawn by chance, many of them alike but for one thing, are answered by an Edge that has answered all those
before, and by one that has answered none. The app says what is drawn for each request, in one of several ways.
"""

from __future__ import annotations

import asyncio
import gzip
import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from edge import EdgeMiddleware, Profile, Visitor
from edge.blocks import Renditions
from edge.page import Answers, Callers, Plans, Setup
from edge.types import Message, Receive, Scope, Send
from edge.visitors import Consent
from tests.page.raw import Pairs, scope_of
from tests.page.sites import KEY, NOW, write_site

DAY = 86_400.0
FILES = {
    "edge.toml": """
        budget_ms = 10_000
        error_pages = true
        geo = { country = "CF-IPCountry", city = "X-City" }
        cookie = { max_age_days = 40, renew_days = 5 }
    """,
    "facts.toml": 'traits.spent = { kind = "number" }\ntraits.pro = { kind = "flag" }',
    "segments.toml": """
        vip = { from = "remote" }
        loyal = { when = 'not new and country == "DE"' }
        evening = { when = 'now.hour >= 18' }
    """,
    "slots.toml": 'card = { select = "li#card" }',
    "personas.toml": """
        anna = { country = "DE", new = false, traits = { spent = 3 } }
        ben = { segments = ["vip"], now = 2026-11-24T04:00:00 }
    """,
    "experiences.toml": """
        a1 = { slot = "hero", for = '"loyal" in segments', show = "where" }
        a2 = { slot = "hero", for = 'traits.spent >= 1', show = "spent", place = "append" }
        a3 = { slot = "hero", for = '"vip" in segments', show = "who", set = { class = "vip" } }
        b1 = { slot = "offer", for = 'query.x == "1"', show = "who", until = 2026-11-22T00:00:00Z }
        b2 = { slot = "offer", for = '"evening" in segments or browser == "firefox"', show = "where" }
        c1 = { slot = "card", for = 'path == "/b" and country == "FR"', place = "remove" }
        c2 = { slot = "card", for = 'traits.pro', set = { title = "pro" } }
        d1 = { slot = "q", for = 'not new or country == "DE"', show = "where" }
        d2 = { slot = "q", for = 'language == "de"', show = "who", paths = ["/a"] }
    """,
    "blocks/where.html": "<u>{{ path }} {{ query.x or '-' }} {{ city or '?' }} {{ device }}</u>",
    "blocks/who.html": "<b>Ä {{ referrer.host or '?' }}</b>",
    "blocks/spent.html": "<b>{{ traits.spent }}</b>",
}
CONSENTS = {
    "none": "",
    "cookie": '[consent]\ncookie = "agreed"\nvalue = ["yes"]',
    "header": '[consent]\nheader = "X-Consent"\nvalue = ["yes"]',
}
PROFILES = (
    Profile(),
    Profile({"spent": 1, "pro": True}),
    Profile({"spent": 1.0}, segments=frozenset(("vip",))),
    Profile({"spent": True}, complete=False),
)
SAID: dict[bytes, tuple[bytes, ...]] = {
    b"host": (b"shop.example", b"shop.example", b"localhost", b"SHOP.example:443"),
    b"cf-ipcountry": (b"DE", b"FR", b"XX"),
    b"x-city": (b"K%C3%B6ln", b"Paris"),
    b"user-agent": (b"Firefox/140.0", b"Googlebot/2.1", b"iPhone", b"x" * 3000),
    b"accept-language": (b"de", b"th"),
    b"accept-encoding": (b"gzip", b"br", b"gzip;q=0"),
    b"accept": (b"text/html", b"*/*"),
    b"referer": (b"https://www.google.com/", b"https://shop.example/"),
    b"sec-fetch-dest": (b"document", b"document", b"empty", b"image"),
    b"x-consent": (b"yes", b"yes", b"no"),
    b"if-none-match": (b'"1"', b'W/"1;0000000000000000"'),
    b"range": (b"bytes=0-10",),
    b"edge-preview": (b"defaults",),
}
QUERIES = ("", "", "?x=1", "?x=2", "?x=" + "y" * 2500)
TOKEN = b"a" * 16
PAGES = {
    "/a": b'<main data-edge-slot="hero"><input value="%s"></main><!--edge:slot offer-->o<!--/edge:slot-->',
    "/b": b'<ul><li id=card>one<li>two</ul><div data-edge-slot=q><script nonce="%s"></script></div>',
    "/c": b"<p data-edge-slot=q>1</p><p data-edge-slot=q>2 <!--edge:slot offer-->%s<!--/edge:slot--></p>",
    "/d": b'<textarea data-edge-slot=offer>t</textarea><p>"%s"</p>',
    "/e": b"<p data-edge-slot=q>%s</p>",
}


@dataclass
class Reply:
    """What the app answers, and how."""

    status: int
    headers: Pairs
    pieces: list[bytes]
    reads: bool
    at_once: bool


class World:
    """Two Edges with one site: `edge` goes on, and `alone` is made anew for each request."""

    def __init__(self, folder: Path, consent: str, seed: int) -> None:
        self.drawn = random.Random(seed)
        self.now = NOW
        self.seen: list[object] = []
        self.reply = Reply(200, [], [], False, False)
        files = {**FILES, "edge.toml": FILES["edge.toml"] + "\n" + CONSENTS[consent]}
        self.edge, self.alone = (
            EdgeMiddleware(
                self._app,
                write_site(folder, files),
                environ={"EDGE_SECRET_KEYS": KEY},
                clock=lambda: self.now,
                profiles=_profile,
            )
            for _ in range(2)
        )
        assert self.edge.live is not None
        site = self.edge.live._made.site
        self._consent, self._cookie = site.settings.consent, site.cookie
        self._limit = self.drawn.choice((60_000, 16 << 20))
        self._plans = Plans(16 << 20)
        self._setup(self.edge, self._limit, Plans(16 << 20))
        self.cookies = self._own_cookies()
        self._people: list[list[tuple[bytes, bytes]]] = []

    def _setup(self, edge: EdgeMiddleware, limit: int, plans: Plans) -> None:
        """Lets it forget everything but these plans."""
        assert edge.setup is not None
        old, consent = edge.setup, self._consent
        assert isinstance(consent, Consent)
        answers = Answers(old.answers.asked, old.sources, old.geo, limit)
        callers = Callers(answers.requests, old.cookies, consent, self._cookie)
        made: Setup = replace(old, answers=answers, callers=callers, plans=plans, renditions=Renditions(1 << 20))
        edge._beside, edge.setup = None, made

    def _own_cookies(self) -> list[bytes]:
        assert self.edge.setup is not None
        cookies, previews = self.edge.setup.cookies, self.edge.setup.previews
        found = []
        for secure in (True, False):
            for number, age in enumerate((0.0, 0.0, 4.0, 6.0, 39.0, 41.0)):
                visitor, at = Visitor(chr(97 + number) * 22, signed_at=int(NOW - age * DAY)), NOW - age * DAY
                found.append(cookies.set_cookie(visitor, secure, at).partition(b";")[0])
            for host, persona, age in (
                ("shop.example", "anna", 0.0),
                ("localhost", "ben", 0.0),
                ("shop.example", "", 1.0),
            ):
                token = previews.make(host, persona, NOW - age * DAY)
                found.append(previews.set_cookie(token, secure).partition(b";")[0])
        return found

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = self.reply
        self.seen.append(scope["headers"])
        if reply.reads:
            self.seen.append((scope["edge"].visitor, scope["edge"].segments, scope["edge"].fact("country")))
        start: Message = {"type": "http.response.start", "status": reply.status, "headers": iter(reply.headers)}
        last = len(reply.pieces) - 1
        bodies = [
            {"type": "http.response.body", "body": piece, "more_body": at < last}
            for at, piece in enumerate(reply.pieces)
        ]
        if reply.at_once:
            await asyncio.gather(*map(send, [start, *bodies]))
            return
        for message in (start, *bodies):
            await send(message)

    def draw_reply(self, path: str) -> Reply:
        drawn = self.drawn
        token = TOKEN if drawn.random() < 0.6 else b"%016x" % drawn.getrandbits(64)
        body = (
            b"<!doctype html><title>t</title>"
            + PAGES[path] % token
            + b'<input value="%s"><footer>end</footer>' % token
        )
        headers = [
            (b"content-type", drawn.choice((b"text/html; charset=utf-8",) * 4 + (b"text/html", b"text/plain")))
        ]
        if drawn.random() < 0.3:
            headers.append((b"etag", b'"1"'))
        if drawn.random() < 0.2:
            headers.append(
                drawn.choice(((b"set-cookie", b"s=1"), (b"cache-control", b"public"), (b"vary", b"cookie")))
            )
        if drawn.random() < 0.2:
            body = gzip.compress(body, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
        cuts = sorted(drawn.randrange(len(body)) for _ in range(drawn.choice((0, 0, 1, 3))))
        pieces = [body[at:to] for at, to in zip([0, *cuts], [*cuts, len(body)], strict=True)]
        status = drawn.choice((200,) * 8 + (404, 206))
        return Reply(status, headers, pieces, drawn.random() < 0.2, drawn.random() < 0.1)

    def draw_headers(self) -> Pairs:
        """Of one of a few people, who may say something else this time."""
        drawn = self.drawn
        if len(self._people) < 10 or drawn.random() < 0.01:
            said = [(name, drawn.choice(values)) for name, values in SAID.items() if drawn.random() < 0.4]
            said += [(b"cookie", drawn.choice(self.cookies)) for _ in range(drawn.choice((0, 1, 1, 2)))]
            self._people.append(said)
        said = list(drawn.choice(self._people[-10:]))
        change = drawn.random()
        if change < 0.2:
            name = drawn.choice(list(SAID))
            said = [pair for pair in said if pair[0] != name] + [(name, drawn.choice(SAID[name]))]
        elif change < 0.4:
            said = [pair for pair in said if pair[0] != b"cookie"]
            more = [drawn.choice(self.cookies), drawn.choice((b"agreed=yes", b"agreed=yes", b"agreed=no"))]
            said.append((b"cookie", b"; ".join(more)))
        elif change < 0.45 and said:
            said.append(drawn.choice(said))
        return said

    async def both(self) -> tuple[object, object]:
        """One request, answered by both."""
        drawn = self.drawn
        self.now = drawn.choice(
            (self.now,) * 60 + (self.now + 11, NOW, NOW + drawn.randrange(-9, 9) * 3 * DAY / 8)
        )
        path, headers = drawn.choice(list(PAGES)), self.draw_headers()
        self.reply = self.draw_reply(path)
        method, scheme = drawn.choice(("GET",) * 9 + ("HEAD", "POST")), drawn.choice(("https",) * 5 + ("http",))
        scope = {**scope_of(path + drawn.choice(QUERIES), (), method), "scheme": scheme, "headers": headers}
        # Whether a path is known to have slots decides what a conditional request may be answered with.
        self._setup(self.alone, 0, self._plans)
        return await self._asked(self.edge, scope), await self._asked(self.alone, scope)

    async def _asked(self, edge: EdgeMiddleware, scope: Scope) -> object:
        left: list[Message] = []
        told: list[tuple[str, str]] = []
        self.seen.clear()

        async def send(message: Message) -> None:
            left.append(message)

        async def receive() -> Message:
            raise AssertionError("nobody reads the body")

        await edge({**scope, "headers": list(scope["headers"]), "edge.told": told}, receive, send)
        headers = [self._comparable(*pair) for pair in left[0]["headers"]]
        body = b"".join(message.get("body", b"") for message in left[1:])
        if (b"content-encoding", b"gzip") in headers and body:
            body = gzip.decompress(body)  # which pieces are compressed apart is not what it holds
            headers = [pair for pair in headers if pair[0] != b"content-length"]
        return left[0]["status"], headers, body, sorted(told), list(map(repr, self.seen))

    @staticmethod
    def _comparable(name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """The cookie of a new visitor is another each time."""
        ident = value.partition(b"edge=")[2][:22]
        if name != b"set-cookie" or len(set(ident)) < 2:  # an app's, or that of one of ours
            return name, value
        return name, value[value.index(b";") :]


async def _profile(visitor: Visitor) -> Profile:
    return PROFILES[ord(visitor.id[0] if visitor.id else "a") % len(PROFILES)]


async def _compare(world: World, count: int) -> int:
    bodies = set()
    for number in range(count):
        kept, alone = await world.both()
        assert kept == alone, number
        bodies.add(repr(kept))
    return len(bodies)


@pytest.mark.parametrize("consent", CONSENTS)
def test_nobody_gets_what_was_made_for_another(tmp_path: Path, consent: str) -> None:
    assert asyncio.run(_compare(World(tmp_path, consent, 1), 600)) > 200


@pytest.mark.soak
@pytest.mark.parametrize("consent", CONSENTS)
@pytest.mark.parametrize("seed", range(2, 6))
def test_nobody_ever_does(tmp_path: Path, consent: str, seed: int) -> None:
    assert asyncio.run(_compare(World(tmp_path, consent, seed), 10_000)) > 500
