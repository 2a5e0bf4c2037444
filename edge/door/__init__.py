"""`edge serve`: the app put together, and served."""

from edge.door.app import build
from edge.door.options import Options

__all__ = ["Options", "build"]
