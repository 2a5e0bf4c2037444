"""uvicorn's settings, with the gate before it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import uvicorn

from edge.serve.limits import Limits

__all__ = ["GateConfig"]


class GateConfig(uvicorn.Config):
    """Takes what `uvicorn.Config` takes, and `limits`. `refused` counts refusals by reason, in each process.

    uvicorn's own `proxy_headers` is off unless asked for: `Forwarding` reads those headers, and would take the
    client that they name for the peer that sent them.
    """

    def __init__(self, app: Any, *, limits: Limits | None = None, **settings: Any) -> None:
        settings.setdefault("proxy_headers", False)
        super().__init__(app, http="edge.serve.gate:Gate", **settings)
        self.limits = limits or Limits()
        self.refused: Counter[str] = Counter()
