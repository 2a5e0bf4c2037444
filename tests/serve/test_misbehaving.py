"""An origin that misbehaves on purpose, behind all of Edge: the gate, the peers, the slots, the engine.

Whatever it does, the visitor gets the page, or is told 502 or 504, or sees that the answer is cut, and never a
byte of somebody else's; no connection stays taken; the next visitor is served; and nothing raises.
"""

from __future__ import annotations

import gzip
import itertools
import logging
import random
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge.serve import Forwarding, Origin, Peers, Timeouts, Upstream
from edge.types import Receive, Scope, Send
from tests.hosts.wire import Reply, wired
from tests.page.sites import PAGE, Front, front
from tests.serve.fronted import door
from tests.serve.raw_origin import Talk, ok, raw_origin
from tests.serve.recorder import head, reply_or_none

__all__ = ["front"]

HTML = b"Content-Type: text/html; charset=utf-8"
DEFAULT, TAILORED = b"Sound for everyone", "Klänge für alle".encode()
FORGED = b"of somebody else"
_NAMES = re.compile(rb"visitor-\d+\.")
_numbers = itertools.count(1)


def page(who: bytes) -> bytes:
    """The page that is made for whoever asks under this name."""
    return PAGE.replace(b"<footer>end", b"<footer>for " + who)


def tailored(who: bytes) -> bytes:
    return page(who).replace(DEFAULT, TAILORED)


Wrong = Callable[[Talk, bytes], None]
"""What an origin does on a connection on which somebody has asked for something. Behind it, the connection goes
on."""


class Site:
    """An origin that answers `/fine` well, and everything else with `wrong`."""

    def __init__(self) -> None:
        self.wrong: Wrong = lambda talk, who: None

    def __call__(self, talk: Talk) -> None:
        while (asked := talk.head()) is not None:
            target = asked.split(b" ")[1]
            who = target.partition(b"?")[2]
            if target.startswith(b"/fine"):
                talk.send(ok(page(who), HTML))
            else:
                self.wrong(talk, who)


@dataclass
class Chain:
    """All of Edge in front of a misbehaving site."""

    url: str
    site: Site
    origin: Origin

    def ask(self, *headers: bytes, path: bytes = b"/wrong", method: bytes = b"GET") -> tuple[bytes, Reply | None]:
        """One request by somebody from Germany, and the answer; None where that has no head."""
        who = b"visitor-%d." % next(_numbers)
        with wired(self.url) as wire:
            wire.send(head(b"%b %b?%b HTTP/1.1" % (method, path, who), b"CF-IPCountry: DE", *headers))
            reply = reply_or_none(wire, method.decode())
        if reply is not None:
            everything = reply.body + b"".join(value for _, value in reply.headers)
            assert FORGED not in everything
            assert set(_NAMES.findall(everything)) <= {who}
        return who, reply

    def is_well(self) -> None:
        """The next visitors are served, and nothing stays taken."""
        for _ in range(2):
            who, reply = self.ask(path=b"/fine")
            assert reply is not None
            assert (reply.status, reply.body, reply.whole) == (200, tailored(who), True)
        pool = self.origin._sites[0].transport.pool
        until = time.monotonic() + 10
        while pool.taken > len(pool._idle):
            assert time.monotonic() < until
            time.sleep(0.002)


@pytest.fixture
def chain(front: Front, caplog: pytest.LogCaptureFixture) -> Iterator[Chain]:
    with _chained(front) as chain, caplog.at_level(logging.INFO):
        yield chain
    records = caplog.get_records("call")
    wrong = [record for record in records if record.exc_info or record.levelno > logging.WARNING]
    assert not wrong


@pytest.fixture
def keeping(front: Front) -> Iterator[Chain]:
    """With a page cache, which keeps what does not say otherwise."""
    files = {
        "edge.toml": '[geo]\ncountry = "CF-IPCountry"\n[page_cache]\ndefault_seconds = 60\nstale_if_error = 0\n'
    }
    with _chained(front, files) as chain:
        yield chain


