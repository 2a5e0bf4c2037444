"""What the gate costs a request, beside uvicorn without it, in the same run.

    python -m tests.bench.gate

Prints the processor time of a request, and the requests a second, of a server that answers with a few bytes.
"""

from __future__ import annotations

import sys

import uvicorn

from edge.serve import GateConfig
from edge.types import Receive, Scope, Send
from tests.bench.load import all_running, compare

MODULE = "tests.bench.gate"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def serve(port: str, kind: str) -> None:
    config = GateConfig if kind == "gate" else uvicorn.Config
    uvicorn.Server(config(app, port=int(port), log_level="warning", access_log=False)).run()


def main() -> None:
    with all_running({kind: (MODULE, kind) for kind in ("plain", "gate")}) as servers:
        figures = compare(servers)
    for name, found in figures.items():
        print(f"{name:8}{found.speed:10,.0f} requests/s{found.cost:8.1f} µs of processor time each")
    plain, gate = figures["plain"], figures["gate"]
    print(f"the gate costs {gate.cost - plain.cost:.1f} µs a request, {gate.cost / plain.cost - 1:.0%}")


if __name__ == "__main__":
    serve(*sys.argv[1:]) if sys.argv[1:] else main()
