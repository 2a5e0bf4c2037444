"""Why a rule came out as it did, in words: what decided, and what the visitor is like in that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Any

import pytest

from edge.bar.because import because
from edge.facts import BUILTIN, Env, Fact, catalogue
from edge.rules import bind_segments, parse_rule

FACTS = catalogue(
    BUILTIN,
    (
        Fact("traits.plan", "text", "", ""),
        Fact("traits.tags", "words", "", ""),
        Fact("traits.orders", "number", "", ""),
        Fact("traits.api_token", "text", "", ""),
    ),
)
THAI = {"thai": 'country == "TH" or language == "th"', "away": '"thai" in segments and new'}


def reason(rule: str, segments: Mapping[str, str] = THAI, known: tuple[str, ...] = (), **facts: Any) -> str:
    """What is said of the rule for a visitor with these facts; `utm__source` stands for utm.source."""
    env = Env({}, None, {name.replace("__", "."): value for name, value in facts.items()})
    names = (*segments, "vip")
    bind_segments({name: parse_rule(text, FACTS, names) for name, text in segments.items()}, env, known)
    return because(parse_rule(rule, FACTS, names).explain(env))


def words(rule: str, **facts: Any) -> str:
    return unescape(re.sub(r"<[^>]+>", "", reason(rule, **facts)))


def test_the_condition_that_decided_is_named_with_what_the_visitor_is_like() -> None:
    assert words('device == "phone" and country == "TH"', device="phone", country="DE") == (
        'country == "TH" is false (country is DE)'
    )


def test_what_came_after_it_is_not_spoken_of() -> None:
    assert "device" not in words('country == "TH" and device == "phone"', country="DE", device="desktop")
    assert words('country == "TH" or device == "phone"', country="TH") == 'country == "TH" is true (country is TH)'


def test_where_all_parts_decided_together_each_is_told() -> None:
    assert words('country == "TH" or language == "th"', country="DE", language=None) == (
        'country == "TH" is false (country is DE); language == "th" is false (language is not known)'
    )
    assert words('country == "TH" and not new', country="TH", new=False) == (
        'country == "TH" is true (country is TH); new is false'
    )


def test_a_segment_is_told_with_what_decided_in_it() -> None:
    assert words('"thai" in segments', country="DE", language="en") == (
        'not in the segment thai: country == "TH" is false (country is DE);'
        ' language == "th" is false (language is en)'
    )
    assert words('"thai" not in segments', country="TH") == (
        'in the segment thai: country == "TH" is true (country is TH)'
    )
    assert words('"away" in segments', country="TH", new=False) == "not in the segment away: new is false"


def test_a_segment_within_another_is_told_within_it() -> None:
    assert words('"away" in segments', country="DE", language="en").startswith(
        'not in the segment away: not in the segment thai: country == "TH" is false'
    )


@pytest.mark.parametrize(
    ("rule", "known", "said"),
    [
        ('"vip" in segments', (), "not in the segment vip"),
        ('"vip" in segments', ("vip",), "in the segment vip"),
        ('"vip" not in segments', (), "not in the segment vip"),
        ('"vip" not in segments', ("vip",), "in the segment vip"),
        ('not "vip" in segments', ("vip",), "in the segment vip"),
    ],
)
def test_a_segment_from_elsewhere_has_no_more_to_say(rule: str, known: tuple[str, ...], said: str) -> None:
    assert words(rule, known=known) == said


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        ("now.hour >= 22", {"now__hour": 9}, "(now.hour is 9)"),
        ('now.date >= "2026-12-01"', {"now__date": date(2026, 11, 22)}, "(now.date is 22 November 2026)"),
        ('"one" in traits.tags', {"traits__tags": frozenset({"b", "a"})}, "(traits.tags is a, b)"),
        ('"one" in traits.tags', {"traits__tags": frozenset()}, "(traits.tags is none)"),
        ("new == bot", {"new": True, "bot": False}, "(new is yes, bot is no)"),
        ("traits.orders / 2 > 3", {"traits__orders": 4}, "(traits.orders is 4)"),
        ('traits.plan.lower() == "pro"', {"traits__plan": "Free"}, "(traits.plan is Free)"),
        ("traits.plan is not None", {}, "(traits.plan is not known)"),
        ("traits.plan", {"traits__plan": ""}, "(traits.plan is empty)"),
        ('query["size"] == "9"', {"query": {"size": "8", "name": "x"}}, '(query["size"] is 8)'),
        ('"size" in query', {"query": {"colour": "red"}}, "(query is colour)"),
    ],
)
def test_values_are_told_as_people_say_them(rule: str, facts: dict[str, Any], said: str) -> None:
    assert words(rule, **facts).endswith(said)


def test_a_flag_that_is_the_whole_condition_is_not_told_twice() -> None:
    assert words("new", new=True) == "new is true"
    assert words("not new", new=True) == "new is true"


def test_no_secret_is_told() -> None:
    told = words(
        'query["reset_token"] == "x" or traits.api_token == "y" or "x" in query or referrer.url == "z"',
        query={"reset_token": "hush"},
        traits__api_token="hush",
        referrer__url="https://mail.example/read?hush",
    )
    assert "hush" not in told
    assert told.count("known, and not told here") == 2
    assert "referrer.url is https://mail.example/read" in told


def test_text_of_visitors_stays_text_and_in_its_place() -> None:
    told = reason('utm.source == "a"', utm__source='<img src=x onerror="x">\u202e\x00' + "y" * 100)
    assert "<img" not in told
    assert "\u202e" not in told
    assert "\x00" not in told
    assert told.endswith("…</bdi>)")
    assert len(told) < 250


def test_a_long_rule_is_told_in_part() -> None:
    rule = " or ".join(f'country == "{a}{b}"' for a in "ABC" for b in "DEFG")
    told = words(rule, country="ZZ")
    assert told.count("is false") == 6
    assert told.endswith("; and 6 more")


def test_a_rule_of_several_lines_is_told_in_one() -> None:
    assert words('country ==\n   "DE"', country="FR") == 'country == "DE" is false (country is FR)'
