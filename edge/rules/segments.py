"""Segments as rules see them: evaluated when asked, once each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from edge.facts import Env, Verdicts

if TYPE_CHECKING:
    from edge.rules.rule import Rule

__all__ = ["Bound", "bind_segments", "needs"]


class Bound(Verdicts):
    """The verdicts of one page: each is worked out from its rule when it is first asked for."""

    __slots__ = ("_env", "rules")

    def __init__(self, rules: Mapping[str, Rule], env: Env) -> None:
        super().__init__()
        self.rules = rules
        self._env = env

    def __missing__(self, name: str) -> bool:
        rule = self.rules.get(name)
        if rule is None:
            return False
        self[name] = False  # what a segment in a circle would find, had the circle not been refused at load
        self[name] = verdict = rule.matches(self._env)
        return verdict


def bind_segments(rules: Mapping[str, Rule], env: Env) -> None:
    """Lets `env` answer `"name" in segments` by `rules`: only what is asked is evaluated, each at most once."""
    env.segments = Bound(rules, env)


def needs(rule: Rule, rules: Mapping[str, Rule]) -> frozenset[str]:
    """The names of all facts that `rule` may read, itself and through the segments that it names."""
    facts = set(rule.reads)
    waiting = list(rule.segments)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in rules:
            seen.add(name)
            facts |= rules[name].reads
            waiting.extend(rules[name].segments)
    return frozenset(facts)
