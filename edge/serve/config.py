"""uvicorn's settings, with the gate before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import uvicorn

from edge.serve.head import Head
from edge.serve.limits import Limits

__all__ = ["GateConfig", "Told", "untold"]

Told = Callable[[tuple[str, int] | None, int, Head | None], None]
"""Told of each request that is refused: its client as in a scope, the status, and its head where that was read."""


def untold(client: tuple[str, int] | None, status: int, head: Head | None) -> None:
    """Nobody wants to know."""


class GateConfig(uvicorn.Config):
    """Takes what `uvicorn.Config` takes, and `limits`, and whom to tell of refusals. `refused` counts these by
    reason, in each process.

    uvicorn's own `proxy_headers` is off unless asked for: `Forwarding` reads those headers, and would take the
    client that they name for the peer that sent them.
    """

    def __init__(self, app: Any, *, limits: Limits | None = None, told: Told = untold, **settings: Any) -> None:
        settings.setdefault("proxy_headers", False)
        super().__init__(app, http="edge.serve.gate:Gate", **settings)
        self.limits = limits or Limits()
        self.refused: Counter[str] = Counter()
        self.told = told
