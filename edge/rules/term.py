"""A checked part of a rule: what it is, where it stands, and the closure that works it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from edge.facts import Fact, Kind
from edge.rules.closures import Run

__all__ = ["Op", "Term", "walk"]

Op = Literal[
    # operands: a value of `kind`, or None for not known
    "fact",  # of the name `name`
    "item",  # `name` out of the map in parts[0]
    "literal",  # `value`
    "lower",
    "arithmetic",
    # conditions: always True or False
    "and",
    "or",
    "not",
    "segment",  # of the name `name`
    "test",  # anything else: a comparison, a method, a fact by itself
]


@dataclass(frozen=True, slots=True)
class Term:
    """`start` and `end` are characters of the rule's text. `fact` is set for the op "fact" alone; `sign` for a
    test that has one: `==`, `<`, `in`, `not in`, `is`, `is not`."""

    op: Op
    kind: Kind
    start: int
    end: int
    run: Run
    parts: tuple[Term, ...] = ()
    name: str = ""
    value: Any = None
    fact: Fact | None = None
    sign: str = ""


def walk(term: Term) -> Iterator[Term]:
    """`term` and everything in it, in the order of the text."""
    yield term
    for part in term.parts:
        yield from walk(part)
