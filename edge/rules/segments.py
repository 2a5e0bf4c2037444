"""Segments as rules see them: evaluated when asked, once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from edge.facts import Env, Verdicts
from edge.rules.closures import Test
from edge.rules.term import Term

__all__ = ["Bound", "Written", "asks", "bind_segments", "needs"]


class Written(Protocol):
    """A rule, as the modules that it is made with see it."""

    @property
    def text(self) -> str: ...
    @property
    def reads(self) -> frozenset[str]: ...
    @property
    def segments(self) -> frozenset[str]: ...
    @property
    def matches(self) -> Test: ...
    @property
    def root(self) -> Term: ...


class Bound(Verdicts):
    """The verdicts of one page: each is worked out from its rule when it is first asked for."""

    __slots__ = ("_env", "rules")

    def __init__(self, rules: Mapping[str, Written], env: Env) -> None:
        super().__init__()
        self.rules = rules
        self._env = env

    def __missing__(self, name: str) -> bool:
        rule = self.rules.get(name)
        if rule is None:
            return False
        self[name] = False  # what a segment in a circle would find, had the circle not been refused at load
        try:
            verdict = rule.matches(self._env)
        finally:
            del self[name]  # a rule that raises has no verdict: the next who asks must not find one
        self[name] = verdict
        return verdict


def bind_segments(rules: Mapping[str, Written], env: Env, known: Iterable[str] = ()) -> None:
    """Lets `env` answer `"name" in segments` by `rules`: only what is asked is evaluated, each at most once. The
    visitor is in those of `known`, segments without a rule."""
    env.segments = Bound(rules, env)
    env.segments.update(dict.fromkeys(known, True))


def needs(rule: Written, rules: Mapping[str, Written]) -> frozenset[str]:
    """The names of all facts that `rule` may read, itself and through the segments that it names."""
    reads = [rules[name].reads for name in asks(rule, rules) if name in rules]
    return rule.reads.union(*reads)


def asks(rule: Written, rules: Mapping[str, Written]) -> frozenset[str]:
    """The names of all segments that `rule` may ask for, itself and through those that it names, with or without a
    rule of their own."""
    waiting = list(rule.segments)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(rules[name].segments if name in rules else ())
    return frozenset(seen)
