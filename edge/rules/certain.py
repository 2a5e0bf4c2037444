"""What is known for certain of a visitor for whom a rule holds."""

from __future__ import annotations

from collections.abc import Mapping

from edge.rules.segments import Written
from edge.rules.term import Term, walk

__all__ = ["Known", "certain"]

Known = tuple[str, str | None]
"""A fact's name, and for a fact that is a map the entry that is known."""

_ALSO_UNKNOWN = frozenset(("!=", "not in", "is"))
"""Tests that hold for what is not known."""


def certain(rule: Written, rules: Mapping[str, Written]) -> frozenset[Known]:
    """The facts that are known wherever `rule` holds; `rules` are those of the segments."""
    return _certain(rule.root, rules)


def _certain(term: Term, rules: Mapping[str, Written]) -> frozenset[Known]:
    match term.op:
        case "and":
            return frozenset().union(*(_certain(part, rules) for part in term.parts))
        case "or":
            first, *others = (_certain(part, rules) for part in term.parts)
            return first.intersection(*others)
        case "segment" if term.sign == "in" and term.name in rules:
            return _certain(rules[term.name].root, rules)
        case "test" if term.sign not in _ALSO_UNKNOWN:
            return frozenset(_facts(term))
    return frozenset()


def _facts(term: Term) -> list[Known]:
    found: list[Known] = []
    for part in walk(term):
        if part.op == "fact":
            found.append((part.name, None))
        elif part.op == "item":
            found += [(inner.name, part.name) for inner in part.parts]
    return found
