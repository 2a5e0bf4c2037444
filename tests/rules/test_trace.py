"""A trace shows each sub-expression, what it came to, and which one settled the verdict."""

from __future__ import annotations

from datetime import date
from textwrap import dedent
from typing import Any

import pytest

from edge.rules import bind_segments
from tests.rules.known import env, rule


def rendered(text: str, **known: Any) -> str:
    return rule(text).explain(env(**known)).render()


def test_it_shows_what_was_skipped_and_why_the_rest_came_out_so() -> None:
    text = 'country == "DE" and (not new or now.hour + 1 > 12) and device == "phone"'
    shown = rendered(text, country="DE", new=True, now__hour=9)
    assert shown == dedent(
        """\
        ✗ country == "DE" and (not new or now.hour + 1 > 12) and device == "phone"
          ✓ country == "DE"   country is "DE"
          ✗ not new or now.hour + 1 > 12
            ✗ not new
              ✓ new   new is True
            ✗ now.hour + 1 > 12   now.hour is 9
          – device == "phone"   not needed"""
    )


def test_the_decisive_part_is_the_smallest_that_settled_the_verdict() -> None:
    asked = rule('new and (country == "DE" or city == "Köln")')
    assert asked.explain(env(new=False)).decisive().text == "new"
    assert asked.explain(env(new=True)).decisive().text == 'country == "DE" or city == "Köln"'
    assert asked.explain(env(new=True, city="Köln")).decisive().text == asked.text
    assert rule("not new").explain(env(new=True)).decisive().text == "new"


def test_places_are_those_of_the_rule() -> None:
    asked = rule("new or\n  country == 'DE'")
    part = asked.explain(env()).children[1]
    assert (part.text, part.start, part.end) == ("country == 'DE'", 9, 24)


def test_a_rule_of_several_lines_is_shown_on_one() -> None:
    assert rendered("new\n  or\n  bot", bot=True).splitlines()[0] == "✓ new or bot"


def test_a_segment_shows_its_own_rule_once() -> None:
    asked = rule('"vip" in segments or "vip" not in segments and new')
    known = env(country="AT", new=True)
    bind_segments({"vip": rule('country == "DE"')}, known)
    assert asked.explain(known).render() == dedent(
        """\
        ✓ "vip" in segments or "vip" not in segments and new
          ✗ "vip" in segments
            ✗ country == "DE"   country is "AT"
          ✓ "vip" not in segments and new
            ✓ "vip" not in segments
            ✓ new   new is True"""
    )


def test_the_links_of_a_chain_are_shown_each() -> None:
    assert rendered("8 <= now.hour < 12", now__hour=13) == dedent(
        """\
        ✗ 8 <= now.hour < 12
          ✓ 8 <= now.hour   now.hour is 13
          ✗ now.hour < 12   now.hour is 13"""
    )


@pytest.mark.parametrize(
    ("text", "known", "note"),
    [
        ("city == 'x'", {}, "city is not known"),
        ("city == 'x'", {"city": 'a "b"\n'}, 'city is "a \\"b\\"\\n"'),
        ("city == 'x'", {"city": "x" * 100}, 'city is "' + "x" * 78 + "…"),
        ("city.lower() == 'x'", {"city": "X"}, 'city is "X"'),
        ("now.date > '2026-01-01'", {"now__date": date(2026, 1, 2)}, 'now.date is "2026-01-02"'),
        ("traits.tags", {"traits__tags": {"b", "a"}}, 'traits.tags is "a", "b"'),
        ("traits.tags", {"traits__tags": set()}, "traits.tags is empty"),
        ("'a' in query", {"query": {"a": "1", "b": ""}}, 'query is a="1", b=""'),
        ("'a' in query", {"query": {}}, "query is empty"),
        ("query.ref == 'a'", {"query": {"ref": "a"}}, 'query.ref is "a"'),
        ("traits.seats - traits.seats == 0", {"traits__seats": 2.5}, "traits.seats is 2.5"),
        ("utm.source in path", {"path": "/"}, 'utm.source is not known, path is "/"'),
        ("traits.plan is None", {}, "traits.plan is not known"),
    ],
)
def test_a_comparison_says_what_its_facts_are(text: str, known: dict[str, Any], note: str) -> None:
    assert rendered(text, **known).endswith(f"   {note}")
