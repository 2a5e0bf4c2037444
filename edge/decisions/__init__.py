"""Which block each slot shows, and why."""

from edge.decisions.decide import Step, Verdict, decide, explain
from edge.decisions.experience import Experience

__all__ = ["Experience", "Step", "Verdict", "decide", "explain"]
