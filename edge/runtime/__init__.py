"""The one place that wires everything together."""

from edge.runtime.caching import purge_file
from edge.runtime.middleware import EdgeMiddleware
from edge.runtime.setup import keys, preview_path

__all__ = ["EdgeMiddleware", "keys", "preview_path", "purge_file"]
