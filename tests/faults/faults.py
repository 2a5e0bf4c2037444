"""The rows of the table: how each fault is brought about."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import logging
import random
import shutil
import socket
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NoReturn

from edge import Profile, Visitor
from edge.blocks import Renditions
from edge.facts import Env
from edge.html import parse_plan
from edge.page import Counts, Plans, Setup
from edge.page.plans import Kept
from edge.types import ASGIApp, Message, Receive, Scope, Send
from tests.faults.case import FILES, Case, speaking
from tests.faults.kinds import bodies, cut
from tests.faults.raising import Raiser
from tests.page.sites import NOW, PAGE
from tests.remote.loopback import Call, Handler, answer, loopback, reply

__all__ = ["FAULTS", "TIMES", "BrokenError", "GoneError"]

YEARS = 10 * 365 * 86_400

FAULTS: dict[str, Callable[[Case, int], None]] = {}
"""By name: changes a case. The number says the how manieth variety of the fault it is to be."""

TIMES: dict[str, int] = {}
"""How many varieties there are, where there are several."""


class BrokenError(Exception):
    """What the fault raises."""


def fault(name: str, times: int = 1) -> Callable[[Callable[[Case, int], None]], Callable[[Case, int], None]]:
    def register(bring_about: Callable[[Case, int], None]) -> Callable[[Case, int], None]:
        FAULTS[name] = bring_about
        TIMES[name] = times
        return bring_about

    return register


def fail(*_: Any, **__: Any) -> NoReturn:
    raise BrokenError


@fault("nothing fails")
def _(case: Case, _: int) -> None:
    pass


# What is known of the visitor.


@fault("profiles raises")
def _(case: Case, _: int) -> None:
    async def raising(visitor: Visitor) -> Profile:
        fail()

    case.profiles = raising


@fault("profiles hangs")
def _(case: Case, _: int) -> None:
    async def hanging(visitor: Visitor) -> Profile:
        return await asyncio.Future()

    case.profiles = hanging
    case.files["edge.toml"] = 'budget_ms = 5\n[geo]\ncountry = "CF-IPCountry"'


@fault("profiles cancels itself")
def _(case: Case, _: int) -> None:
    async def cancelled(visitor: Visitor) -> Profile:
        raise asyncio.CancelledError

    case.profiles = cancelled


@fault("profiles is not async")
def _(case: Case, _: int) -> None:
    case.profiles = lambda visitor: Profile({"plan": "pro"})


@fault("profiles gives no profile", times=3)
def _(case: Case, number: int) -> None:
    async def odd(visitor: Visitor) -> Any:
        return ({"plan": "pro"}, None, Profile)[number]

    case.profiles = odd


@fault("profiles gives nonsense", times=3)
def _(case: Case, number: int) -> None:
    async def nonsense(visitor: Visitor) -> Profile:
        return Profile(({"plan": 3}, {"plan": {"pro": "pro"}}, {"plam": "pro"})[number])

    case.profiles = nonsense


@fault("the clock raises")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, clock=fail)


@fault("the clock jumps ten years back")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, clock=lambda: NOW - YEARS)


@fault("the clock jumps ten years forward")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, clock=lambda: NOW + YEARS)


@fault("the clock runs backwards")
def _(case: Case, _: int) -> None:
    ticks = itertools.count()
    case.change = lambda setup: replace(setup, clock=lambda: NOW - next(ticks))


@fault("the clock says no number")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, clock=lambda: float("nan"))


# What a service elsewhere knows.


def ask_elsewhere(case: Case, url: str, budget: int = 5_000) -> None:
    case.live = True
    case.files["segments.toml"] = FILES["segments.toml"] + '\n[vip]\nfrom = "remote"\n'
    case.files["experiences.toml"] = FILES["experiences.toml"].replace("'traits.plan == \"pro\"'", '"vip"')
    case.files["edge.toml"] = (
        f'budget_ms = {budget}\n[geo]\ncountry = "CF-IPCountry"\n'
        f'[remote]\nurl = "{url}/{{visitor}}"\nallow_private = true\ntimeout_ms = 10000\n'
    )


def serve_elsewhere(case: Case, handler: Handler, budget: int = 5_000) -> None:
    there = case.around.enter_context(loopback(handler))
    ask_elsewhere(case, there.url, budget)


@fault("the service answers")
def _(case: Case, _: int) -> None:
    serve_elsewhere(case, reply({"segments": ["vip"]}))


@fault("the service is down")
def _(case: Case, _: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    ask_elsewhere(case, f"http://127.0.0.1:{port}")


@fault("the service hangs")
def _(case: Case, _: int) -> None:
    over = threading.Event()
    case.around.callback(over.set)
    serve_elsewhere(case, lambda sock, call: over.wait(20), budget=20)


@fault("the service drips")
def _(case: Case, _: int) -> None:
    over = threading.Event()
    case.around.callback(over.set)

    def drip(sock: socket.socket, call: Call) -> None:
        for byte in answer({"segments": ["vip"]}):
            sock.sendall(bytes([byte]))
            if over.wait(0.005):
                return

    serve_elsewhere(case, drip, budget=20)


@fault("the service is cut")
def _(case: Case, _: int) -> None:
    serve_elsewhere(case, lambda sock, call: sock.sendall(answer({"segments": ["vip"]})[:-5]))


@fault("the service sends 10 MB", times=2)
def _(case: Case, number: int) -> None:
    large = answer(b" " * 10_000_000 + b'{"segments": ["vip"]}')
    if number:  # without saying so before
        large = large.replace(b"content-length", b"x-length")
    serve_elsewhere(case, lambda sock, call: sock.sendall(large))


@fault("the service sends garbage", times=3)
def _(case: Case, number: int) -> None:
    garbage = (b"\0\xff\xfe" * 20, answer(b"<html>sorry</html>"), answer(b'{"segments": ["vip"'))
    serve_elsewhere(case, lambda sock, call: sock.sendall(garbage[number]))


@fault("the service sends wrong types", times=5)
def _(case: Case, number: int) -> None:
    wrong: tuple[Any, ...] = ("vip", 3, {"segments": "vip"}, {"segments": True}, {"segments": 0.5})
    serve_elsewhere(case, reply(wrong[number]))


@fault("the service redirects")
def _(case: Case, _: int) -> None:
    serve_elsewhere(case, reply({"segments": ["vip"]}, "302 Found", location="/elsewhere"))


@fault("the service refuses", times=3)
def _(case: Case, number: int) -> None:
    serve_elsewhere(case, reply({"segments": ["vip"]}, ("401 No", "429 Slowly", "500 Broken")[number]))


@fault("the service knows nobody")
def _(case: Case, _: int) -> None:
    serve_elsewhere(case, reply({}, "404 Not Found"))


# What the site folder says.


@fault("the site folder is gone")
def _(case: Case, _: int) -> None:
    case.live = True

    def gone(messages: list[Message]) -> ASGIApp:
        speak = speaking(messages)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            shutil.rmtree(case.folder / "site", ignore_errors=True)
            await speak(scope, receive, send)

        return app

    case.app = lambda case: gone(case.messages)


@fault("a fact raises")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, sources=MappingProxyType({**setup.sources, "traits.plan": fail}))


@fault("a block is missing")
def _(case: Case, _: int) -> None:
    def without(setup: Setup) -> Setup:
        return replace(setup, blocks={name: one for name, one in setup.blocks.items() if name != "hallo"})

    case.change = without


@fault("a block raises", times=2)
def _(case: Case, number: int) -> None:
    case.files["blocks/hallo.html"] = ("{{ utm.term }}", "{{ 1 // (path|length - 1) }}")[number]


@fault("a block has no end")
def _(case: Case, _: int) -> None:
    loops = "{% for a in query %}" * 4 + "{{ a }}" + "{% endfor %}" * 4
    case.files["blocks/hallo.html"] = loops
    case.path += "".join(f"&q{number}={number}" for number in range(20))


@fault("a block is huge")
def _(case: Case, _: int) -> None:
    twice = "{% for a in query %}{% for b in query %}{{ query.long }}{% endfor %}{% endfor %}"
    case.files["blocks/hallo.html"] = twice
    case.path += "&long=" + "x" * 6000 + "".join(f"&q{number}={number}" for number in range(20))


@fault("no plan can be kept")
def _(case: Case, _: int) -> None:
    case.change = lambda setup: replace(setup, plans=Plans(0), renditions=Renditions(0, 1))


@fault("plans and renditions are full")
def _(case: Case, _: int) -> None:
    def full(setup: Setup) -> Setup:
        plans, renditions = Plans(1 << 20), Renditions(1 << 20)
        for number in range(40):
            page = PAGE + b" " * 100_000
            plans.keep(f"/{number}", Kept(parse_plan(page, setup.slots), "text/html", "utf-8"))
            env = Env({}, None, {"utm.source": f"{number}" * 50_000})
            renditions.render(setup.blocks["trial"], env, "utf-8")
        assert plans.size > 700_000
        assert len(renditions) < 40
        return replace(setup, plans=plans, renditions=renditions)

    case.change = full


@fault("the log raises")
def _(case: Case, _: int) -> None:
    FAULTS["profiles raises"](case, 0)

    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            fail()

    log, handler = logging.getLogger("edge"), Raising()
    level = log.level
    case.around.callback(log.setLevel, level)
    case.around.callback(log.removeHandler, handler)
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)


@fault("the counter raises")
def _(case: Case, _: int) -> None:
    class Raising(Counts):
        def __setitem__(self, *_: Any) -> None:
            fail()

        def cell(self, *_: Any) -> NoReturn:
            fail()

    case.change = lambda setup: replace(setup, counts=Raising())


# Anything raises, at any call.

CALLS = 5
"""How many of the calls are tried in each cell: spread over the whole request. `make soak` tries every one."""

MODULES: Mapping[str, tuple[str, ...]] = {
    "the scanner raises": ("edge.html",),
    "a rule raises": ("edge.rules",),
    "deciding raises": ("edge.decisions",),
    "a block's renderer raises": ("edge.blocks",),
    "cookie, consent, preview or facts raise": ("edge.visitors", "edge.facts"),
    "the page's own parts raise": ("edge.page",),
    "memory runs out": ("edge",),
    "the stack runs out": ("edge",),
}
ERRORS: Mapping[str, type[Exception]] = {"memory runs out": MemoryError, "the stack runs out": RecursionError}


def raising_at_a_call(name: str) -> Callable[[Case, int], None]:
    def bring_about(case: Case, number: int) -> None:
        modules = MODULES[name]
        case.warm = number % 2 == 1
        counting = Raiser(0, BrokenError(), modules)
        case.during = lambda: counting
        case.through()
        at = 1 + zlib.crc32(f"{case.kind.name} {name} {number}".encode()) % max(1, counting.calls)
        raiser = case.raiser = Raiser(at, ERRORS.get(name, BrokenError)(), modules)
        case.during = lambda: raiser

    return bring_about


for _name in MODULES:
    fault(_name, CALLS)(raising_at_a_call(_name))


# The client.


class GoneError(OSError):
    """What a server raises where the client is gone (ASGI spec 2.4)."""


@fault("the client is gone, send raises", times=6)
def _(case: Case, number: int) -> None:
    def server(send: Send) -> Send:
        left = itertools.count()

        async def refusing(message: Message) -> None:
            if next(left) >= number:
                raise GoneError
            await send(message)

        return refusing

    case.server = server


@fault("the client is gone, receive says so")
def _(case: Case, _: int) -> None:
    def client(receive: Receive) -> Receive:
        async def gone() -> Message:
            return {"type": "http.disconnect"}

        return gone

    case.client = client


def _noting(task: list[asyncio.Task[None]], made: Callable[[Case], ASGIApp]) -> Callable[[Case], ASGIApp]:
    """What makes the same app, which writes down in which task it last ran."""

    def app(case: Case) -> ASGIApp:
        inner = made(case)

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            task[:] = [asyncio.current_task()]  # type: ignore[list-item]
            await inner(scope, receive, send)

        return noted

    return app


@fault("the request is cancelled", times=8)
def _(case: Case, number: int) -> None:
    """While the app waits for the request, while Edge waits for the profile, at each message."""
    task: list[asyncio.Task[None]] = []
    case.app = _noting(task, case.app)

    async def cancel() -> None:
        task[0].cancel()
        await asyncio.sleep(0)

    def client(receive: Receive) -> Receive:
        async def waiting() -> Message:
            if number == 0:
                await cancel()
            return await receive()

        return waiting

    async def asked(visitor: Visitor) -> Profile:
        while not task:
            await asyncio.sleep(0)
        await cancel()
        return await asyncio.Future()

    def server(send: Send) -> Send:
        left = itertools.count(2)

        async def cancelling(message: Message) -> None:
            if next(left) == number:
                await cancel()
            await send(message)

        return cancelling

    case.client, case.server = client, server
    if number == 1:
        case.profiles = asked


# How the app ends.


def ending(messages: list[Message], error: Exception | None) -> Callable[[Case], ASGIApp]:
    """An app that says no more than these, and raises where there is an error."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await speaking(messages)(scope, receive, send)
        if error is not None:
            raise error

    return lambda case: app


