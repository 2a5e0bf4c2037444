"""Aurora Audio with Edge in front of it."""

from __future__ import annotations

from pathlib import Path

from demo_site.origin import origin
from edge import EdgeMiddleware

__all__ = ["app"]

app = EdgeMiddleware(origin, site=Path(__file__).parent / "site")