@contextmanager
def _chained(front: Front, files: Mapping[str, str] | None = None) -> Iterator[Chain]:
    site = Site()
    with raw_origin(site) as raw:
        seconds = Timeouts(connect=10, first_byte=0.6, idle=0.6, keep=30)
        origin = Origin(Upstream(raw.url, slots=2, timeouts=seconds))
        with door(Forwarding(front(origin, files), Peers())) as url:
            yield Chain(url, site, origin)


def outcome(who: bytes, reply: Reply | None) -> str:
    """What the visitor got, in a word."""
    if reply is None or not reply.whole:
        return "cut"
    if reply.status != 200:
        return str(reply.status)
    return {
        page(who): "untouched",
        tailored(who): "tailored",
        tailored(who).decode().encode("cp1252"): "tailored in windows-1252",
        b"": "empty",
    }.get(reply.body, "something else")


def chunked(body: bytes, size: int = 50) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nTransfer-Encoding: chunked\r\n\r\n"


def lines(*headers: bytes, first: bytes = b"HTTP/1.1 200 OK") -> Callable[[bytes], bytes]:
    """An answer with the page, whose head says this beside its type."""
    return lambda who: b"\r\n".join([first, HTML, *headers, b"", page(who)])


def sized(*headers: bytes, first: bytes = b"HTTP/1.1 200 OK") -> Callable[[bytes], bytes]:
    """As `lines`, with the right length."""
    return lambda who: lines(b"Content-Length: %d" % len(page(who)), *headers, first=first)(who)


def in_chunks(framed: Callable[[bytes], bytes], *headers: bytes) -> Callable[[bytes], bytes]:
    top = b"\r\n".join([b"HTTP/1.1 200 OK", HTML, b"Transfer-Encoding: chunked", *headers, b"", b""])
    return lambda who: top + framed(page(who))


# Answers that then end with their connection

