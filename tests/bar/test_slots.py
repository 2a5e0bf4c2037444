"""What the bar says of each slot: what it shows, which rule matched, and why not the next."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from html import unescape
from typing import Any, get_args

import pytest

from edge.bar.slots import Row, render_slots
from edge.decisions import Experience, decide, explain
from edge.facts import BUILTIN, Env, catalogue
from edge.model import Decision, Place, Reason
from edge.rules import Rule, bind_segments, parse_rule

FACTS = catalogue(BUILTIN)
NOW = 1_800_000_000.0


def rule(text: str) -> Rule:
    return parse_rule(text, FACTS, ("german",))


GERMAN = Experience("german", "hero", rule('country == "DE"'), "hallo")
FRENCH = Experience("french", "hero", rule('country == "FR"'), "bonjour")
EVERYBODY = Experience("everybody", "hero", None, "hello")


def row(*experiences: Experience, reason: Reason | None = None, **facts: Any) -> Row:
    env = Env({}, None, {"path": "/", **facts})
    bind_segments({"german": rule('country == "DE"')}, env)
    decision = decide("hero", experiences, env, NOW) if reason is None else Decision("hero", reason)
    return Row(decision, experiences, explain(experiences, env, NOW))


def html(*rows: Row, zone: tzinfo = UTC) -> str:
    return render_slots(rows, zone)


def lines(one: Row, zone: tzinfo = UTC) -> list[str]:
    """What is said of each experience."""
    items = re.findall(r"<li.*?>(.*?)</li>", html(one, zone=zone))
    return [unescape(re.sub(r"<[^>]+>", "", item.replace("<p>", " | "))) for item in items]


def test_a_page_without_slots_says_so() -> None:
    assert html() == "<p>This page has no slots.</p>"


def test_the_slot_says_what_it_shows_and_for_whom() -> None:
    said = html(row(GERMAN, country="DE"))
    assert "<dt>hero</dt><dd>german</dd>" in said
    assert '<dd class="for">for <code>country == &quot;DE&quot;</code></dd>' in said
    assert '<dd class="what">shows <code>hallo</code></dd>' in said


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (EVERYBODY, "for everybody"),
        (Experience("a", "hero", rule('"german" in segments'), "x"), "for the segment <b>german</b>"),
        (Experience("a", "hero", rule("'german' in segments"), "x"), "for the segment <b>german</b>"),
        (
            Experience("a", "hero", rule('"german" in segments and country == "DE"'), "x"),
            "for <code>&quot;german&quot; in segments and country == &quot;DE&quot;</code>",
        ),
    ],
)
def test_it_says_for_whom_as_whoever_wrote_it_would(one: Experience, said: str) -> None:
    assert f'<dd class="for">{said}</dd>' in html(row(one, country="DE"))


@pytest.mark.parametrize("place", get_args(Place))
def test_every_place_of_a_block_is_told_apart(place: Place) -> None:
    told = {
        html(row(Experience("a", "hero", None, "block" if other != "remove" else None, other)))
        for other in get_args(Place)
        if other != place
    }
    one = html(row(Experience("a", "hero", None, "block" if place != "remove" else None, place)))
    assert one not in told
    assert ("<code>block</code>" in one) == (place != "remove")


def test_attributes_that_are_set_are_named_and_their_values_are_not() -> None:
    said = html(row(Experience("a", "hero", None, None, set=(("class", "x1"), ("href", "x2")))))
    assert "own content, with another <code>class</code>, <code>href</code>" in said
    assert "x1" not in said
    both = html(row(Experience("a", "hero", None, "b", set=(("class", "x1"),))))
    assert "<code>b</code>; sets <code>class</code>" in both


def test_of_each_experience_it_is_said_what_became_of_it() -> None:
    experiences = (
        Experience("off", "hero", None, "x", enabled=False),
        Experience("early", "hero", None, "x", starts=NOW + 86400),
        Experience("late", "hero", None, "x", ends=NOW - 86400),
        Experience("elsewhere", "hero", None, "x", paths=lambda path: False),
        FRENCH,
        GERMAN,
        EVERYBODY,
        FRENCH,
    )
    assert lines(row(*experiences, country="DE")) == [
        "off is switched off",
        "early has not begun | It begins on 16 January 2027, 08:00.",
        "late is over | It ended on 14 January 2027, 08:00.",
        "elsewhere is for other pages",
        'french is not for this visitor | country == "FR" is false (country is DE)',
        'german is shown | country == "DE" is true (country is DE)',
        "everybody was not asked, and would match too | It is for everybody.",
        'french was not asked, and is not for this visitor | country == "FR" is false (country is DE)',
    ]


def test_moments_are_those_of_the_sites_zone() -> None:
    one = row(Experience("early", "hero", None, "x", starts=NOW + 86400))
    assert lines(one, timezone(timedelta(hours=7))) == [
        "early has not begun | It begins on 16 January 2027, 15:00."
    ]


@pytest.mark.parametrize("reason", [one for one in get_args(Reason) if one not in ("matched", "no match")])
def test_of_a_default_it_is_said_what_would_have_been_shown(reason: Reason) -> None:
    one = row(FRENCH, GERMAN, EVERYBODY, reason=reason, country="DE")
    (default,) = re.findall(r"<dd>default: (.*?)</dd>", html(one))
    first, second, third = lines(one)
    assert first.startswith("french is not for this visitor")
    assert second.startswith(f"german matches, but is not shown: {unescape(default)} | country")
    assert third == "everybody would match too | It is for everybody."
    assert 'class="what"' not in html(one)
    assert 'class="shown"' not in html(one)


def test_a_slot_that_went_with_the_slot_around_it_says_so() -> None:
    shown = row(GERMAN, country="DE")
    gone = Row(shown.decision, shown.experiences, shown.steps, gone=True)
    assert "the slot around it shows something else" in html(gone)
    assert "the slot around it" not in html(shown)


def test_without_an_explanation_the_slot_still_says_what_it_shows() -> None:
    said = html(Row(Decision("hero", "matched", "german", "hallo")))
    assert "<dd>german</dd>" in said
    assert "<details>" not in said


def test_of_very_many_experiences_the_first_are_told_and_the_one_that_is_shown() -> None:
    said = html(row(*[FRENCH] * 500, GERMAN, country="DE"))
    assert said.count("<li") == 61
    assert "<b>german</b> <i>is shown</i>" in said
    assert "And 440 more, none of which is shown." in said


def test_the_script_finds_how_to_find_the_slot() -> None:
    decision = Decision("hero", "no match")
    assert '<div data-slot="hero"><dt>' in html(Row(decision))
    assert '<div data-slot="hero" data-select="[id=&quot;a&quot;]" data-times="2"><dt>' in html(
        Row(decision, select='[id="a"]', times=2)
    )
    assert 'data-shown="german"' in html(row(GERMAN, country="DE"))
