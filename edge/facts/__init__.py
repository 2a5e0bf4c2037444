"""Everything a rule or block may know."""

from edge.facts.builtin import BUILTIN
from edge.facts.env import Env, Source
from edge.facts.fact import Catalogue, Fact, Kind, catalogue

__all__ = ["BUILTIN", "Catalogue", "Env", "Fact", "Kind", "Source", "catalogue"]
