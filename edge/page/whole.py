"""A page that is complete in one message: plan → decisions → splice."""

from __future__ import annotations

from dataclasses import dataclass

from edge.html import encode, page_charset, parse_plan, splice
from edge.page.coding import Gzip, gunzip
from edge.page.fallback import fills
from edge.page.plans import Kept
from edge.page.reasons import Passed
from edge.page.request import PageRequest
from edge.page.response import PageResponse
from edge.page.setup import Setup
from edge.page.showing import Showing
from edge.page.validators import composite, digest

__all__ = ["Tailored", "tailor_whole"]


@dataclass(frozen=True, slots=True)
class Tailored:
    """A body that may depend on the visitor. `gzip` tells how it is coded, where it came coded."""

    body: bytes
    gzip: bool
    etag: bytes | None


async def tailor_whole(
    setup: Setup, showing: Showing, request: PageRequest, page: PageResponse, body: bytes
) -> Tailored | Passed:
    """The body made for the visitor, or the reason why it passes with the origin's own headers."""
    visit = showing.visit
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
    await visit.ready(names)
    shown = {name: fill for name, fill in fills(setup, showing, names, kept.codec).items() if fill is not None}
    spliced = splice(kept.plan, shown)
    showing.settle(spliced.shown)
    made = spliced.body + encode(showing.bar(), kept.codec)
    etag = None
    if page.etag is not None and visit.preview is None and not visit.was_read:
        etag = composite(page.etag, digest(shown, setup.key))
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
