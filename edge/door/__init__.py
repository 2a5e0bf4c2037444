"""`edge serve`: the app put together, and served by as many processes as are wanted."""

from edge.door.options import Options
from edge.door.service import serve

__all__ = ["Options", "serve"]
