"""What a browser says of a page: npm's axe-core on accessibility, and what moved while it loaded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.npm import installed

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["WATCH_SHIFTS", "bring_axe", "shifts", "violations"]

# To run before a page: what moves without anybody having done anything, as web.dev/cls counts it.
WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver(list => {
    for (const e of list.getEntries()) if (!e.hadRecentInput)
      window.shifts.push([e.value, e.sources.map(s => (s.node?.data ?? s.node?.outerHTML)?.slice(0, 80)).join()]);
  }).observe({ type: 'layout-shift', buffered: true });
"""


_STILL = 0.002
"""A fiftieth of what web.dev calls good: less than a pixel of a line of text, as a late typeface may take."""


def shifts(page: Page) -> list[tuple[float, str]]:
    """What has moved and how much, where that is more than nothing; two frames after now, so that what was just
    painted counts."""
    found: list[tuple[float, str]] = page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifts))))"
    )
    return found if sum(value for value, _ in found) > _STILL else []


def bring_axe(page: Page) -> None:
    """Have axe-core in each document that this page opens from now on: quicker where there are many."""
    page.add_init_script(_axe())


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice: the rule, and the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {_axe()} }}")
    found: list[str] = page.evaluate(_RUN)
    return found


# Without `preload` axe-core adds no styles of its own, which the pages' policy would refuse.
_RUN = """async () => (await axe.run(document, { resultTypes: ['violations'], preload: false })).violations
  .flatMap(v => v.nodes.map(n => [v.id, n.html.slice(0, 160), n.any[0]?.message].join(': ')))"""


@cache
def _axe() -> str:
    return (installed({"axe-core": "4.14.1"}) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
