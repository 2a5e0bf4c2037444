"""Slot markup that the origin reflects gains, at most, a second copy of a block that its visitor gets anyway:
never another slot, never another visitor's block, and nothing of the page is lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, quote
from zlib import crc32

import pytest

from edge import EdgeMiddleware
from edge.types import Receive, Scope, Send
from tests.page.raw import Answer, exchange, scope_of
from tests.page.sites import GERMAN, Front
from tests.security.reflections import MARKUPS, REAL, WAYS, page, typed
from tests.security.shape import nodes_of, parsed

BLOCK = "NEW"  # no tags: what they do in a drawing or a menu is another matter
TAILORED = REAL.replace("<h1>Sound for everyone</h1>", BLOCK).encode()
_REAL = re.compile(rb'(?s)<section data-edge-slot="hero">(?:(?!<section).)*?<h1>Sound for everyone</h1></section>')
SITE = {
    "experiences.toml": '[h]\nslot = "hero"\nfor = "german"\nshow = "new"',
    "slots.toml": '[hero]\nselect = "#main-hero"',
    "blocks/new.html": BLOCK,
}
PLACES = ("behind", "before", "within")


async def origin(scope: Scope, receive: Receive, send: Send) -> None:
    """Shows what it is asked to, as it is asked to; in pieces cut at `cut`."""
    asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    body = page(asked.get("way", "escaped"), asked.get("q", ""), asked.get("where", "behind"))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", typed("utf-8"))]})
    for piece, more in _pieces(body, [int(at) for at in asked.get("cut", "").split(",") if at]):
        await send({"type": "http.response.body", "body": piece, "more_body": more})


def _pieces(body: bytes, cuts: list[int]) -> Iterator[tuple[bytes, bool]]:
    bounds = [0, *sorted(cuts), len(body)]
    for number, (start, end) in enumerate(pairwise(bounds), 2):
        yield body[start:end], number < len(bounds)


async def shown(
    edge: Any, way: str, said: str, where: str, german: bool = True, cuts: Iterable[int] = ()
) -> bytes:
    asked = {"way": way, "q": said, "where": where, "cut": ",".join(map(str, cuts))}
    path = "/search?" + "&".join(f"{name}={quote(value.encode())}" for name, value in asked.items() if value)
    answer = Answer()
    await exchange(edge, scope_of(path, [GERMAN] if german else []), answer)
    return answer.body


def slots_in(body: bytes) -> int:
    """How many elements and pairs of comments look like the slot, to a parser that has nothing of ours."""
    nodes = [node for _, node in nodes_of(parsed(body, encoding="utf-8"))]
    attributes = [node.attrs or {} for node in nodes if not node.name.startswith(("#", "!"))]
    pairs = [
        node for node in nodes if node.name == "#comment" and (node.data or "").split() == ["edge:slot", "hero"]
    ]
    named = [one for one in attributes if one.get("data-edge-slot") == "hero" or one.get("id") == "main-hero"]
    return len(named) + len(pairs)


def outside(body: bytes) -> list[object]:
    """The page but for what stands in slots: each with its depth and text."""
    return list(_outside(parsed(body, encoding="utf-8"), 0))


def _outside(node: Any, depth: int) -> Iterator[object]:
    within = 0
    text = ""
    for child in node.children or ():
        if child.name == "#text":
            text += "" if within else child.data.replace(BLOCK, "").replace("x", "")  # the slots' own contents
            continue
        words = (child.data or "").split() if child.name == "#comment" else []
        if words == ["/edge:slot"]:
            within = max(0, within - 1)
        if within == 0:
            attributes = dict(getattr(child, "attrs", None) or {})
            data = child.data if child.name == "#comment" else None
            yield depth, text, child.name, tuple(attributes.items()), data
            text = ""
            if attributes.get("data-edge-slot") != "hero" and attributes.get("id") != "main-hero":
                yield from _outside(child, depth + 1)
        if words[:1] == ["edge:slot"]:
            within += 1
    yield depth, text


def _check(body: bytes, out: bytes, where: str) -> str:
    """What is wrong with a tailored page, if anything."""
    if out in (body, _REAL.sub(TAILORED, body)):
        return ""
    slots = slots_in(body)
    if slots == 1 and where == "behind":
        return "it changes without a slot"
    if out.count(BLOCK.encode()) > slots:
        return "more blocks than slots"
    return "" if outside(out) == outside(body) else "something outside of the slots changed"


CASES = [(way, said, where) for way in WAYS for said in MARKUPS for where in PLACES]
SAMPLE = [case for number, case in enumerate(CASES) if number % 4 == 0 or case[1:] == (MARKUPS[0], "behind")]


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(origin, SITE)


def _try(edge: EdgeMiddleware, cases: Iterable[tuple[str, str, str]]) -> list[str]:
    async def run() -> list[str]:
        found = []
        for way, said, where in cases:
            body = page(way, said, where)
            out = await shown(edge, way, said, where)
            cut = crc32(body) % len(body)
            why = _check(body, out, where)
            if await shown(edge, way, said, where, cuts=[cut, min(cut + 1, len(body))]) != out:
                why = why or f"it differs when cut at {cut}"
            if await shown(edge, way, said, where, german=False) != body:
                why = why or "another visitor's block"
            found += [f"{way} {where}: {said!r}: {why}: {out!r}"] if why else []
        return found

    return asyncio.run(run())


def test_reflected_markup_gains_at_most_a_second_copy(edge: EdgeMiddleware) -> None:
    assert {way for way, _, _ in SAMPLE} == set(WAYS)
    assert {said for _, said, _ in SAMPLE} == set(MARKUPS)
    found = _try(edge, SAMPLE)
    assert not found, (len(found), found[:8])


@pytest.mark.soak
def test_in_no_way_and_place(edge: EdgeMiddleware) -> None:
    found = _try(edge, CASES)
    print(f"{len(CASES):,} pages: {len(WAYS)} ways × {len(MARKUPS)} texts × {len(PLACES)} places")
    assert not found, (len(found), found[:8])


def test_the_origins_own_slot_is_tailored_all_the_same(edge: EdgeMiddleware) -> None:
    """Or the tests above would hold of a product that does nothing."""

    async def run() -> list[str]:
        return [way for way in WAYS if TAILORED not in await shown(edge, way, MARKUPS[0], "behind")]

    assert asyncio.run(run()) == []


def test_times_stops_the_second_copy_too(front: Front) -> None:
    """It counts from the top of the page: what is reflected above the slot takes its place, and no more."""
    edge = front(origin, {**SITE, "slots.toml": "[hero]\ntimes = 1"})

    async def run() -> list[str]:
        found = []
        for said in MARKUPS:
            body = page("raw in a block", said, "behind")
            out = await shown(edge, "raw in a block", said, "behind")
            above = await shown(edge, "raw in a block", said, "before")
            if out != _REAL.sub(TAILORED, body) or above.count(BLOCK.encode()) > 1:
                found.append(said)
        return found

    assert asyncio.run(run()) == []


def test_an_element_that_is_never_closed_ends_with_what_it_stands_in(edge: EdgeMiddleware) -> None:
    """Whoever can have tags reflected that are left open decides how browsers read the rest, Edge or not. What the
    element takes in is what browsers say it holds, and never more."""
    body = page("raw in a block", "<div data-edge-slot=hero>", "behind")
    out = asyncio.run(shown(edge, "raw in a block", "<div data-edge-slot=hero>", "behind"))
    assert body.count(b"Keep this.") == out.count(b"Keep this.") == 1
    assert out == body.replace(REAL.encode(), TAILORED).replace(b"hero></div>", b"hero>NEW</div>")


CHARSETS = ("shift_jis", "euc-jp", "gbk", "gb18030", "big5", "euc-kr", "windows-1252", "koi8-r", "utf-8")


@pytest.mark.parametrize("charset", CHARSETS)
def test_no_byte_of_another_charset_swallows_a_quote_for_edge_and_not_for_browsers(
    front: Front, charset: str
) -> None:
    """The first byte of two, before a quote or a `<`: browsers take the sign for itself, and so does Edge."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", typed(charset))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bodies[int(scope["path"][1:])]})

    slot = b"<div data-edge-slot=hero>x</div>"
    leads = [bytes((lead,)) for lead in range(0x80, 0x100)]
    bodies = [b'<input value="%b"><p>%b</p>%b<b title="%b">' % (lead, lead, slot, lead) for lead in leads]
    bodies += [b'<input value="%b">%b"><p>%b' % (lead, slot, lead) for lead in leads]
    edge = front(app, SITE)

    async def run() -> list[bytes]:
        answers = [Answer() for _ in bodies]
        for number, answer in enumerate(answers):
            await exchange(edge, scope_of(f"/{number}", [GERMAN]), answer)
        return [answer.body for answer in answers]

    for body, out in zip(bodies, asyncio.run(run()), strict=True):
        nodes = (node for _, node in nodes_of(parsed(body.decode(charset, "replace"))))
        slots = sum((getattr(node, "attrs", None) or {}).get("data-edge-slot") == "hero" for node in nodes)
        assert out.count(BLOCK.encode()) == slots == 1
