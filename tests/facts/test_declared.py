"""A site declares its own traits."""

from __future__ import annotations

import pytest

from edge.facts import FactError, declared_trait


def test_a_trait_is_named_under_traits_and_needs_the_cookie() -> None:
    fact = declared_trait("plan", "choice", "What they pay for", ["free", "pro"])
    assert (fact.name, fact.kind, fact.about, fact.choices) == (
        "traits.plan",
        "choice",
        "What they pay for",
        ("free", "pro"),
    )
    assert fact.cookie


@pytest.mark.parametrize(
    ("name", "kind", "choices", "message"),
    [
        ("first-name", "text", [], "cannot name a trait"),
        ("größe", "number", [], "cannot name a trait"),
        ("_plan", "text", [], "cannot name a trait"),
        ("", "text", [], "cannot name a trait"),
        ("class", "text", [], "cannot name a trait"),
        ("plan", "txt", [], 'did you mean "text"'),
        ("plan", "colour", [], "choose one of text, number"),
        ("plan", "choice", [], "a choice needs its choices"),
        ("plan", "text", ["free"], "only a choice has choices"),
        ("plan", "choice", ["free", "free"], "empty or stands twice"),
        ("plan", "choice", ["free", ""], "empty or stands twice"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(name: str, kind: str, choices: list[str], message: str) -> None:
    with pytest.raises(FactError, match=message) as caught:
        declared_trait(name, kind, "", choices)
    assert caught.value.cure
