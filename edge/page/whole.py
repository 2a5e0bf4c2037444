"""A page that is complete in one message: plan → decisions → splice."""

from __future__ import annotations

from dataclasses import dataclass

from edge.html import encode, page_charset, parse_plan, splice
from edge.page.answer import Answer
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
    kept = _plan(setup, visit.path, page, body)
    if isinstance(kept, str):
        return kept
    names = kept.names
    if not names and visit.preview is None and not visit.was_read:
        return "no slots"
    if not names:
        visit.count("passed", "no slots")
    if visit.must_wait(names):
        await visit.ready()
    coded = page.gzip and request.gzip
    if visit.preview is not None:
        return Tailored(_previewed(setup, Showing(setup, visit), kept, coded), coded, None)
    answer = _answer(setup, visit, kept)
    etag = None
    if page.etag is not None and not visit.was_read:
        etag = composite(page.etag, _digest(setup, answer))
    if not answer.fills:
        return Tailored(body if coded else kept.plan.body, coded, etag)
    made = setup.answers.pages.gzip(answer, kept) if coded else setup.answers.pages.body(answer, kept)
    return Tailored(made, coded, etag)


def _plan(setup: Setup, path: str, page: PageResponse, body: bytes) -> Kept | Passed:
    """The plan of a page, kept or made now; or the reason why there can be none."""
    plans, content_type = setup.plans, page.content_type
    kept = plans.find_coded(path, body, content_type) if page.gzip else plans.find(path, body, content_type)
    if kept is not None:
        return kept
    opened = gunzip(body) if page.gzip else body
    if opened is None:
        return "gzip"
    codec = page_charset(content_type, opened[:1024])
    if codec is None:
        return "charset"
    same = plans.find(path, opened, content_type) if page.gzip else None
    plan = parse_plan(opened, setup.slots, codec) if same is None else same.plan
    kept = Kept(plan, content_type, codec, body if page.gzip else None)
    plans.keep(path, kept)
    return kept


def _answer(setup: Setup, visit: Visit, kept: Kept) -> Answer:
    """What the slots show, as it was decided for somebody of whom the same is known, or now."""
    answers, key = setup.answers, key_of(setup, visit, kept)
    answer = None if key is None else answers.find(key, visit.clock)
    if answer is not None:
        tell(setup, visit, answer.decisions, answer.cell)
        return answer
    answer = _decided(setup, Showing(setup, visit), kept)
    if key is not None and answer.lasts:
        answers.keep(key, answer, kept, visit.clock)
    return answer


def _decided(setup: Setup, showing: Showing, kept: Kept) -> Answer:
    shown = {
        name: fill for name, fill in fills(setup, showing, kept.names, kept.codec).items() if fill is not None
    }
    spliced = splice(kept.plan, shown)
    return Answer(showing.decisions, shown, showing.settle(spliced.shown), spliced if shown else None)


def _previewed(setup: Setup, showing: Showing, kept: Kept, coded: bool) -> bytes:
    """The page with the preview's bar at its end."""
    answer = _decided(setup, showing, kept)
    made = setup.answers.pages.body(answer, kept) + encode(showing.bar(), kept.codec)
    return Gzip().close(made) if coded else made


def _digest(setup: Setup, answer: Answer) -> bytes:
    if answer.digest is None:
        answer.digest = digest(answer.fills, setup.key)
    return answer.digest
