"""The one place that wires everything together."""

from edge.runtime.middleware import EdgeMiddleware
from edge.runtime.setup import build_setup, keys, preview_path

__all__ = ["EdgeMiddleware", "build_setup", "keys", "preview_path"]
