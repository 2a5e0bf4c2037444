"""What the parts of `edge serve` cost a request: its health checks and dates, and the access log in each format,
beside the bare gate, in the same run.

    python -m tests.bench.door

The log goes to a pipe that somebody reads. Prints processor time, in which the writing is.
"""

from __future__ import annotations

import os
import sys

import uvicorn

from edge.door.access import AccessLog
from edge.door.dated import Dated
from edge.door.entry import FORMATS, Entry
from edge.door.health import Health
from edge.door.writer import Writer
from edge.serve import Forwarding, GateConfig, Peers
from edge.types import ASGIApp
from tests.bench.gate import app
from tests.bench.load import all_running, compare

MODULE = "tests.bench.door"


async def answering() -> list[bool]:
    return [True]


def parts(kind: str) -> ASGIApp:
    """The app with what `edge serve` puts around Edge."""
    whole: ASGIApp = Dated(Health(app, lambda: "/_edge", lambda: False, answering, lambda: False))
    if kind in FORMATS:
        writer, formatted = Writer(read_pipe()), FORMATS[kind]

        def write(entry: Entry) -> None:
            writer(formatted(entry))

        whole = AccessLog(whole, write, lambda: "/_edge")
    return Forwarding(whole, Peers())


def read_pipe() -> int:
    """A pipe whose other end a process of its own reads, as a service manager would."""
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.close(theirs)
        while os.read(ours, 1 << 16):
            pass
        os._exit(0)
    os.close(ours)
    return theirs


def serve(port: str, kind: str) -> None:
    whole = Forwarding(app, Peers()) if kind == "gate" else parts(kind)
    config = GateConfig(
        whole,
        port=int(port),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=kind == "gate",
    )
    uvicorn.Server(config).run()


def main() -> None:
    kinds = ("gate", "off", *FORMATS)
    with all_running({kind: (MODULE, kind) for kind in kinds}) as servers:
        figures = compare(servers)
    gate = figures["gate"].cost
    for name, found in figures.items():
        more = f"   {found.cost - gate:+.1f} µs" if name != "gate" else ""
        print(f"{name:9}{found.speed:9,.0f} requests/s{found.cost:8.1f} µs of processor time each{more}")


if __name__ == "__main__":
    serve(*sys.argv[1:]) if sys.argv[1:] else main()
