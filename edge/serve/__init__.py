"""The door to the internet, and the way to a site that is no ASGI app: `edge serve`."""

from edge.serve.config import GateConfig
from edge.serve.gate import Gate
from edge.serve.limits import Limits

__all__ = ["Gate", "GateConfig", "Limits"]
