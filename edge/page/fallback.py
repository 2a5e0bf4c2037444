"""What a page goes on with where something of ours has failed: as little is lost as can be."""

from __future__ import annotations

from collections.abc import Iterable

from edge.html import Fill
from edge.page.faults import report, tally
from edge.page.headers import UNKEPT, private
from edge.page.setup import Setup
from edge.page.showing import Showing
from edge.page.visit import Visit
from edge.types import Headers

__all__ = ["cookies", "failed", "fills", "untailored"]


def failed(setup: Setup, visit: Visit, error: Exception) -> None:
    """The page, or the rest of it, shows its defaults because of this."""
    report(setup, error)
    tally(setup, visit, "defaulted", "failed")


def fills(setup: Setup, showing: Showing, slots: Iterable[str], codec: str) -> dict[str, Fill | None]:
    """What goes into these slots, None for the default content: that of one which fails, too."""
    showing.begin()
    found = {slot: _fill(setup, showing, slot, codec) for slot in slots}
    showing.end()
    return found


def _fill(setup: Setup, showing: Showing, slot: str, codec: str) -> Fill | None:
    try:
        return showing.fill(slot, codec)
    except Exception as error:  # noqa: BLE001  the others are tailored
        showing.fail(slot)
        report(setup, error)
        return None


def cookies(setup: Setup, visit: Visit) -> Headers:
    """The visitor's cookie, or none: the page is theirs all the same."""
    try:
        return visit.cookie_headers()
    except Exception as error:  # noqa: BLE001
        failed(setup, visit, error)
        return []


def untailored(setup: Setup, headers: Iterable[tuple[bytes, bytes]], *more: tuple[bytes, bytes]) -> Headers:
    """The headers of a page that shows its defaults."""
    try:
        return [*private(headers), *more]
    except Exception as error:  # noqa: BLE001  the body leaves as it came, so the origin's headers are true of it
        report(setup, error)
        return [*headers, UNKEPT]
