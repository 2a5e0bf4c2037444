"""Edge turns any website into a segmentation engine: a page made for its visitor.

app = EdgeMiddleware(app, site="site/")
"""

from edge.errors import EdgeError, SecretError, SiteError
from edge.model import Decision, Profile, Visitor
from edge.page import Visit
from edge.runtime import EdgeMiddleware

__all__ = [
    "Decision",
    "EdgeError",
    "EdgeMiddleware",
    "Profile",
    "SecretError",
    "SiteError",
    "Visit",
    "Visitor",
]
