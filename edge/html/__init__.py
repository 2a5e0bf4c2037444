"""Bytes → slots → bytes: where the slots of a page stand, and the page with blocks in them."""

from edge.html.balance import check_balance
from edge.html.charset import encode, needs_more, page_charset
from edge.html.family import Family, find_family
from edge.html.plan import Plan, parse_plan
from edge.html.selector import Selector, parse_selector
from edge.html.slots import Slots
from edge.html.splice import Fill, Spliced, splice
from edge.html.stream import Replay, Stream

__all__ = [
    "Family",
    "Fill",
    "Plan",
    "Replay",
    "Selector",
    "Slots",
    "Spliced",
    "Stream",
    "check_balance",
    "encode",
    "find_family",
    "needs_more",
    "page_charset",
    "parse_plan",
    "parse_selector",
    "splice",
]
