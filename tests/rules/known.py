"""The facts and segments that the rules of these tests may name."""

from __future__ import annotations

from typing import Any

from edge.errors import Flaw, RuleError
from edge.facts import BUILTIN, Env, catalogue, declared_trait
from edge.rules import Rule, parse_rule

FACTS = catalogue(
    BUILTIN,
    [
        declared_trait("plan", "choice", "What they pay for", ["free", "pro"]),
        declared_trait("tags", "words", "Labels"),
        declared_trait("seats", "number", "How many work there"),
        declared_trait("trial_ends", "date", "The last day of the trial"),
        declared_trait("dealer", "flag", "Whether they sell our things"),
        declared_trait("first_name", "text", "How to greet them"),
    ],
)
SEGMENTS = ("vip", "headphone-fan")


def rule(text: str) -> Rule:
    return parse_rule(text, FACTS, SEGMENTS)


def env(**known: Any) -> Env:
    """Facts by name, with `__` for the dot: `utm__source="news"`."""
    return Env({}, None, {name.replace("__", "."): value for name, value in known.items()})


def flaws(text: str) -> tuple[Flaw, ...]:
    """The flaws for which `text` is refused, in their order; fails where it is not refused."""
    try:
        rule(text)
    except RuleError as error:
        return error.flaws
    raise AssertionError(f"{text} is not refused")


def only_flaw(text: str) -> tuple[str, str, str]:
    """The words that the one flaw of `text` points at, its cause, its cure."""
    (flaw,) = flaws(text)
    return text[flaw.start : flaw.end], flaw.cause, flaw.cure
