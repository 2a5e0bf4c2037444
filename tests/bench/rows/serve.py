"""The server of the rows that are Python: uvicorn as it is installed, with uvloop and httptools, and without what
costs time and is not asked for.

    python -m tests.bench.rows.serve PORT MODULE:FUNCTION FOLDER [ARGUMENT…]
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import uvicorn


def serve(port: str, app: str, folder: str, *arguments: str) -> None:
    module, _, function = app.partition(":")
    built = getattr(importlib.import_module(module), function)(Path(folder), *arguments)
    config = uvicorn.Config(built, port=int(port), log_level="warning", access_log=False, proxy_headers=False)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve(*sys.argv[1:])
