"""A rule: one condition over the facts, checked, and turned into closures once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from edge.errors import RuleError
from edge.facts import Catalogue, Env
from edge.rules.conditions import condition
from edge.rules.reading import Reading
from edge.rules.syntax import parse
from edge.rules.term import Term, walk
from edge.rules.trace import Trace, trace

__all__ = ["Rule", "parse_rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """The condition of a segment or experience. `reads` names the facts that it may read itself, `segments` the
    segments that it names. `matches` gives the verdict for one visitor and never raises."""

    text: str
    reads: frozenset[str]
    segments: frozenset[str]
    matches: Callable[[Env], bool] = field(repr=False, compare=False)
    root: Term = field(repr=False, compare=False)

    def explain(self, env: Env) -> Trace:
        """The verdict that `matches` gives, with its reasons. Slower; for people."""
        return trace(self, env)


def parse_rule(text: str, facts: Catalogue, segments: Collection[str] = ()) -> Rule:
    """The rule that `text` writes, over `facts`; it may name `segments`. Raises RuleError with every flaw found,
    in the order of the text, and nothing else whatever the text."""
    node, spans = parse(text)
    reading = Reading(spans, facts, segments)
    root = condition(node, reading)
    if root is None:
        raise RuleError(sorted(reading.flaws, key=lambda flaw: (flaw.start, flaw.end)))
    terms = list(walk(root))
    return Rule(
        text=text,
        reads=frozenset(term.name for term in terms if term.op == "fact"),
        segments=frozenset(term.name for term in terms if term.op == "segment"),
        matches=root.run,
        root=root,
    )
