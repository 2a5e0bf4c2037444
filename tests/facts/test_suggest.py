"""Did you mean …?"""

from __future__ import annotations

import pytest

from edge.facts import BUILTIN, did_you_mean, suggest

NAMES = [fact.name for fact in BUILTIN]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("cuontry", "country"),
        ("COUNTRY", "country"),
        ("utm_source", "utm.source"),
        ("utm-source", "utm.source"),
        ("hour", "now.hour"),
        ("reffererhost", "referrer.host"),
        ("weather", None),
        ("", None),
        ("country" * 20, None),
    ],
)
def test_the_likeliest_name(word: str, name: str | None) -> None:
    assert suggest(word, NAMES) == name


def test_it_is_put_as_a_question_or_otherwise() -> None:
    assert did_you_mean("por", ["free", "pro"]) == 'did you mean "pro"?'
    assert did_you_mean("gold", ["free", "pro"], "choose one") == "choose one"
