"""Edge's door before a site, as a process of its own: `python -m tests.serve.door_process PORT URL`."""

from __future__ import annotations

import sys

import uvicorn

from edge.serve import GateConfig, Origin


def main(port: str, url: str) -> None:
    config = GateConfig(Origin(url), port=int(port), log_level="warning", access_log=False)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
