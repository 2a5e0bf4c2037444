"""Facts, texts, numbers and what can be made of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rules.known import env, flaws, only_flaw, rule


@pytest.mark.parametrize(
    ("text", "known", "verdict"),
    [
        ("utm.source == 'news'", {"utm__source": "news"}, True),
        ("traits.seats == -5", {"traits__seats": -5}, True),
        ("traits.seats == +5", {"traits__seats": 5}, True),
        ("-traits.seats == 5", {"traits__seats": -5}, True),
        ("+traits.seats == 5", {"traits__seats": 5}, True),
        ("-traits.seats < 5", {}, False),
        ("traits.seats * 2 + 1 > 10", {"traits__seats": 5}, True),
        ("traits.seats / now.hour > 1", {"traits__seats": 5, "now__hour": 0}, False),
        ("traits.seats / now.hour != 1", {"traits__seats": 5, "now__hour": 0}, True),
        ("traits.seats * traits.seats > 1", {"traits__seats": 10**18}, False),
        ("traits.seats > 0", {"traits__seats": float("nan")}, False),
        ("traits.seats == 1", {"traits__seats": True}, False),
        (
            "traits.trial_ends - now.date <= 7",
            {"traits__trial_ends": date(2027, 1, 2), "now__date": date(2026, 12, 30)},
            True,
        ),
        ("city.lower() == 'köln'", {"city": "KÖLN"}, True),
        ("city.lower() == 'köln'", {}, False),
        ("city.lower().lower() == 'köln'", {"city": 5}, False),
        ("device.lower() == 'phone'", {"device": "Phone"}, True),
        ("query['ref'] == 'a'", {"query": {"ref": "a"}}, True),
        ("query.ref == 'a'", {"query": {"ref": "a"}}, True),
        ("query['a b'] == 'a'", {"query": {}}, False),
        ("query.ref == 'a'", {"query": "ref"}, False),
        ("query.ref == 'a'", {"query": {"ref": ["a"]}}, False),
        ("query.ref.lower() == 'a'", {"query": {"ref": "A"}}, True),
    ],
)
def test_operands_give_what_is_known(text: str, known: dict[str, Any], verdict: bool) -> None:
    assert rule(text).matches(env(**known)) is verdict


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("cuontry == 'DE'", "cuontry", "did you mean country?"),
        ("utm_source == 'x'", "utm_source", "did you mean utm.source?"),
        ("hour > 3", "hour", "did you mean now.hour?"),
        ("traits.sats > 3", "traits.sats", "did you mean traits.seats?"),
        ("traits.shoe_colour == 'x'", "traits.shoe_colour", "declare the trait shoe_colour in facts.toml"),
        ("weather.now == 'x'", "weather.now", "use one of Edge's facts, or declare a trait in facts.toml"),
        ("country == DE", "DE", 'if you mean a text, put it in quotes: "DE"'),
        ("referrer == 'x'", "referrer", "write one of referrer.url, referrer.host, referrer.kind"),
        ("vip", "vip", 'write "vip" in segments'),
        ("new or headphone-fan", "headphone-fan", 'write "headphone-fan" in segments'),
        ("segments == 'vip'", "segments", 'write "name" in segments'),
        (
            "path.lower == 'x'",
            "path.lower",
            "there is only .lower(), .startswith(…), .endswith(…), each with its brackets",
        ),
        (
            "path.lower().x == 'x'",
            "path.lower().x",
            "of a value there is only .lower(), .startswith(…), .endswith(…)",
        ),
        ("path.lower('x') == 'x'", "path.lower('x')", "write .lower()"),
        ("now.hour.lower() == 'x'", "now.hour", "only text has .lower()"),
        ("city.lowre() == 'x'", "city.lowre", "did you mean path.lower()?"),
        ("city.contains('x')", "city.contains", "write 'x' in city"),
        ("traits.tags.includes('x')", "traits.tags.includes", "write 'x' in traits.tags"),
        ("includes(city, 'x')", "includes", 'write "x" in path'),
        ("city.matches('x')", "city.matches", 'write like(city, "/x*")'),
        ("starts_with(path, '/x')", "starts_with", 'did you mean path.startswith("/x")?'),
        (
            "len(path) > 3",
            "len",
            'there are only like(path, "/x*"), path.lower(), path.startswith("/x"), path.endswith("/x")',
        ),
        ("path.x().y == 'x'", "path.x().y", "of a value there is only .lower(), .startswith(…), .endswith(…)"),
        ("traits['plan'] == 'x'", "traits['plan']", 'they take a name out of the query: query["ref"]'),
        ("qery['ref'] == 'x'", "qery", "did you mean query?"),
        ("query[path] == 'x'", "query[path]", 'they take a name out of the query: query["ref"]'),
        ("-path == 3", "path", "only a number can have a sign"),
        ("-(hour) == 3", "hour", "did you mean now.hour?"),
        ("cuontry.lower() == 'x'", "cuontry", "did you mean country?"),
        (
            "path + 'x' == path",
            "path",
            "numbers can be added, subtracted, multiplied and divided, and a date subtracted from a date",
        ),
        (
            "now.date + 1 == now.date",
            "now.date",
            "numbers can be added, subtracted, multiplied and divided, and a date subtracted from a date",
        ),
        ("(new and bot) == new", "new and bot", "join conditions with and, or, not"),
        ("(not new) == bot", "not new", "join conditions with and, or, not"),
        ("path.startswith('/') == new", "path.startswith('/')", "join conditions with and, or, not"),
        ("like(path, '/') == new", "like(path, '/')", "join conditions with and, or, not"),
        ("country == ('DE', 'AT')", "('DE', 'AT')", 'write it as in country in ("DE", "AT")'),
        ("country == {}", "{}", "use facts, numbers and quoted texts"),
    ],
)
def test_a_wrong_operand_has_its_place_and_its_cure(text: str, place: str, cure: str) -> None:
    found = only_flaw(text)
    assert (found[0], found[2]) == (place, cure)


def test_suggestions_end_before_they_cost_time() -> None:
    text = " or ".join(["cuontry"] * 60)
    cures = [flaw.cure for flaw in flaws(text)]
    assert len(cures) == 60
    assert cures.count("did you mean country?") == 20
