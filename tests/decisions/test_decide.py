"""What a slot shows, and why."""

from __future__ import annotations

from typing import Any

import pytest

from edge.decisions import Experience, decide, explain
from edge.facts import BUILTIN, Env, catalogue
from edge.model import Decision
from edge.rules import Rule, bind_segments, parse_rule

FACTS = catalogue(BUILTIN)
NOW = 1_000.0


def rule(text: str, *segments: str) -> Rule:
    return parse_rule(text, FACTS, segments)


def env(segments: dict[str, Rule] | None = None, **facts: Any) -> Env:
    made = Env({}, None, {"path": "/", **facts})
    bind_segments(segments or {}, made)
    return made


GERMAN = Experience("german", "hero", rule('country == "DE"'), "hallo")
EVERYONE = Experience("everyone", "hero", None, "hello")


def test_the_first_that_matches_wins() -> None:
    assert decide("hero", [GERMAN, EVERYONE], env(country="DE"), NOW) == Decision(
        "hero", "matched", "german", "hallo"
    )
    assert decide("hero", [GERMAN, EVERYONE], env(country="FR"), NOW).experience == "everyone"
    assert decide("hero", [EVERYONE, GERMAN], env(country="DE"), NOW).experience == "everyone"


def test_nothing_matches() -> None:
    assert decide("hero", [GERMAN], env(country="FR"), NOW) == Decision("hero", "no match")
    assert decide("hero", [], env(), NOW) == Decision("hero", "no match")


def test_a_decision_carries_where_and_what_to_set() -> None:
    experience = Experience("logo", "logo", None, None, "inside", (("src", "/pro.svg"),))
    assert decide("logo", [experience], env(), NOW) == Decision(
        "logo", "matched", "logo", None, "inside", (("src", "/pro.svg"),)
    )


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ({"enabled": False}, False),
        ({"starts": 999.0}, True),
        ({"starts": 1000.0}, True),
        ({"starts": 1000.1}, False),
        ({"ends": 1000.0}, False),
        ({"ends": 1000.1}, True),
        ({"paths": lambda path: path == "/"}, True),
        ({"paths": lambda path: path == "/x"}, False),
    ],
)
def test_an_experience_runs_when_and_where_it_says(changes: dict[str, Any], runs: bool) -> None:
    experience = Experience("e", "hero", None, "hello", **changes)
    assert (decide("hero", [experience], env(), NOW).reason == "matched") is runs


def test_only_segments_that_are_asked_for_are_evaluated() -> None:
    segments = {"german": rule('country == "DE"'), "french": rule('country == "FR"')}
    facts = env(segments, country="DE")
    experience = Experience("e", "hero", rule('"german" in segments', *segments), "hallo")
    assert decide("hero", [experience], facts, NOW).reason == "matched"
    assert dict(facts.segments) == {"german": True}


def test_the_explanation_says_how_each_experience_fared() -> None:
    experiences = [
        Experience("off", "hero", None, "x", enabled=False),
        Experience("early", "hero", None, "x", starts=2000.0),
        Experience("over", "hero", None, "x", ends=10.0),
        Experience("elsewhere", "hero", None, "x", paths=lambda path: False),
        Experience("french", "hero", rule('country == "FR"'), "x"),
        GERMAN,
        EVERYONE,
        Experience("spanish", "hero", rule('country == "ES"'), "x"),
    ]
    steps = explain(experiences, env(country="DE"), NOW)
    assert [(step.experience, step.verdict) for step in steps] == [
        ("off", "off"),
        ("early", "not yet"),
        ("over", "over"),
        ("elsewhere", "other path"),
        ("french", "no match"),
        ("german", "shown"),
        ("everyone", "would match"),
        ("spanish", "no match"),
    ]
    assert steps[4].trace is not None
    assert steps[4].trace.value is False
    assert steps[5].trace is not None
    assert steps[5].trace.value is True
    assert [step.reached for step in steps] == [True] * 6 + [False] * 2


def test_an_experience_for_everyone_is_shown_without_a_trace() -> None:
    (step,) = explain([EVERYONE], env(), NOW)
    assert (step.verdict, step.trace) == ("shown", None)


@pytest.mark.parametrize("country", ["DE", "FR", None])
@pytest.mark.parametrize("now", [5.0, 1000.0, 3000.0])
def test_the_explanation_agrees_with_the_decision(country: str | None, now: float) -> None:
    experiences = [
        Experience("over", "hero", None, "x", ends=10.0),
        GERMAN,
        Experience("late", "hero", None, "x", starts=2000.0),
    ]
    shown = [s.experience for s in explain(experiences, env(country=country), now) if s.verdict == "shown"]
    assert shown == [name for name in [decide("hero", experiences, env(country=country), now).experience] if name]


def test_nothing_more_is_looked_at_once_it_is_late() -> None:
    looked = iter((False, True))
    french = [Experience("french", "hero", rule('country == "FR"'), "bonjour")] * 50
    late = decide("hero", [*french, EVERYONE], env(country="DE"), NOW, lambda: next(looked))
    assert late == Decision("hero", "late")
    assert decide("hero", [*french, EVERYONE], env(), NOW, lambda: False).reason == "matched"
