"""How much a client may ask of the gate."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gate lets through. Sizes are bytes, times seconds, `connections` those of one process."""

    target: int = 8 * 1024
    fields: int = 16 * 1024
    """All header lines together, with their line ends; trailers may be as long again."""
    headers: int = 100
    head_seconds: float = 10
    """From the first moment a head can come until it is complete."""
    idle_seconds: float = 60
    """A body of which nothing comes, or a response of which nothing is taken, for so long is given up."""
    linger_seconds: float = 5
    """How long a connection that is to end is still read, so that its client sees the answer and no reset."""
    connections: int = 1000
