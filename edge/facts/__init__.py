"""Everything a rule or block may know."""

from edge.facts.builtin import BUILTIN, WEEKDAYS
from edge.facts.convert import LARGEST, LONGEST, FactError, convert
from edge.facts.declared import declared_trait
from edge.facts.env import Env, Source, Verdicts
from edge.facts.fact import Catalogue, Fact, Kind, catalogue
from edge.facts.foreign import convert_foreign
from edge.facts.suggest import did_you_mean, suggest

__all__ = [
    "BUILTIN",
    "LARGEST",
    "LONGEST",
    "WEEKDAYS",
    "Catalogue",
    "Env",
    "Fact",
    "FactError",
    "Kind",
    "Source",
    "Verdicts",
    "catalogue",
    "convert",
    "convert_foreign",
    "declared_trait",
    "did_you_mean",
    "suggest",
]
