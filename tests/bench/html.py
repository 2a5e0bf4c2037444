"""How fast pages are scanned and spliced, beside python-lolhtml doing the same replacements in the same run.

    python -m tests.bench.html

Prints medians of interleaved rounds. A scan takes a page in one piece and finds its slots; a splice fills them
in a page that was scanned before.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import lolhtml

from edge.html import Fill, Slots, Stream, parse_plan, splice

NAMES = ("hero", "greeting", "offer", "rail", "testimonial", "reminder", "cta", "footer")
BLOCK = "<p>A block for whoever is looking</p>"
ROUNDS = 60


class _Replace:
    def element(self, element: lolhtml.Element) -> None:
        element.set_inner_content(BLOCK, lolhtml.ContentType.HTML)


def with_lolhtml(page: bytes) -> bytes:
    out: list[bytes] = []
    rewriter = lolhtml.HTMLRewriter(lambda chunk: out.append(bytes(chunk)))
    for name in NAMES:
        rewriter.on(f'[data-edge-slot="{name}"]', _Replace())
    rewriter.write(page)
    rewriter.end()
    return b"".join(out)


def streamed(page: bytes, slots: Slots, fills: dict[str, Fill]) -> bytes:
    stream = Stream(slots)
    stream.give(fills)
    stream.feed(page)
    stream.close()
    return stream.take()


def measure(page: bytes) -> dict[str, float]:
    """Median microseconds of each job."""
    slots = Slots(frozenset(NAMES))
    fills = {name: Fill(BLOCK.encode()) for name in NAMES}
    plan = parse_plan(page, slots)
    expected = splice(plan, fills).body
    assert expected == with_lolhtml(page) == streamed(page, slots, fills)
    jobs: dict[str, tuple[Callable[[], object], int]] = {
        "lolhtml": (lambda: with_lolhtml(page), 1),
        "scan": (lambda: parse_plan(page, slots), 1),
        "scan and splice": (lambda: splice(parse_plan(page, slots), fills), 1),
        "stream": (lambda: streamed(page, slots, fills), 1),
        "splice": (lambda: splice(plan, fills), 200),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, (job, repeat) in jobs.items():
            start = time.perf_counter()
            for _ in range(repeat):
                job()
            times[name].append((time.perf_counter() - start) / repeat * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    for page in ("plain", "hard"):
        body = (Path(__file__).parent / f"bodies/{page}.html").read_bytes()
        medians = measure(body)
        base = medians["lolhtml"]
        print(f"{page}.html, {len(body):,} bytes")
        for name, micros in medians.items():
            print(f"  {name:16} {micros:9.1f} µs {len(body) / micros:9.0f} MB/s {base / micros:9.2f} × lolhtml")


if __name__ == "__main__":
    main()
