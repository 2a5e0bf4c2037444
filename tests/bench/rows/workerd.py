"""Cloudflare's runtime, `workerd`, with workers that hold the page in memory: cut by hand, or rewritten each time.

They do the whole job. Which cookies have verified is kept, as Edge keeps it, and what each segment is shown is
worked out when they start. With gzip, the runtime packs each page anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from edge.visitors.tokens import COOKIE
from tests.bench.rows.row import Row, Running, first_core
from tests.bench.shop import ENVIRON, block, cut, experiences, page, segments, slots
from tests.npm import installed
from tests.programs import free_port, listening

__all__ = ["WORKERD", "WORKERD_GZIP", "runtime", "write_workers"]

_PACKAGES = {"workerd": "1.20261117.1"}
_WORKERS = Path(__file__).with_name("workers")
_SHARED = ("job", "choice", "visitor")
_CONFIGURATION = """
using Workerd = import "/workerd/workerd.capnp";
const bench :Workerd.Config = (
  services = [ {services} ],
  sockets = [ (name = "http", address = "127.0.0.1:{port}", http = (), service = "{first}") ],
);
"""
_SERVICE = """(name = "{name}", worker = (
    modules = [ {modules} ],
    compatibilityDate = "2026-11-01",
    globalOutbound = "{behind}",
  ))"""


def worker(name: str) -> Callable[[Path], AbstractContextManager[Running]]:
    """The start of a row whose worker is that of workers/."""

    @contextmanager
    def start(folder: Path) -> Iterator[Running]:
        write_workers(folder)
        with runtime(folder, {name: (name, *_SHARED)}) as running:
            yield running

    return start


def write_workers(folder: Path) -> None:
    """All of workers/, beside what is to be done."""
    for file in _WORKERS.iterdir():
        shutil.copy(file, folder)
    (folder / "job.mjs").write_text(f"export default {json.dumps(_job())};", encoding="utf-8")


@contextmanager
def runtime(folder: Path, workers: Mapping[str, Sequence[str]]) -> Iterator[Running]:
    """A server of workers, each of modules in a folder: the first answers, and can ask the last."""
    port, [first, *_, behind] = free_port(), [*workers, *workers]
    services = (
        _SERVICE.format(
            name=name,
            modules=", ".join(f'(name = "{module}.mjs", esModule = embed "{module}.mjs")' for module in modules),
            behind=behind,
        )
        for name, modules in workers.items()
    )
    told = _CONFIGURATION.format(port=port, services=", ".join(services), first=first)
    (folder / "bench.capnp").write_text(told, encoding="utf-8")
    # npm takes the package of this machine alone.
    [binary] = installed(_PACKAGES).glob("@cloudflare/workerd-*/bin/workerd")
    command: list[str | Path] = [binary, "serve", folder / "bench.capnp"]
    with listening(command, port, said=folder / "said", core=first_core()) as process:
        yield Running(port, process)


def _job() -> dict[str, object]:
    marked = cut(lambda slot: f"\0{slot}\0".encode()).decode().split("\0")
    by_country: dict[str, dict[str, int]] = {}
    for number, (country, language) in enumerate(segments()):
        by_country.setdefault(country, {})[language] = number
    chosen = {
        slot: [(number, None if meant is None else sorted(meant)) for number, meant in experiences(slot).items()]
        for slot in slots()
    }
    return {
        "secret": ENVIRON["EDGE_SECRET_KEYS"],
        "salt": COOKIE.salt,
        "maxAge": COOKIE.max_age,
        "page": page().decode(),
        "pieces": marked[::2],
        "holes": marked[1::2],
        "segments": by_country,
        "count": len(segments()),
        "experiences": chosen,
        "blocks": {number: block(number) for slot in slots() for number in experiences(slot)},
    }


_PACKED = "the same, in a page that was cut by hand, and packs it each time"

WORKERD = (
    Row("workerd, hand-cut page", worker("hand_cut"), "the same, in a page that was cut by hand"),
    Row("workerd, HTMLRewriter", worker("rewriter"), "the same, parsing the page each time"),
)
WORKERD_GZIP = (Row("workerd, hand-cut page, gzip", worker("hand_cut"), _PACKED, accept="gzip"),)