def halves(messages: list[Message]) -> tuple[list[Message], list[Message]]:
    """The messages of a response, cut in the middle of the first that has a body."""
    at = next(index for index, message in enumerate(messages) if message.get("body") or message.get("text"))
    message = messages[at]
    if "text" in message:
        return messages[: at + 1], messages[at + 1 :]
    body = message["body"]
    half = (len(body) + 1) // 2
    first = {**message, "body": body[:half], "more_body": True}
    return [*messages[:at], first], [{**message, "body": body[half:]}, *messages[at + 1 :]]


@fault("it raises before its start")
def _(case: Case, _: int) -> None:
    case.app = ending([], BrokenError("mine"))


@fault("it raises behind its start")
def _(case: Case, _: int) -> None:
    case.app = ending(case.messages[:1], BrokenError("mine"))


@fault("it raises in the middle")
def _(case: Case, _: int) -> None:
    case.app = ending(halves(case.messages)[0], BrokenError("mine"))


@fault("it raises behind its last")
def _(case: Case, _: int) -> None:
    case.app = ending(case.messages, BrokenError("mine"))


@fault("it leaves behind its start")
def _(case: Case, _: int) -> None:
    case.app = ending(case.messages[:1], None)


@fault("it leaves in the middle")
def _(case: Case, _: int) -> None:
    case.app = ending(halves(case.messages)[0], None)


