"""A page that is complete in one message: plan → decisions → splice."""

from __future__ import annotations

from dataclasses import dataclass

from edge.html import encode, page_charset, parse_plan, splice
from edge.page.answers import Answer
from edge.page.coding import Gzip, gunzip
from edge.page.fallback import fills, key_of
from edge.page.plans import Kept
from edge.page.reasons import Passed
from edge.page.request import PageRequest
from edge.page.response import PageResponse
from edge.page.setup import Setup
from edge.page.showing import Showing, tell
from edge.page.validators import composite, digest
from edge.page.visit import Visit

__all__ = ["Tailored", "tailor_whole"]


@dataclass(frozen=True, slots=True)
class Tailored:
    """A body that may depend on the visitor. `gzip` tells how it is coded, where it came coded."""

    body: bytes
    gzip: bool
    etag: bytes | None


async def tailor_whole(
    setup: Setup, visit: Visit, request: PageRequest, page: PageResponse, body: bytes
) -> Tailored | Passed:
    """The body made for the visitor, or the reason why it passes with the origin's own headers."""
    if page.length is not None and page.length != len(body):
        return "length"
    opened = gunzip(body) if page.gzip else body
    if opened is None:
        return "gzip"
    kept = _plan(setup, visit.path, page.content_type, opened)
    if kept is None:
        return "charset"
    names = kept.names
    if not names and visit.preview is None and not visit.was_read:
        return "no slots"
    if not names:
        visit.count("passed", "no slots")
    if visit.must_wait(names):
        await visit.ready()
    if visit.preview is None:
        answer, made = _answer(setup, visit, kept)
    else:
        showing = Showing(setup, visit)
        answer, made = _decided(setup, showing, kept)
        made += encode(showing.bar(), kept.codec)
    etag = None
    if page.etag is not None and visit.preview is None and not visit.was_read:
        etag = composite(page.etag, _digest(setup, answer))
    if page.gzip and request.gzip:
        return Tailored(body if made == opened else Gzip().close(made), True, etag)
    return Tailored(made, False, etag)


def _plan(setup: Setup, path: str, content_type: str, body: bytes) -> Kept | None:
    kept = setup.plans.find(path, body, content_type)
    if kept is None:
        codec = page_charset(content_type, body[:1024])
        if codec is None:
            return None
        kept = Kept(parse_plan(body, setup.slots, codec), content_type, codec)
        setup.plans.keep(path, kept)
    return kept


def _answer(setup: Setup, visit: Visit, kept: Kept) -> tuple[Answer, bytes]:
    """What the slots show, with the page that does: as it was decided for somebody of whom the same is known."""
    answers, key = setup.answers, key_of(setup, visit, kept)
    answer = None if key is None else answers.find(key, visit.clock)
    if answer is not None:
        tell(setup, visit, answer.decisions, answer.cell)
        return answer, answers.body(answer, kept)
    answer, made = _decided(setup, Showing(setup, visit), kept)
    if key is not None and answer.lasts:
        answers.keep(key, answer, kept, visit.clock)
    return answer, made


def _decided(setup: Setup, showing: Showing, kept: Kept) -> tuple[Answer, bytes]:
    shown = {
        name: fill for name, fill in fills(setup, showing, kept.names, kept.codec).items() if fill is not None
    }
    spliced = splice(kept.plan, shown)
    return Answer(showing.decisions, shown, showing.settle(spliced.shown)), spliced.body


def _digest(setup: Setup, answer: Answer) -> bytes:
    if answer.digest is None:
        answer.digest = digest(answer.fills, setup.key)
    return answer.digest
