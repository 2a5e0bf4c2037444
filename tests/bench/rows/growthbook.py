"""GrowthBook's app for edge workers, on workerd, before a site in the same process that answers from memory.

Its nearest to the same job: each experience is a visual experiment whose condition is the segments it is for, with
one change of the page, and everybody in it sees that. Eight of fifty change each page. The segment is found as in
the other workers, cookie and all, and told to GrowthBook. Its experiments are in memory; it adds no script.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.rows.row import Row, Running
from tests.bench.rows.workerd import runtime, write_workers
from tests.npm import installed

__all__ = ["GROWTHBOOK"]

_PACKAGES = {"@growthbook/edge-cloudflare": "0.1.15", "esbuild": "0.28.2"}


@contextmanager
def started(folder: Path) -> Iterator[Running]:
    write_workers(folder)
    bundle(installed(_PACKAGES), folder)
    with runtime(folder, {"bundle": ["bundle"], "origin": ["origin", "job"]}) as running:
        yield running


def bundle(packages: Path, folder: Path) -> None:
    """One module of the worker and of what it imports, as those who publish one make it."""
    [esbuild] = packages.glob("@esbuild/*/bin/esbuild")
    (folder / "node_modules").symlink_to(packages)
    command: list[str | Path] = [esbuild, "growthbook.mjs", "--bundle", "--minify", "--format=esm"]
    subprocess.run([*command, "--outfile=bundle.mjs", "--log-level=error"], check=True, cwd=folder)


GROWTHBOOK = (Row("GrowthBook edge worker", started, "the same, as 50 experiments that change a parsed page"),)