# What the app says of its body.


def say(case: Case, *pairs: tuple[bytes, bytes]) -> None:
    """These headers, in the place of any others of their names."""
    names = {name for name, _ in pairs}
    kept = [pair for pair in case.messages[0]["headers"] if pair[0].lower() not in names]
    case.messages[0] = {**case.messages[0], "headers": [*kept, *pairs]}


def length_of(case: Case) -> int:
    body = b"".join(message.get("body", b"") for message in case.messages)
    return len(case.kind.text or b"") if case.kind.name == "file" else len(body)


@fault("a length that is too long")
def _(case: Case, _: int) -> None:
    say(case, (b"content-length", b"%d" % (length_of(case) + 10)))


@fault("a length that is too short")
def _(case: Case, _: int) -> None:
    say(case, (b"content-length", b"%d" % max(0, length_of(case) - 10)))


@fault("two lengths")
def _(case: Case, _: int) -> None:
    say(case, (b"content-length", b"%d" % length_of(case)), (b"content-length", b"7"))


@fault("gzip that is none")
def _(case: Case, _: int) -> None:
    say(case, (b"content-encoding", b"gzip"))


def pack(case: Case, data: bytes) -> None:
    """Another gzipped body, in as many messages as before."""
    if case.kind.name == "gzip":
        say(case, (b"content-length", b"%d" % len(data)))
    size = len(data) // (len(case.messages) - 1) + 1
    case.messages[1:] = bodies(*cut(data, size))


