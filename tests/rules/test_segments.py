"""Segments are evaluated when a rule asks for them, once each."""

from __future__ import annotations

from typing import Any

import pytest

from edge.facts import Env
from edge.model import Value
from edge.rules import Rule, asks, bind_segments, needs, parse_rule
from tests.rules.known import FACTS

NAMES = ("a", "b", "c", "vip", "trial", "other")


def rules(**texts: str) -> dict[str, Rule]:
    return {name: parse_rule(text, FACTS, NAMES) for name, text in texts.items()}


def test_a_segment_is_in_when_its_rule_matches() -> None:
    env = Env({}, None, {"new": True})
    bind_segments(rules(a="new", b="not new", c='"a" in segments and "b" not in segments'), env)
    assert [env.segments[name] for name in "abc"] == [True, False, True]


def test_only_what_is_asked_is_evaluated_and_once() -> None:
    asked: list[str] = []

    def source(name: str) -> Any:
        return lambda subject: asked.append(name)

    env = Env({name: source(name) for name in ("country", "city", "region")}, None)
    bind_segments(rules(a="country is None", b="city is None", c="region is None"), env)
    asking = parse_rule('"a" in segments and "a" in segments or "b" in segments', FACTS, NAMES)
    assert asking.matches(env)
    assert asking.matches(env)
    assert asked == ["country"]
    assert dict(env.segments) == {"a": True}


def test_an_unknown_segment_is_false_bound_or_not() -> None:
    asking = parse_rule('"a" in segments', FACTS, NAMES)
    env = Env({}, None)
    assert asking.matches(env) is False
    bind_segments({}, env)
    assert asking.matches(env) is False


def test_a_circle_that_was_never_checked_still_ends() -> None:
    env = Env({}, None)
    bind_segments(rules(a='"b" not in segments', b='"a" in segments'), env)
    assert env.segments["a"] is True


def test_a_rule_needs_the_facts_of_the_segments_that_it_names() -> None:
    known = rules(a='country == "DE" or "b" in segments', b='new or "a" in segments', c="bot")
    asking = parse_rule('path == "/" and "a" in segments', FACTS, NAMES)
    assert asking.reads == {"path"}
    assert needs(asking, known) == {"path", "country", "new"}
    assert needs(asking, {}) == {"path"}


def test_who_is_in_a_segment_without_a_rule_is_said_from_outside() -> None:
    known = rules(a='"vip" in segments and "b" in segments', b='"other" not in segments')
    env = Env({}, None)
    bind_segments(known, env, {"vip"})
    assert [env.segments[name] for name in ("vip", "other", "a", "b")] == [True, False, True, True]


def test_the_segments_that_a_rule_asks_for_are_known_at_every_depth() -> None:
    known = rules(a='"b" in segments', b='"c" in segments or "vip" in segments', c="new")
    asking = parse_rule('"a" in segments and "trial" not in segments', FACTS, NAMES)
    assert asks(asking, known) == {"a", "b", "c", "vip", "trial"}
    assert asks(known["c"], known) == frozenset()


def test_a_segment_whose_rule_raises_has_no_verdict() -> None:
    """The next who asks hears of it too: `not in` would else take nobody knows for no."""

    def broken(subject: object) -> Value:
        raise LookupError

    env = Env({"country": broken}, None)
    bind_segments(rules(a='country == "DE"'), env)
    outside = parse_rule('"a" not in segments', FACTS, NAMES)
    for _ in range(2):
        with pytest.raises(LookupError):
            outside.matches(env)
