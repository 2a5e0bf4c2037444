"""Looking at a page: how it is asked for, and whether what comes is right."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from tests.soak.browsers import Browser
from tests.soak.judge import fault_of, untouched
from tests.soak.origin import content
from tests.soak.pages import COUNT, MISSING, page
from tests.soak.wire import Connection, Reply, request
from tests.soak.world import World

__all__ = ["PAGES", "Ask", "Errand", "Look"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A page that is asked for, and how it comes: `path` has the place of its number in it. `tailored` says
    whether it is made for its visitor; `broken` that it comes cut."""

    kind: str
    path: str
    tailored: bool = True
    broken: bool = False
    status: int = 200
    codec: str = "utf-8"
    query: str = ""
    cuts: bool = False
    step: int = 1
    """Which numbers there are."""


PAGES = (
    (24, Ask("whole", "/whole/{}")),
    (14, Ask("streamed", "/stream/{}", cuts=True)),
    (8, Ask("in parts", "/parts/{}", cuts=True)),
    (8, Ask("gzip", "/gzip/{}")),
    (6, Ask("gzip streamed", "/gzip/{}", cuts=True)),
    (4, Ask("slow page", "/slowly/{}", cuts=True)),
    (4, Ask("latin-1", "/coded/iso-8859-1/{}", codec="iso-8859-1")),
    (2, Ask("utf-16", "/coded/utf-16-le/{}", codec="utf-16-le", tailored=False)),
    (5, Ask("file", "/file/{}", step=4)),
    (5, Ask("static page", "/static/{}.html", step=4)),
    (3, Ask("declared bare", "/bare/{}", tailored=False, cuts=True)),
    (3, Ask("download", "/download/{}", tailored=False)),
    (2, Ask("page of an error", "/error/500", tailored=False, status=500)),
    (3, Ask("missing", "/nowhere/{}", tailored=False, status=404)),
    (2, Ask("raises after", "/stream/{}", query="&fail=after", cuts=True)),
    (2, Ask("raises between", "/stream/{}", query="&fail=between", cuts=True, broken=True)),
    (2, Ask("lies short", "/parts/{}", query="&lie=7", cuts=True, tailored=False, broken=True)),
    (2, Ask("lies long", "/parts/{}", query="&lie=-7", cuts=True, tailored=False, broken=True)),
)
_MAY_BE_WHOLE = "lies long"  # a cut may fall just where the length that was said ends
BARELY = frozenset(("page of an error", "missing"))  # the same page whatever is asked for


class Errand:
    """One visit: who, over which connection, with which chances."""

    def __init__(self, world: World, browser: Browser, connection: Connection, random: Random) -> None:
        self.world = world
        self.browser = browser
        self.connection = connection
        self.random = random
        self.usable = True
        """Whether the connection may be used again."""
        self.targets: list[str] = []
        """What was asked for, for whoever has to find out why it failed."""

    def fault(self, kind: str, what: str, target: str = "") -> None:
        if what:
            self.world.findings.fault(kind, f"{target} {what}".strip())

    async def ask(self, target: str, method: str = "GET", body: bytes = b"", **more: str) -> Reply:
        self.targets.append(target)
        headers = self.browser.headers() | {name.replace("_", "-"): value for name, value in more.items()}
        await self.connection.send(request(target, headers, method) + body)
        return await self.read(method)

    async def read(self, method: str = "GET", pause: float = 0) -> Reply:
        reply = await self.connection.reply(method, pause)
        if not reply.whole or reply.get("connection") == "close":
            self.usable = False
        return reply


