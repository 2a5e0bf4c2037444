"""The door to the internet, and the way to a site that is no ASGI app: `edge serve`."""

from edge.serve.config import GateConfig
from edge.serve.forwarded import Forwarding, Peers
from edge.serve.gate import Gate
from edge.serve.limits import Limits
from edge.serve.origin import Origin
from edge.serve.transport import Timeouts, Transport
from edge.serve.upstream import Upstream

__all__ = [
    "Forwarding",
    "Gate",
    "GateConfig",
    "Limits",
    "Origin",
    "Peers",
    "Timeouts",
    "Transport",
    "Upstream",
]