ENDING: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    # as it should be: so the others are judged by the same measure
    "all is well": (sized(), "tailored"),
    "chunks": (in_chunks(chunked), "tailored"),
    "until the end": (lines(), "tailored"),
    # lengths
    "a length that is too long": (lambda who: lines(b"Content-Length: %d" % (len(page(who)) + 1))(who), "cut"),
    "a length that is far too long": (lines(b"Content-Length: 99999999"), "cut"),
    "a length of many digits": (lines(b"Content-Length: " + b"9" * 40), "502"),
    "a length beyond 64 bits": (lines(b"Content-Length: 18446744073709551617"), "502"),
    "two lengths": (sized(b"Content-Length: 5"), "502"),
    "two lengths in a line": (lines(b"Content-Length: 5, 6"), "502"),
    "a negative length": (lines(b"Content-Length: -5"), "502"),
    "a length with a sign": (lines(b"Content-Length: +5"), "502"),
    "a length in hexadecimal": (lines(b"Content-Length: 0x10"), "502"),
    "a length with a blank in it": (lines(b"Content-Length: 1 0"), "502"),
    "a length that is none": (lines(b"Content-Length: many"), "502"),
    "an empty length": (lines(b"Content-Length:"), "502"),
    "a length and chunks": (in_chunks(chunked, b"Content-Length: 5"), "502"),
    "a length before chunks": (
        lambda who: lines(b"Content-Length: 5", b"Transfer-Encoding: chunked")(b"") + chunked(page(who)),
        "502",
    ),
    # chunks
    "no chunk size": (in_chunks(lambda body: b"\r\n" + body), "cut or 502"),
    "a size that is none": (in_chunks(lambda body: b"5\r\nhello\r\nxyz\r\n" + body), "cut or 502"),
    "a negative size": (in_chunks(lambda body: b"-5\r\n" + body), "cut or 502"),
    "a size with 0x": (in_chunks(lambda body: b"0x5\r\nhello\r\n0\r\n\r\n"), "cut or 502"),
    "a size beyond 64 bits": (in_chunks(lambda body: b"f" * 17 + b"\r\n" + body), "cut or 502"),
    "a size near 64 bits": (in_chunks(lambda body: b"f" * 16 + b"\r\n" + body), "cut or 502"),
    "a chunk longer than it says": (in_chunks(lambda body: b"5\r\nhello!\r\n0\r\n\r\n"), "cut or 502"),
    "a chunk shorter than it says": (in_chunks(lambda body: b"6\r\nhello\r\n0\r\n\r\n"), "cut or 502"),
    "half line ends": (in_chunks(lambda body: b"5\nhello\n0\n\n"), "cut or 502"),
    "no last chunk": (in_chunks(lambda body: chunked(body)[:-5]), "cut"),
    "no end of trailers": (in_chunks(lambda body: chunked(body)[:-2] + b"A: b\r\n"), "cut"),
    "a trailer that is none": (in_chunks(lambda body: chunked(body)[:-2] + b"oh\0no\r\n\r\n"), "cut"),
    "trailers that say a length": (in_chunks(lambda body: chunked(body)[:-2] + b"Content-Length: 1\r\n\r\n"),
    "cut"), "trailers that set a cookie": (
        in_chunks(lambda body: chunked(body)[:-2] + b"Set-Cookie: " + FORGED + b"\r\n\r\n"),
        "tailored",
    ),
    "another coding": (lines(b"Transfer-Encoding: gzip, chunked"), "502"),
    "chunks within chunks": (lines(b"Transfer-Encoding: chunked, chunked"), "502"),
    "a coding that is none": (lines(b"Transfer-Encoding: xchunked"), "502"),
    "no coding": (lines(b"Transfer-Encoding: identity"), "502"),
    "an empty coding": (lines(b"Transfer-Encoding:"), "502"),
    "a coding twice": (in_chunks(chunked, b"Transfer-Encoding: chunked"), "tailored"),
    "a blank in the coding": (lambda who: lines(b"Transfer-Encoding : chunked")(b"") + chunked(page(who)), "502"),
    # heads
    "no head": (page, "502"),
    "nothing": (lambda who: b"", "502"),
    "line ends": (lambda who: b"\r\n\r\n\r\n", "502"),
    "zeros": (lambda who: b"\0" * 1000, "502"),
    "another protocol": (lambda who: b"SSH-2.0-OpenSSH_9.2\r\n", "502"),
    "HTTP/2": (lambda who: b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18, "502"),
    "a TLS alert": (lambda who: b"\x15\x03\x01\0\x02\x02\x46", "502"),
    "a request": (lambda who: b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "502"),
    "a version that is none": (sized(first=b"HTTP/9.9 200 OK"), "502"),
    "a version of three": (sized(first=b"HTTP/1.1.1 200 OK"), "502"),
    "a small http": (sized(first=b"http/1.1 200 OK"), "502"),
    "HTTP/1.0": (lines(first=b"HTTP/1.0 200 OK"), "tailored"),
    "HTTP/1.0 with a length": (sized(first=b"HTTP/1.0 200 OK"), "tailored"),
    "HTTP/1.0 that stays": (sized(b"Connection: keep-alive", first=b"HTTP/1.0 200 OK"), "tailored"),
    "no reason": (sized(first=b"HTTP/1.1 200"), "tailored"),
    "an empty reason": (sized(first=b"HTTP/1.1 200 "), "tailored"),
    "a reason of odd bytes": (sized(first=b"HTTP/1.1 200 \xe9\xff\t!"), "tailored"),
    "status 1000": (sized(first=b"HTTP/1.1 1000 OK"), "502"),
    "status 99": (sized(first=b"HTTP/1.1 99 OK"), "502"),
    "status 0": (sized(first=b"HTTP/1.1 0 OK"), "502"),
    "status 000": (sized(first=b"HTTP/1.1 000 OK"), "502"),
    "status 20": (sized(first=b"HTTP/1.1 20 OK"), "502"),
    "status 2OO": (sized(first=b"HTTP/1.1 2OO OK"), "502"),
    "status -200": (sized(first=b"HTTP/1.1 -200 OK"), "502"),
    "status 600": (sized(first=b"HTTP/1.1 600 OK"), "502"),
    "status 999": (sized(first=b"HTTP/1.1 999 OK"), "502"),
    "no status": (sized(first=b"HTTP/1.1  OK"), "502"),
    "another protocol after all": (sized(b"Connection: upgrade", b"Upgrade: x", first=b"HTTP/1.1 101 OK"), "502"),
    "a hint with a body": (
        lambda who: b"HTTP/1.1 103 Hints\r\nContent-Length: 5\r\n\r\nhello" + sized()(who),
        "502",
    ),
    "hints first": (lambda who: b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" * 3 + sized()(who), "tailored"),
    "hints only": (lambda who: b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" * 3, "502"),
    "endless hints": (lambda who: b"HTTP/1.1 103 Hints\r\n\r\n" * 10_000 + sized()(who), "502"),
    "endless headers": (lambda who: b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000, "502"),
    "an endless header": (lambda who: b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, "502"),
    "an endless name": (lambda who: b"HTTP/1.1 200 OK\r\n" + b"a" * 100_000, "502"),
    "an endless reason": (lambda who: b"HTTP/1.1 200 " + b"a" * 100_000, "502"),
    "a folded header": (sized(b"A: b\r\n c"), "502"),
    "a folded length": (lines(b"Content-Length:\r\n 5"), "502"),
    "a zero in a value": (sized(b"A: b\0c"), "502"),
    "a control in a value": (sized(b"A: b\x01c"), "502"),
    "a carriage return in a value": (sized(b"A: b\rSet-Cookie: c"), "502"),
    "half a line end": (sized(b"A: b\nSet-Cookie: c"), "502"),
    "a blank before the colon": (sized(b"A : b"), "502"),
    "a blank before the name": (sized(b" A: b"), "502"),
    "a name that is none": (sized(b"A\xe9(): b"), "502"),
    "no name": (sized(b": b"), "502"),
    "no colon": (sized(b"A b"), "502"),
    "a value of odd bytes": (sized(b"A: \xe9\xff\t\"'"), "tailored"),
    # what is said of the page
    "a cookie without a name": (sized(b"Set-Cookie: =x", b"Set-Cookie:", b"Set-Cookie: ;"), "tailored"),
    "a long cookie": (sized(b"Set-Cookie: a=" + b"x" * 30_000), "tailored"),
    "many cookies": (sized(*[b"Set-Cookie: c%d=x; Path=/" % n for n in range(500)]), "tailored"),
    "a cookie of odd bytes": (sized(b"Set-Cookie: a=\xff\xfe; Domain=; Max-Age=x"), "tailored"),
    "two types": (sized(b"Content-Type: text/plain"), "tailored in windows-1252"),
    "an unknown charset": (
        lambda who: sized()(who).replace(b"charset=utf-8", b"charset=klingon"), "tailored in windows-1252"),
    "a charset with a zero": (lambda who: sized()(who).replace(b"charset=utf-8", b'charset="u\\tf'),
    "tailored in windows-1252"), "a charset that it is not": (lambda who: sized()(who).replace(b"charset=utf-8",
    b"charset=us-ascii"), "tailored in windows-1252"), "a charset that no one reads": (
        lambda who: sized()(who).replace(b"charset=utf-8", b"charset=iso-2022-jp"), "untouched"),
    "a type in capitals": (lambda who: sized()(who).replace(b"text/html", b"TEXT/HTML"), "tailored"),
    "no type": (lambda who: sized()(who).replace(HTML + b"\r\n", b""), "untouched"),
    "a coding that it is not": (sized(b"Content-Encoding: gzip"), "untouched"),
    "an unknown content coding": (sized(b"Content-Encoding: klingon"), "untouched"),
    "an empty content coding": (sized(b"Content-Encoding:"), "tailored"),
    "a tag that is none": (sized(b"ETag: x y", b"ETag: \xff"), "tailored"),
    "a part nobody asked for": (sized(b"Content-Range: bytes 0-9/10"), "untouched"),
    "a part of status 206": (sized(b"Content-Range: bytes 0-9/10", first=b"HTTP/1.1 206 Partial"), "206"),
    "connections that are named": (sized(b"Connection: close, content-length, content-type, x"), "untouched"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENDING)
def test_an_answer_that_ends_with_its_connection(chain: Chain, kind: str) -> None:
    answer, expected = ENDING[kind]

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(answer(who))
        talk.close()

    chain.site.wrong = wrong
    for _ in range(2):
        assert outcome(*chain.ask()) in expected.split(" or ")
    chain.is_well()


@pytest.mark.parametrize("kind", ENDING)
def test_no_wrong_answer_is_kept_for_the_next_visitor(keeping: Chain, kind: str) -> None:
    """Two ask for the same page, one from Germany, one not: what is kept is whole, and each gets their own."""
    answer, expected = ENDING[kind]
    asked = 0

    def wrong(talk: Talk, who: bytes) -> None:
        nonlocal asked
        asked += 1
        talk.send(answer(who))
        talk.close()

    keeping.site.wrong = wrong
    who = b"visitor-kept."
    got = []
    for country in (b"DE", b"US", b"DE"):
        with wired(keeping.url) as wire:
            wire.send(head(b"GET /wrong?" + who + b" HTTP/1.1", b"CF-IPCountry: " + country))
            got.append(outcome(who, reply_or_none(wire)))
    if expected.startswith("tailored"):
        assert got == [expected, "untouched", expected]
    else:
        assert set(got) <= set(expected.split(" or "))
    if set(got) & {"cut", "502"}:
        assert asked == 3
    if kind in ("all is well", "chunks", "hints first"):
        assert asked == 1
    keeping.is_well()


# Answers behind which the connection stays, and what comes behind them

SECOND = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nContent-Length: %d\r\n\r\n%b" % (len(FORGED), FORGED)
NOTHING_IN_IT = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nContent-Length: 100\r\n\r\n"

STAYING: dict[str, tuple[bytes, Callable[[bytes], bytes], str]] = {
    "a second answer": (b"GET", lambda who: sized()(who) + SECOND, "tailored"),
    "a second answer behind chunks": (b"GET", lambda who: in_chunks(chunked)(who) + SECOND, "tailored"),
    "half a second answer": (b"GET", lambda who: sized()(who) + SECOND[:30], "tailored"),
    "more than its length": (b"GET", lambda who: sized()(who) + FORGED, "tailored"),
    "a length that is too short": (b"GET", lambda who: sized()(who).replace(b"-Length: 1", b"-Length: "),
    "something else"), "a line end": (b"GET", lambda who: sized()(who) + b"\r\n", "tailored"),
    "a hint": (b"GET", lambda who: sized()(who) + b"HTTP/1.1 103 Hints\r\n\r\n", "tailored"),
    "204 with a body": (b"GET", lambda who: b"HTTP/1.1 204 None\r\nContent-Length: 9\r\n\r\n" + SECOND, "204"),
    "204 in chunks": (
        b"GET",
        lambda who: b"HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(FORGED),
        "204",
    ),
    "304 with a body": (b"GET", lambda who: b'HTTP/1.1 304 Not\r\nETag: "1"\r\nContent-Length: 9\r\n\r\n' + SECOND,
    "304"), "HEAD with a body": (b"HEAD", sized(), "empty"),
    "HEAD with chunks": (b"HEAD", in_chunks(chunked), "empty"),
    "HEAD with an answer as its body": (b"HEAD", lambda who: NOTHING_IN_IT + SECOND, "empty"),
    "HEAD with more than its length": (b"HEAD", lambda who: sized()(who) + SECOND, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("kind", STAYING)
def test_nothing_behind_an_answer_is_for_the_next_visitor(chain: Chain, kind: str, at_once: bool) -> None:
    method, answer, expected = STAYING[kind]

    def wrong(talk: Talk, who: bytes) -> None:
        whole = answer(who)
        end = whole.find(b"\r\n\r\n") + 4
        for piece in (whole,) if at_once else (whole[:end], whole[end:]):
            talk.send(piece)

    chain.site.wrong = wrong
    for _ in range(3):
        got = outcome(*chain.ask(method=method))
        # What comes late may meet the next request, which then has no answer: never another's.
        assert got in (expected, "502") if not at_once else got == expected
        who, reply = chain.ask(path=b"/fine")
        assert outcome(who, reply) in (("tailored",) if at_once else ("tailored", "502", "cut"))
    chain.is_well()


def test_what_has_come_unread_is_not_the_next_visitors(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    """While the server is busy with something else, a second answer may be waiting on the connection, unread, when
    the next visitor's request is about to be sent on it."""
    sent, came = threading.Event(), threading.Event()

    def answer(talk: Talk) -> None:
        while (asked := talk.head()) is not None:
            talk.send(ok(page(asked.split(b"?")[1].split(b" ")[0]), HTML))
            if b"/first" in asked:
                came.wait(10)
                talk.send(SECOND)
                sent.set()

    with raw_origin(answer) as site:
        behind = front(Origin(Upstream(site.url, timeouts=Timeouts(keep=30))))

        async def busy(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/second":
                came.set()
                assert sent.wait(10)  # on the loop, so that nothing else is read meanwhile
            await behind(scope, receive, send)

        with door(busy) as url, wired(url) as wire:
            for path, who in ((b"/first", b"visitor-a."), (b"/second", b"visitor-b.")):
                wire.send(head(b"GET %b?%b HTTP/1.1" % (path, who), b"CF-IPCountry: DE"))
                reply = wire.reply()
                assert (reply.status, reply.body) == (200, tailored(who))
    assert site.connections == 2


# Cut, at every point

WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "length": sized(b'ETag: "1"'),
    "chunks": lambda who: b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + in_chunks(chunked)(who)[:-2] + b"A: b\r\n\r\n",
}


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("kind", WHOLE)
def test_an_answer_that_is_cut_anywhere(chain: Chain, kind: str, reset: bool) -> None:
    """In the line of its status, in a header, in its body, a chunk, a trailer."""
    at = 0

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(WHOLE[kind](who)[:at])
        if reset:
            talk.reset()
        else:
            talk.close()

    chain.site.wrong = wrong
    for at in range(0, len(WHOLE[kind](b"visitor-1000.")) - 3, 11 if reset else 3):
        assert outcome(*chain.ask()) in ("502", "cut"), at
    chain.is_well()


@pytest.mark.soak
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
@pytest.mark.parametrize("kind", ENDING)
def test_any_answer_cut_anywhere(chain: Chain, kind: str, method: bytes) -> None:
    """Nothing is demanded of what has come whole; all the rest is."""
    cuts: list[int] = []

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(ENDING[kind][0](who)[: cuts[-1]])
        talk.close()

    chain.site.wrong = wrong
    for at in range(min(800, len(ENDING[kind][0](b"visitor-1000.")))):
        cuts.append(at)
        chain.ask(method=method)
    chain.is_well()


# Slow, in each phase

SLOW: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no answer": (lambda who: b"", "504"),
    "half a status line": (lambda who: b"HTTP/1.1 20", "504"),
    "half a head": (lambda who: sized()(who)[:40], "504"),
    "only hints": (lambda who: b"HTTP/1.1 103 Hints\r\n\r\n", "504"),
    "a head": (lambda who: sized()(who).partition(b"<!doctype")[0], "cut"),
    "half a page": (lambda who: sized()(who)[:-50], "cut"),
    "half a page in chunks": (lambda who: in_chunks(chunked)(who)[:-50], "cut"),
    "half a slot": (lambda who: in_chunks(chunked)(who).partition(b"everyone")[0], "cut"),
    "half a size": (lambda who: CHUNKED + b"5\r\nhello\r\n5", "cut"),
    "no last chunk": (lambda who: in_chunks(chunked)(who)[:-5], "cut"),
    "half a trailer": (lambda who: in_chunks(chunked)(who)[:-2] + b"A: ", "cut"),
    "no end of the connection": (lines(), "cut"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_an_answer_that_stops(chain: Chain, kind: str) -> None:
    answer, expected = SLOW[kind]

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(answer(who))
        talk.head()  # until the other side gives up

    chain.site.wrong = wrong
    assert outcome(*chain.ask()) == expected
    chain.is_well()


TRICKLED: dict[str, tuple[Callable[[bytes], bytes], bytes, str]] = {
    "headers": (lambda who: b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", "504"),
    "hints": (lambda who: b"", b"HTTP/1.1 103 Hints\r\n\r\n", "504"),
    "an extension": (lambda who: CHUNKED + b"5;", b"x", "cut"),
    "trailers": (lambda who: CHUNKED + b"5\r\nhello\r\n0\r\n", b"A: b\r\n", "cut"),
    "a size": (lambda who: CHUNKED, b"0", "cut"),
}


@pytest.mark.parametrize("kind", TRICKLED)
def test_an_answer_that_trickles_without_end(chain: Chain, kind: str) -> None:
    """What is no part of a page is not waited for any longer because more of it keeps coming."""
    answer, drop, expected = TRICKLED[kind]
    given_up = threading.Event()

    def wrong(talk: Talk, who: bytes) -> None:
        try:
            talk.send(answer(who))
            while not given_up.wait(0.02):
                talk.send(drop)
        except OSError:
            given_up.set()
            raise

    chain.site.wrong = wrong
    assert outcome(*chain.ask()) == expected
    assert given_up.wait(10)
    chain.is_well()


def test_a_page_may_trickle(chain: Chain) -> None:
    def wrong(talk: Talk, who: bytes) -> None:
        whole = in_chunks(chunked)(who)
        for start in range(0, len(whole), 20):
            time.sleep(0.02)  # in all longer than a silence may last
            talk.send(whole[start : start + 20])

    chain.site.wrong = wrong
    assert outcome(*chain.ask()) == "tailored"
    chain.is_well()


def test_a_site_that_takes_no_connections(front: Front) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        fillers = [_connecting(full.getsockname()) for _ in range(4)]
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        origin = Origin(Upstream(url, slots=2, timeouts=Timeouts(connect=0.2)))
        with door(Forwarding(front(origin), Peers())) as gate, wired(gate) as wire:
            wire.send(head(b"GET / HTTP/1.1", b"CF-IPCountry: DE"))
            assert wire.reply().status == 504
        assert origin._sites[0].transport.pool.taken == 0
        for filler in fillers:
            filler.close()


def _connecting(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket()
    filler.setblocking(False)
    filler.connect_ex(address)
    return filler


# Answers before their requests


@pytest.mark.parametrize("more", [b"", SECOND], ids=["alone", "with another"])
@pytest.mark.parametrize("stays", [True, False])
def test_an_answer_before_its_request_is_whole(chain: Chain, stays: bool, more: bytes) -> None:
    who = b"visitor-early."

    def wrong(talk: Talk, _: bytes) -> None:
        talk.send(sized()(who) + more)
        if stays:
            talk.file.read()  # until the other side has closed: nobody can say where the next request would begin
        else:
            talk.close()

    chain.site.wrong = wrong
    for _ in range(3):
        with wired(chain.url) as wire:
            wire.send(head(b"POST /wrong?x HTTP/1.1", b"Content-Length: 1000000") + b"x" * 1000)
            reply = wire.reply()
            assert (reply.status, reply.body) == (200, page(who))
    chain.is_well()


# Bombs


def bomb(size: int) -> bytes:
    """A page with a slot and very many zeros, gzipped."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1024 * 1024)
    pieces = [squeeze.compress(PAGE), *(squeeze.compress(zeros) for _ in range(size // len(zeros)))]
    return b"".join([*pieces, squeeze.flush()])


def test_a_page_that_is_a_bomb_passes_as_it_is(chain: Chain) -> None:
    zipped = bomb(80 * 1024 * 1024)

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(ok(zipped, HTML, b"Content-Encoding: gzip"))

    chain.site.wrong = wrong
    before = memory()
    _, reply = chain.ask(b"Accept-Encoding: gzip")
    assert reply is not None
    assert (reply.status, reply.body, reply.header(b"content-encoding")) == (200, zipped, b"gzip")
    assert memory() - before < 60 * 1024 * 1024
    chain.is_well()


@pytest.mark.parametrize("coding", [b"gzip", b"identity"])
def test_a_streamed_bomb_passes_in_little_memory_and_keeps_nobody_waiting(chain: Chain, coding: bytes) -> None:
    size = 80 * 1024 * 1024
    zipped = bomb(size)
    began, over = threading.Event(), threading.Event()
    waited: list[bool] = []
    chain.site.wrong = streamed(zipped, began)

    def somebody_else() -> None:
        began.wait(10)
        who, reply = chain.ask(path=b"/fine")
        waited.append(over.is_set())
        assert outcome(who, reply) == "tailored"

    before = memory()
    other = threading.Thread(target=somebody_else)
    other.start()
    with wired(chain.url) as wire:
        wire.send(head(b"GET /wrong?x HTTP/1.1", b"CF-IPCountry: DE", b"Accept-Encoding: " + coding))
        reply = wire.head()
        began.set()
        opened = zlib.decompressobj(31)
        made = 0
        while chunk := wire.chunk():
            made += len(opened.decompress(chunk)) if coding == b"gzip" else len(chunk)
        over.set()
    other.join(20)
    assert reply.header(b"content-encoding") == (b"gzip" if coding == b"gzip" else None)
    assert made == size + len(PAGE.replace(DEFAULT, TAILORED))
    assert waited == [False]
    assert memory() - before < 60 * 1024 * 1024
    chain.is_well()


def streamed(zipped: bytes, began: threading.Event) -> Wrong:
    """A gzipped page that comes in pieces: the second, once somebody has seen that it began."""

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n"))
        talk.send(chunked(zipped[:30]).removesuffix(b"0\r\n\r\n"))
        assert began.wait(10)
        talk.send(chunked(zipped[30:], 60_000))

    return wrong


def memory() -> int:
    """The most bytes that this process has had since the last time."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


ZIPPED = gzip.compress(PAGE + random.Random(5).randbytes(5000), mtime=0)
DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda zipped: zipped[:-20],
    "without its end": lambda zipped: zipped[:-8],
    "with a wrong sum": lambda zipped: zipped[:-8] + b"\0\0\0\0" + zipped[-4:],
    "garbled": lambda zipped: zipped[:40] + b"\xff" * 20 + zipped[60:],
    "none": lambda zipped: b"\x1f\x8b" + b"no gzip at all",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_page_whose_gzip_is_damaged_passes_as_it_is(chain: Chain, kind: str) -> None:
    zipped = DAMAGED[kind](ZIPPED)
    chain.site.wrong = lambda talk, who: talk.send(ok(zipped, HTML, b"Content-Encoding: gzip"))
    _, reply = chain.ask(b"Accept-Encoding: gzip")
    assert reply is not None
    assert (reply.whole, reply.body) == (True, zipped)
    chain.is_well()


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_streamed_page_whose_gzip_is_damaged_is_cut(chain: Chain, kind: str) -> None:
    """What was good of it has left, in a stream of ours."""
    began = threading.Event()
    chain.site.wrong = streamed(DAMAGED[kind](ZIPPED), began)
    with wired(chain.url) as wire:
        wire.send(head(b"GET /wrong?x HTTP/1.1", b"CF-IPCountry: DE", b"Accept-Encoding: gzip"))
        wire.head()
        began.set()
        while chunk := wire.chunk():
            pass
        assert chunk is None
    chain.is_well()


# Many at once


def test_good_and_bad_answers_at_once(chain: Chain) -> None:
    """Each visitor gets what was meant for them, whatever happens on the connections beside theirs."""
    kinds = [kind for kind in ENDING if "endless" not in kind]
    wrongs: dict[bytes, str] = {}

    def wrong(talk: Talk, who: bytes) -> None:
        talk.send(ENDING[wrongs[who]][0](who))
        talk.close()

    def ask(kind: str) -> None:
        who = b"visitor-%d." % next(_numbers)
        wrongs[who] = kind
        with wired(chain.url) as wire:
            wire.send(head(b"GET /wrong?%b HTTP/1.1" % who, b"CF-IPCountry: DE"))
            assert outcome(who, reply_or_none(wire)) in ENDING[kind][1].split(" or "), kind

    def fine(_: int) -> None:
        assert outcome(*chain.ask(path=b"/fine")) == "tailored"

    chain.site.wrong = wrong
    with ThreadPoolExecutor(6) as pool:
        bad = pool.map(ask, kinds)
        good = pool.map(fine, range(len(kinds)))
        assert len(list(bad)) == len(list(good)) == len(kinds)
    chain.is_well()