LARGE = gzip.compress(PAGE + random.Random(1).randbytes(5_000).hex().encode(), mtime=0)


@fault("gzip that is cut short", times=3)
def _(case: Case, number: int) -> None:
    pack(case, LARGE[: -(4, 20, len(LARGE) // 2)[number]])


@fault("gzip that is damaged", times=3)
def _(case: Case, number: int) -> None:
    data = bytearray(LARGE)
    data[(len(data) // 2, -20, -5)[number]] ^= 0xFF
    pack(case, bytes(data))


@fault("a gzip bomb")
def _(case: Case, _: int) -> None:
    case.page = PAGE + b" " * (33 << 20 if case.kind.name == "gzip" else 3 << 20)
    pack(case, gzip.compress(case.page, 9, mtime=0))


@fault("garbage behind the gzip")
def _(case: Case, _: int) -> None:
    pack(case, gzip.compress(PAGE, mtime=0) + b"\0garbage")


@fault("brotli")
def _(case: Case, _: int) -> None:
    say(case, (b"content-encoding", b"br"))


def say_charset(case: Case, charset: bytes) -> None:
    kinds = [value for name, value in case.messages[0]["headers"] if name.lower() == b"content-type"]
    say(case, (b"content-type", kinds[0].partition(b";")[0] + b"; charset=" + charset))


@fault("UTF-16 that is none")
def _(case: Case, _: int) -> None:
    say_charset(case, b"utf-16")


@fault("a charset that it is not in")
def _(case: Case, _: int) -> None:
    say_charset(case, b"windows-1251")
    case.codec = "cp1251"


@fault("a charset that does not exist")
def _(case: Case, _: int) -> None:
    say_charset(case, b"klingon")
    case.codec = "cp1252"


# Which messages the app sends, and how.

ODD: Message = {"type": "x.odd", "body": b"none of ours", "more_body": False}


@fault("it starts twice")
def _(case: Case, _: int) -> None:
    case.messages.insert(1, case.messages[0])


@fault("an unknown message before its start")
def _(case: Case, _: int) -> None:
    case.messages.insert(0, ODD)


@fault("an unknown message behind its start")
def _(case: Case, _: int) -> None:
    case.messages.insert(1, ODD)


@fault("an unknown message in the middle")
def _(case: Case, _: int) -> None:
    first, second = halves(case.messages)
    case.messages = [*first, ODD, *second]


@fault("an unknown message behind its last")
def _(case: Case, _: int) -> None:
    case.messages.append(ODD)


@fault("headers in a tuple of lists")
def _(case: Case, _: int) -> None:
    start = case.messages[0]
    case.messages[0] = {**start, "headers": tuple(list(pair) for pair in start["headers"])}


@fault("headers from a generator")
def _(case: Case, _: int) -> None:
    start, *rest = case.messages

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await speaking([{**start, "headers": (pair for pair in start["headers"])}, *rest])(scope, receive, send)

    case.app = lambda case: app


@fault("headers in capitals")
def _(case: Case, _: int) -> None:
    start = case.messages[0]
    case.messages[0] = {**start, "headers": [(name.upper(), value) for name, value in start["headers"]]}


@fault("no headers")
def _(case: Case, _: int) -> None:
    case.messages[0] = {name: value for name, value in case.messages[0].items() if name != "headers"}


@fault("bodies of other bytes", times=2)
def _(case: Case, number: int) -> None:
    kind = (memoryview, bytearray)[number]
    case.messages = [
        {**message, "body": kind(message["body"])} if "body" in message else message for message in case.messages
    ]


@fault("it sends from several tasks")
def _(case: Case, _: int) -> None:
    async def slow(visitor: Visitor) -> Profile:
        await asyncio.sleep(0.002)
        return Profile({"plan": "pro"})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.gather(*(send(dict(message)) for message in case.messages))

    case.profiles = slow
    case.app = lambda case: app


@fault("it asks for the visitor before its start")
def _(case: Case, _: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if "edge" in scope:
            assert scope["edge"].visitor.id
        await speaking(case.messages)(scope, receive, send)

    case.app = lambda case: app


@fault("it asks for the visitor behind its start")
def _(case: Case, _: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await speaking(case.messages[:1])(scope, receive, send)
        if "edge" in scope:
            assert scope["edge"].fact("country") == "DE"
        for message in case.messages[1:]:
            await send(message)

    case.app = lambda case: app
