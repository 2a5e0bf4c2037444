"""What `edge serve` was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """The site folder, what stands behind, and where to listen."""

    site: Path
    origin: str
    host: str = "127.0.0.1"
    port: int = 8000
