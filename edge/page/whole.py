"""A page that is complete in one message: plan → decisions → splice."""

from __future__ import annotations

from edge.html import Family, Plan, encode, find_family, page_charset, parse_plan, splice
from edge.page.answer import Answer
from edge.page.coding import Gzip, gunzip
from edge.page.fallback import fills
from edge.page.plans import Kept
from edge.page.previewing import Previewing
from edge.page.reasons import Passed
from edge.page.recalling import recall, remember
from edge.page.response import PageResponse
from edge.page.setup import Setup
from edge.page.showing import Showing, tell
from edge.page.validators import composite, digest
from edge.page.visit import Visit

__all__ = ["find_plan", "tailor_whole"]


def tailor_whole(
    setup: Setup, visit: Visit, page: PageResponse, kept: Kept, body: bytes, *, coded: bool
) -> tuple[bytes, bytes | None]:
    """The body made for the visitor, who is ready, and its validator, if any. `coded` tells whether it is to leave
    gzipped."""
    if visit.preview is not None:
        return _previewed(setup, Previewing(setup, visit), kept, coded), None
    answer = _answer(setup, visit, kept)
    etag = None
    if page.etag is not None and not visit.was_read:
        etag = composite(page.etag, _digest(setup, answer))
    if not answer.fills and (page.gzip or not coded):
        return body if coded else kept.plan.body, etag
    pages = setup.answers.pages
    return pages.gzip(answer, kept) if coded else pages.body(answer, kept), etag


def find_plan(setup: Setup, visit: Visit, page: PageResponse, body: bytes) -> Kept | Passed:
    """The plan of a page, kept or made now; or the reason why it passes with the origin's own headers."""
    if page.length is not None and page.length != len(body):
        return "length"
    find = setup.plans.find_coded if page.gzip else setup.plans.find
    kept = find(visit.path, body, page.content_type) or _made_plan(setup, visit.path, page, body)
    if isinstance(kept, str) or kept.names:
        return kept
    if visit.preview is None and not visit.was_read:
        return "no slots"
    visit.count("passed", "no slots")
    return kept


def _made_plan(setup: Setup, path: str, page: PageResponse, body: bytes) -> Kept | Passed:
    plans, content_type = setup.plans, page.content_type
    opened = gunzip(body) if page.gzip else body
    if opened is None:
        return "gzip"
    codec = page_charset(content_type, opened[:1024])
    if codec is None:
        return "charset"
    same = plans.find(path, opened, content_type) if page.gzip else None
    if same is not None and same.fleeting:
        return same
    plan = parse_plan(opened, setup.slots, codec) if same is None else same.plan
    family, tries = _family(setup, path, plan, content_type, codec)
    kept = Kept(plan, content_type, codec, body if page.gzip else None, family, tries)
    plans.keep(path, kept)
    return kept


def _family(setup: Setup, path: str, plan: Plan, content_type: str, codec: str) -> tuple[Family | None, int]:
    """The family that the page is found to be of, now that there are two of them; and how many were of none."""
    for rival in setup.plans.rivals(path, plan.body, content_type, codec):
        family = find_family(plan, rival.plan, setup.slots, codec)
        if family is not None:
            return family, 0
    return None, setup.plans.tries(path) + 1


def _answer(setup: Setup, visit: Visit, kept: Kept) -> Answer:
    """What the slots show, as it was decided for somebody of whom the same is known, or now."""
    key, answer = recall(setup, visit, kept.names, kept.number)
    if answer is not None:
        tell(setup, visit, answer.decisions, answer.cell)
        return answer
    answer = _decided(setup, Showing(setup, visit), kept)
    remember(setup, visit, kept.names, key, answer)
    return answer


def _decided(setup: Setup, showing: Showing, kept: Kept) -> Answer:
    shown = {
        name: fill for name, fill in fills(setup, showing, kept.names, kept.codec).items() if fill is not None
    }
    spliced = splice(kept.plan, shown)
    lasting = spliced if shown and not kept.fleeting else None
    return Answer(showing.decisions, shown, showing.settle(spliced.shown), spliced.inside, lasting)


def _previewed(setup: Setup, showing: Previewing, kept: Kept, coded: bool) -> bytes:
    """The page with the preview's bar at its end."""
    answer = _decided(setup, showing, kept)
    made = setup.answers.pages.body(answer, kept) + encode(showing.bar(), kept.codec)
    return Gzip().close(made) if coded else made


def _digest(setup: Setup, answer: Answer) -> bytes:
    if answer.digest is None:
        answer.digest = digest(answer.fills, setup.key)
    return answer.digest
