"""The rule language: a Python expression in a safe subset, checked against the facts, turned into closures."""

from edge.rules.certain import Known, certain
from edge.rules.circles import check_segments, find_circles
from edge.rules.like import like
from edge.rules.rule import Rule, parse_rule
from edge.rules.segments import asks, bind_segments, needs
from edge.rules.trace import Trace

__all__ = [
    "Known",
    "Rule",
    "Trace",
    "asks",
    "bind_segments",
    "certain",
    "check_segments",
    "find_circles",
    "like",
    "needs",
    "parse_rule",
]
