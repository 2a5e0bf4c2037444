"""The page path: from a request to a page made for its visitor."""

from edge.page.answers import Answers
from edge.page.asked import Asked
from edge.page.callers import Callers
from edge.page.counts import Counts
from edge.page.middleware import Middleware
from edge.page.off import NoVisit, Off
from edge.page.plans import Plans
from edge.page.profiles import CheckedProfiles
from edge.page.response import Responses
from edge.page.setup import ProfileSource, Setup, Use
from edge.page.visit import Visit

__all__ = [
    "Answers",
    "Asked",
    "Callers",
    "CheckedProfiles",
    "Counts",
    "Middleware",
    "NoVisit",
    "Off",
    "Plans",
    "ProfileSource",
    "Responses",
    "Setup",
    "Use",
    "Visit",
]