class Look:
    """One request for a page, and the judgement of what comes."""

    def __init__(self, errand: Errand, ask: Ask | None = None, number: int | None = None) -> None:
        random = errand.random
        self.errand = errand
        self.made = ask or random.choices([a for _, a in PAGES], [w for w, _ in PAGES])[0]
        step = self.made.step
        self.number = random.randrange(COUNT // step) * step if number is None else number
        self.nonce = f"n{random.getrandbits(40):x}" if self._may_be_marked and random.random() < 0.4 else ""
        self.campaign = random.choice((f"c{random.getrandbits(30):x}&<b>\"'", "été", "x y")) * (
            random.random() < 0.4
        )
        self.huge = random.random() < 0.01
        self.target = self._target(random)
        self.since = time.monotonic()

    @property
    def _may_be_marked(self) -> bool:
        return self.made.step == 1 and self.made.kind not in BARELY

    def _target(self, random: Random) -> str:
        query = f"utm_source=news&utm_campaign={quote(self.campaign)}" if self.campaign else "q=1"
        query += f"&nonce={self.nonce}" * bool(self.nonce) + "&huge=1" * self.huge + self.made.query
        query += f"&cut={random.randrange(1000)}" * self.made.cuts
        return f"{self.made.path.format(self.number)}?{query}"

    async def go(self, pause: float = 0) -> Reply:
        reply = await self.send_and_read(pause)
        self.judge(reply)
        return reply

    async def send_and_read(self, pause: float = 0) -> Reply:
        self.since = time.monotonic()
        self.errand.targets.append(self.target)
        await self.errand.connection.send(request(self.target, self.errand.browser.headers()))
        return await self.errand.read(pause=pause)

    def judge(self, reply: Reply) -> None:
        """Everything about an answer to this request."""
        kind = self.made.kind
        browser = self.errand.browser
        self.errand.world.findings.asked[kind] += 1
        viewer = browser.viewer(self.since, self.campaign, self.huge)
        if reply.status != self.made.status:
            self._fault(f"status {reply.status}: {reply.body[:200]!r}")
            return
        if reply.whole == self.made.broken and self.made.kind != _MAY_BE_WHOLE:
            self._fault("whole, and should be cut" if reply.whole else f"cut after {len(reply.body)} bytes")
        if self.made.broken or self.made.kind == "raises after":
            self.errand.usable = False  # the server closes a connection whose app has failed
        self._fault(self.body_fault(reply))
        self._fault(self._header_fault(reply))
        before = browser.cookie
        self._fault(browser.learn(reply, viewer.known))
        if self._asks_for_cookie(reply) and viewer.known == "never" and browser.cookie == before:
            self._fault(f"a new visitor got no cookie: {reply.headers}")

    def _asks_for_cookie(self, reply: Reply) -> bool:
        browser = self.errand.browser
        return self._has_slots and self.made.tailored and not browser.bot and not browser.preview

    @property
    def _has_slots(self) -> bool:
        number = MISSING if self.made.kind in BARELY else self.number
        return any(place.slot != "club" for place in page(number).places)

    def body_fault(self, reply: Reply) -> str:
        body = reply.body
        if reply.get("content-encoding") == "gzip":
            unzip = zlib.decompressobj(31)
            body = unzip.decompress(body)
            if not self.errand.browser.gzip and self.made.tailored and self._has_slots:
                return "gzip for a client that does not take it"
            if reply.whole and not unzip.eof:
                return "gzip that does not end"
        if not self.made.tailored:
            number = MISSING if self.made.kind in BARELY else self.number
            return untouched(body, content(number, self.nonce, self.made.codec), not self.made.broken)
        if any(self.errand.world.torn.during(self.since)):
            self.errand.world.findings.asked["not judged: the edit was torn"] += 1
            return ""
        versions = list(dict.fromkeys(self.errand.world.versions.during(self.since)))
        viewer = self.errand.browser.viewer(self.since, self.campaign, self.huge)
        made = page(self.number).marked(self.nonce)
        return fault_of(body, made, viewer, versions, self.made.codec, not self.made.broken)

    def _header_fault(self, reply: Reply) -> str:
        kept = reply.get("cache-control")
        shared = "private" not in kept or "max-age" in kept.replace("max-age=0", "")
        if self.made.tailored and self._has_slots and shared:
            return f"a page with slots leaves as {kept!r}"
        if self.made.tailored and self._has_slots and reply.get("last-modified"):
            return "a page with slots has the origin's date"
        return ""

    def _fault(self, what: str) -> None:
        self.errand.fault(self.made.kind, what, self.target)
