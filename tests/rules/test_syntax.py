"""Where the parts of a rule stand, in characters, and what to say where they make no expression."""

from __future__ import annotations

import pytest

from tests.rules.known import flaws, only_flaw, rule


def test_a_rule_may_run_over_several_lines() -> None:
    written = rule('\n  country == "DE"\n\tand\n  not new\n')
    assert [written.text[part.start : part.end] for part in written.root.parts] == ['country == "DE"', "not new"]


def test_offsets_count_characters_not_bytes() -> None:
    text = 'city == "Köln 😀" and citty == "Zürich"\n or "ü" == cuontry'
    assert [text[flaw.start : flaw.end] for flaw in flaws(text)] == ["citty", "cuontry"]


@pytest.mark.parametrize("text", ["new,", "(new, bot)", "new, bot"])
def test_a_list_by_itself_is_refused_where_it_stands(text: str) -> None:
    (flaw,) = flaws(text)
    assert "list" in flaw.cause
    assert 0 <= flaw.start < flaw.end <= len(text)


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("", "", "the rule is empty"),
        (" \n ", " \n ", "the rule is empty"),
        ("country ==", "==", "the rule stops after =="),
        ("new and", "and", "the rule stops after and"),
        ('country "DE"', 'country "DE"', 'nothing joins country and "DE"'),
        ("(new) bot", ") bot", "nothing joins ) and bot"),
        ("or new", "or", "or cannot stand here"),
        ("new or or bot", "or", "or cannot stand here"),
        ("new not bot", "new not", "nothing joins new and not"),
        ("country not in", "in", "the rule stops after in"),
        ("in not in new", "in", "in cannot stand here"),
    ],
)
def test_words_in_the_wrong_order_are_named(text: str, place: str, cause: str) -> None:
    found = only_flaw(text)
    assert found[:2] == (place, cause)
