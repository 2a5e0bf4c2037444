"""What visitors do. Each errand asks the site for something, sees that what comes is right, and ends."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import os
import time
from collections.abc import Awaitable, Callable
from random import Random

from edge.visitors import Keys, Previews
from tests.soak.judge import untouched
from tests.soak.looks import PAGES, Errand, Look
from tests.soak.origin import content
from tests.soak.pages import BIG, COUNT
from tests.soak.wire import Connection, request

__all__ = ["ERRANDS"]


async def look_around(errand: Errand) -> None:
    """A few pages, one after the other."""
    for _ in range(errand.random.choice((1, 1, 1, 2, 4))):
        if errand.usable:
            await Look(errand).go()


async def look_at_big_page(errand: Errand) -> None:
    ask = errand.random.choice([a for _, a in PAGES if a.kind in ("whole", "streamed", "static page", "file")])
    await Look(errand, ask, BIG).go()


async def read_slowly(errand: Errand) -> None:
    """A client with a small window that takes its time: the server has to wait, and nothing may pile up."""
    errand.usable = False
    slow = Errand(errand.world, errand.browser, await Connection.open(errand.world.port, 32768), errand.random)
    try:
        ask = errand.random.choice([a for _, a in PAGES if a.kind in ("whole", "streamed", "in parts", "gzip")])
        await Look(slow, ask, errand.random.choice((BIG, None, None))).go(pause=0.004)
    finally:
        await slow.connection.leave()


async def pipeline(errand: Errand) -> None:
    """Several requests at once; the answers come in order."""
    asks = [a for _, a in PAGES if not a.broken and a.kind != "raises after"]
    looks = [Look(errand, errand.random.choice(asks)) for _ in range(errand.random.randrange(2, 6))]
    # Without cookies to learn in between, each of them has the same visitor.
    await errand.connection.send(b"".join(request(look.target, errand.browser.headers()) for look in looks))
    for look in looks:
        reply = await errand.read()
        errand.world.findings.asked["pipelined"] += 1
        errand.fault(
            "pipelined", "" if reply.status == look.made.status else f"status {reply.status}", look.target
        )
        errand.fault("pipelined", look.body_fault(reply), look.target)


async def ask_again(errand: Errand) -> None:
    """The same page with the validator that came with it: a 304 says that the page would be the same."""
    first = Look(errand, PAGES[0][1])
    reply = await first.go()
    if not reply.get("etag") or not errand.usable:
        return
    for _ in range(2):
        second = Look(errand, PAGES[0][1], first.number)
        second.target, second.nonce, second.campaign, second.huge = (
            first.target,
            first.nonce,
            first.campaign,
            first.huge,
        )
        second.since = time.monotonic()
        again = await errand.ask(first.target, If_None_Match=reply.get("etag"))
        errand.world.findings.asked["asked again"] += 1
        if again.status == 304:
            errand.world.findings.asked["304"] += 1
            errand.fault("304", "with a body" if again.body else second.body_fault(reply), first.target)
        else:
            second.judge(again)
            reply = again


async def head(errand: Errand) -> None:
    look = Look(errand, errand.random.choice([a for w, a in PAGES if w > 3 and not a.broken]))
    reply = await errand.ask(look.target, "HEAD")
    errand.world.findings.asked["HEAD"] += 1
    errand.fault("HEAD", "" if reply.status == look.made.status else f"status {reply.status}", look.target)


async def small_things(errand: Errand) -> None:
    """What is no page."""
    which = errand.random.choice((_noise, _part, _redirect, _own_paths, _me, _damaged))
    errand.world.findings.asked[which.__name__.strip("_")] += 1
    await which(errand)


async def _noise(errand: Errand) -> None:
    reply = await errand.ask("/static/noise.bin")
    errand.fault("noise", "" if reply.body == _NOISE else f"{reply.status}, {len(reply.body)} bytes")


async def _part(errand: Errand) -> None:
    reply = await errand.ask("/static/noise.bin", Range="bytes=1000-99999")
    good = reply.status == 206 and reply.body == _NOISE[1000:100_000]
    errand.fault("part", "" if good else f"{reply.status}, {len(reply.body)} bytes")


async def _redirect(errand: Errand) -> None:
    reply = await errand.ask("/redirect")
    errand.fault("redirect", "" if (reply.status, reply.get("location")) == (307, "/whole/1") else f"{reply}")


async def _own_paths(errand: Errand) -> None:
    for path, status in (("/_edge/bar.css", 200), ("/_edge/nothing", 404), ("/_edge/preview?token=x.y.z", 403)):
        reply = await errand.ask(path)
        errand.fault("own paths", "" if reply.status == status else f"{path}: {reply.status}")


async def _me(errand: Errand) -> None:
    """What the app behind is told of who asks."""
    since = time.monotonic()
    known = errand.browser.known(since)
    told = json.loads((await errand.ask("/me?utm_source=news&utm_campaign=mine")).body)
    mine = errand.browser.cookie.split(".")[0]
    ids = {"must": (mine,), "may": (mine, None), "never": (None,)}[known]
    right = told["id"] in ids and told["country"] == (errand.browser.country or None)
    errand.fault("me", "" if right and told["campaign"] == "mine" and told["reader"] else f"{told}, known {known}")


async def _damaged(errand: Errand) -> None:
    """gzip that cannot be opened passes as it came."""
    number = errand.random.randrange(COUNT)
    reply = await errand.ask(f"/gzip/{number}?damaged=1", Accept_Encoding="gzip")
    sent = gzip.compress(content(number), 1, mtime=0)
    sent = sent[: len(sent) // 2] + bytes(64) + sent[len(sent) // 2 :]
    errand.fault("damaged gzip", untouched(reply.body, sent))


async def preview(errand: Errand) -> None:
    """Opens a preview link, looks, changes the persona, looks, and leaves the preview."""
    browser, random = errand.browser, errand.random
    keys = errand.world.keys.during(time.monotonic())
    shared = [key for key in keys[-1] if all(key in one for one in keys)]
    if browser.bot or not shared:
        return
    browser.persona = random.choice(("", "reader", "owl"))
    token = Previews(Keys((shared[-1],))).make(browser.host, browser.persona, time.time())
    reply = await errand.ask(f"/_edge/preview?token={token}&next=/whole/1")
    errand.world.findings.asked["preview"] += 1
    browser.preview = reply.get("set-cookie").partition(";")[0].partition("=")[2]
    try:
        if reply.status != 303 or not browser.preview:
            errand.fault("preview", f"entering: {reply.status} {reply.body[:80]!r}")
            return
        asks = [a for _, a in PAGES if a.kind in ("whole", "streamed", "in parts", "gzip", "latin-1")]
        await Look(errand, random.choice(asks)).go()
        form = f"persona={(other := random.choice(('', 'reader', 'owl')))}&next=/whole/2".encode()
        length = {"Content-Length": str(len(form)), "Origin": f"http://{browser.host}"}
        reply = await errand.ask("/_edge/preview", "POST", form, **length)
        errand.fault("preview", "" if reply.status == 303 else f"changing: {reply.status} {reply.body[:80]!r}")
        browser.persona = other
        browser.preview = reply.get("set-cookie").partition(";")[0].partition("=")[2] or browser.preview
        await Look(errand, random.choice(asks)).go()
    finally:
        browser.preview = browser.persona = ""


async def fail(errand: Errand) -> None:
    """The site raises before it has said anything."""
    reply = await errand.ask("/whole/3?fail=before")
    errand.world.findings.asked["raises before"] += 1
    errand.fault("raises before", "" if reply.status == 500 else f"status {reply.status}")


async def wait_in_vain(errand: Errand) -> None:
    """The site hangs, and the client loses patience."""
    errand.usable = False
    errand.world.findings.asked["hangs"] += 1
    where = errand.random.choice(("/whole/3?hang=before", "/stream/3?hang=between&cut=1"))
    await errand.connection.send(request(where, errand.browser.headers()))
    try:
        async with asyncio.timeout(errand.random.uniform(0.05, 1.5)):
            await errand.connection.reply()
    except TimeoutError:
        await errand.connection.leave(errand.random.random() < 0.5)


async def leave_early(errand: Errand) -> None:
    """Leaves somewhere between the request and the end of the answer."""
    errand.usable = False
    errand.world.findings.asked["left early"] += 1
    look = Look(errand, number=BIG if errand.random.random() < 0.1 else None)
    await errand.connection.send(request(look.target, errand.browser.headers()))
    for _ in range(errand.random.randrange(4)):
        await errand.connection.read(errand.random.randrange(1, 4000))
    await errand.connection.leave(errand.random.random() < 0.5)


async def send_half(errand: Errand) -> None:
    """Half a request, or what is none; then silence, and gone."""
    errand.usable = False
    errand.world.findings.asked["half a request"] += 1
    good = request("/whole/5", errand.browser.headers())
    sent = errand.random.choice(
        (good[: errand.random.randrange(1, len(good))], b"GET\x00 nonsense\r\n\r\n", b"\x16\x03\x01")
    )
    await errand.connection.send(sent)
    await asyncio.sleep(errand.random.choice((0, 0, 0.1, 1.0)))
    await errand.connection.leave(errand.random.random() < 0.5)


async def upload(errand: Errand) -> None:
    """A body with its length, or in chunks; some leave in the middle."""
    data = errand.random.randbytes(errand.random.choice((0, 10, 5000, 400_000)))
    errand.world.findings.asked["upload"] += 1
    leaves = errand.random.random() < 0.25
    if errand.random.random() < 0.5:
        headers, body = {"Content-Length": str(len(data))}, data
    else:
        headers = {"Transfer-Encoding": "chunked"}
        body = b"".join(
            b"%x\r\n%b\r\n" % (len(data[n : n + 9999]), data[n : n + 9999]) for n in range(0, len(data), 9999)
        )
        body += b"0\r\n\r\n"
    await errand.connection.send(request("/upload", errand.browser.headers() | headers, "POST"))
    if leaves and body:
        errand.usable = False
        await errand.connection.send(body[: errand.random.randrange(len(body))])
        await errand.connection.leave(errand.random.random() < 0.5)
        return
    await errand.connection.send(body)
    told = json.loads((await errand.read()).body)
    right = told == {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    errand.fault("upload", "" if right else f"{told}")


async def listen(errand: Errand) -> None:
    """Server-sent events; most stay to the end."""
    errand.world.findings.asked["events"] += 1
    if errand.random.random() < 0.4:
        errand.usable = False
        await errand.connection.send(request("/events", errand.browser.headers()))
        await errand.connection.read(200)
        await errand.connection.leave()
        return
    reply = await errand.ask("/events", Accept="text/event-stream")
    sent = b"".join(b'data: %d <p data-edge-slot="hero"></p>\n\n' % number for number in range(8))
    errand.fault("events", untouched(reply.body, sent))


async def talk(errand: Errand) -> None:
    """A websocket that echoes; some go without a word."""
    errand.usable = False
    errand.world.findings.asked["websocket"] += 1
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = base64.b64encode(os.urandom(16)).decode()
    await errand.connection.send(request("/echo", errand.browser.headers() | upgrade))
    reply = await errand.read()
    if reply.status != 101:
        errand.fault("websocket", f"status {reply.status}")
        return
    for _ in range(errand.random.randrange(1, 6)):
        text = f'<p data-edge-slot="hero">{errand.random.random()}'.encode()
        await errand.connection.send(b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text)
        opcode, length = await errand.connection.exactly(2)
        echoed = await errand.connection.exactly(length)
        errand.fault("websocket", "" if (opcode, echoed) == (0x81, text) else f"{echoed!r}")
    if errand.random.random() < 0.6:
        await errand.connection.send(b"\x88\x82\0\0\0\0\x03\xe8")
        errand.fault(
            "websocket", "" if await errand.connection.exactly(4) == b"\x88\x02\x03\xe8" else "no goodbye"
        )
    await errand.connection.leave(errand.random.random() < 0.3)


_NOISE = Random("noise").randbytes(300_000)

ERRANDS: tuple[tuple[int, Callable[[Errand], Awaitable[None]]], ...] = (
    (60, look_around),
    (6, ask_again),
    (5, pipeline),
    (4, head),
    (6, small_things),
    (3, preview),
    (2, fail),
    (2, wait_in_vain),
    (8, leave_early),
    (3, send_half),
    (3, upload),
    (2, listen),
    (2, talk),
    (2, read_slowly),
    (1, look_at_big_page),
)
"""With how often each of them is run."""
