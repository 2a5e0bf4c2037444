"""What may be compared with what; what can never be is told when the rule is read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rules.known import env, flaws, only_flaw, rule


@pytest.mark.parametrize(
    ("text", "known", "verdict"),
    [
        ("country == 'DE'", {"country": "DE"}, True),
        ("'DE' == country", {"country": "DE"}, True),
        ("country != 'DE'", {"country": "AT"}, True),
        ("country == region", {"country": "BE", "region": "BE"}, True),
        ("country == region", {}, False),
        ("device == utm.content", {"device": "phone", "utm__content": "phone"}, True),
        ("8 <= now.hour < 24", {"now__hour": 23}, True),
        ("8 <= now.hour < 24", {"now__hour": 7}, False),
        ("new == True", {"new": True}, True),
        ("new == bot", {"new": False, "bot": False}, True),
        ("now.date >= '2026-12-24'", {"now__date": date(2026, 12, 24)}, True),
        ("'2026-12-01' <= now.date <= '2026-12-24'", {"now__date": date(2026, 12, 25)}, False),
        (
            "now.date < traits.trial_ends",
            {"now__date": date(2026, 1, 1), "traits__trial_ends": date(2026, 1, 2)},
            True,
        ),
        ("country in ('DE', 'AT')", {"country": "AT"}, True),
        ("country in ('DE',)", {"country": "AT"}, False),
        ("country not in {'DE', 'AT'}", {"country": "FR"}, True),
        ("now.hour in [9, 10, -0]", {"now__hour": 10.0}, True),
        ("now.date in ('2026-12-24',)", {"now__date": date(2026, 12, 24)}, True),
        ("now.weekday in ('saturday', 'sunday')", {"now__weekday": "sunday"}, True),
        ("city.lower() in ('köln', 'bonn')", {"city": "KÖLN"}, True),
        ("'pricing' in path", {"path": "/pricing"}, True),
        ("utm.source in path", {"path": "/news", "utm__source": "news"}, True),
        ("'pricing' not in path", {"path": "/"}, True),
        ("'vip' in traits.tags", {"traits__tags": frozenset({"vip"})}, True),
        ("utm.source in traits.tags", {"traits__tags": {"news"}, "utm__source": "news"}, True),
        ("'ref' in query", {"query": {"ref": ""}}, True),
        ("traits.plan is None", {}, True),
        ("traits.plan is not None", {"traits__plan": "pro"}, True),
        ("query.ref is None", {"query": {}}, True),
    ],
)
def test_comparisons(text: str, known: dict[str, Any], verdict: bool) -> None:
    assert rule(text).matches(env(**known)) is verdict


@pytest.mark.parametrize(
    "text",
    [
        "country == 'DE'",
        "'DE' == country",
        "now.hour > 3",
        "now.hour == 3",
        "now.date > '2026-01-01'",
        "new == True",
        *(
            "country in ('DE', 'AT')",
            "'x' in path",
            "'x' in traits.tags",
            "'x' in query",
            "traits.plan is not None",
        ),
        *(
            "path.startswith('/')",
            "like(path, '*x')",
            "query.ref == 'x'",
            "city.lower() == 'x'",
            "now.hour + 1 > 0",
        ),
        "country == region",
    ],
)
def test_nothing_is_true_of_what_is_not_known(text: str) -> None:
    assert rule(text).matches(env()) is False


@pytest.mark.parametrize(
    "text",
    [
        "country != 'DE'",
        "now.hour != 3",
        "now.date != '2026-01-01'",
        "country not in ('DE', 'AT')",
        "country != region",
        *(
            "'x' not in path",
            "'x' not in traits.tags",
            "'x' not in query",
            "traits.plan is None",
            "query.ref != 'x'",
        ),
    ],
)
def test_what_is_not_known_differs_from_everything(text: str) -> None:
    assert rule(text).matches(env()) is True


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("country == 'de'", "'de'", 'did you mean "DE"?'),
        ("'de' != country", "'de'", 'did you mean "DE"?'),
        ("country == AT", "AT", 'if you mean a text, put it in quotes: "AT"'),
        ("country == 'Germany'", "'Germany'", 'write it as in "DE"'),
        ("language == 'de-AT'", "'de-AT'", 'write it as in "de"'),
        ("path == 'pricing'", "'pricing'", 'did you mean "/pricing"?'),
        ("country == 5", "5", 'write it in quotes: "5"'),
        ("country in ('DE', 'at')", "'at'", 'did you mean "AT"?'),
        ("traits.plan == 'por'", "'por'", 'did you mean "pro"?'),
        ("traits.plan == 'gold'", "'gold'", "choose one of free, pro"),
        ("now.hour > 30", "30", "it is from 0 to 23"),
        ("now.hour == 24", "24", "it is from 0 to 23"),
        ("now.hour == '9'", "'9'", "write it without quotes: 9"),
        ("now.hour in (9, '10')", "'10'", "write it without quotes: 10"),
        ("now.date > 'christmas'", "'christmas'", 'write it as in "2026-12-24"'),
        ("now.date > '2026-02-30'", "'2026-02-30'", "write year-month-day"),
        ("now.date > 3", "3", 'write it as in "2026-12-24"'),
        ("new == 1", "1", "write new, or not new"),
        ("city.lower() == 'Köln'", "'Köln'", 'write "köln"'),
        ("city.lower() in ('köln', 'Bonn')", "'Bonn'", 'write "bonn"'),
        ("city.lower() == 5", "city.lower() == 5", 'write city.lower() == "5"'),
        ("city.lower() > 5", "city.lower() > 5", "compare two of the same type"),
        ('query["n"] == 1', 'query["n"] == 1', 'write query["n"] == "1"'),
        ("1 != query.n", "1 != query.n", 'write "1" != query.n'),
        ("city.lower() in ('köln', 5)", "5", "compare two of the same type"),
        ("country == now.hour", "country == now.hour", "compare two of the same type"),
        ("city > 'K'", "city > 'K'", "write == or != or in"),
        ("new < bot", "new < bot", "write == or != or in"),
        ("traits.tags == 'vip'", "traits.tags", 'write "…" in traits.tags'),
        ("'ref' == query", "query", 'write "…" in query'),
        ("traits.tags in ('vip',)", "traits.tags", "write =="),
        ("new in (True, False)", "new", "write =="),
        ("'a' == 'b'", "'a' == 'b'", "compare a fact with a value"),
        ("'a' in ('a', )", "'a' in ('a'", "compare a fact with a value"),
        ("country == None", "None", "write is None or is not None"),
        ("country is 'DE'", "'DE'", "write == to compare"),
        ("5 is None", "5", "write a fact before is"),
        ("cuontry is None", "cuontry", "did you mean country?"),
        ("country in ('DE')", "'DE'", "write country == 'DE'"),
        ('country not in "DE"', '"DE"', 'write country != "DE"'),
        ('country in "DE, AT"', '"DE, AT"', 'write country in ["DE", "AT"]'),
        ('country not in "DE,AT,"', '"DE,AT,"', 'write country not in ["DE", "AT"]'),
        ("now.hour in 5", "5", "write now.hour == 5"),
        ("'x' in now.hour", "now.hour", "write == to compare"),
        ("'' in path", "''", "write it in quotes"),
        ("3 in path", "3", "write it in quotes"),
        ("'x' in pth", "pth", "did you mean path?"),
        ("country in ()", "()", 'write it as in ("DE", "AT")'),
        ("country in (city,)", "city", "join with or instead"),
        ("country in ('DE', cty)", "cty", "did you mean city?"),
        ("cuontry in ('DE',)", "cuontry", "did you mean country?"),
        ("'vpi' in segments", "'vpi'", 'did you mean "vip"?'),
        ("'gardeners' in segments", "'gardeners'", "define it in segments.toml"),
        ("country in segments", "country", 'write "name" in segments'),
    ],
)
def test_what_cannot_be_compared_has_its_place_and_its_cure(text: str, place: str, cure: str) -> None:
    found = only_flaw(text)
    assert (found[0], found[2]) == (place, cure)


def test_the_links_of_a_chain_are_checked_each() -> None:
    text = "30 < now.hour < 'x'"
    assert [text[flaw.start : flaw.end] for flaw in flaws(text)] == ["30", "'x'"]


@pytest.mark.parametrize("text", ["now.hour < 24", "now.hour > -1", "now.hour <= 23", "now.hour >= 0"])
def test_a_number_may_be_bounded_from_just_outside(text: str) -> None:
    assert rule(text).matches(env(now__hour=5))


@pytest.mark.parametrize(
    ("text", "cause", "cure"),
    [
        (
            "22 <= now.hour < 5",
            "now.hour is never at once >= 22 and < 5",
            "write now.hour >= 22 or now.hour < 5",
        ),
        (
            "5 > now.hour >= 22",
            "now.hour is never at once < 5 and >= 22",
            "write now.hour < 5 or now.hour >= 22",
        ),
        (
            "now.hour >= 22 and now.hour < 5",
            "now.hour is never at once >= 22 and < 5",
            "write now.hour >= 22 or now.hour < 5",
        ),
        (
            "now.date > '2026-12-24' and new and '2026-12-24' >= now.date",
            "now.date is never at once > '2026-12-24' and <= '2026-12-24'",
            "write now.date > '2026-12-24' or now.date <= '2026-12-24'",
        ),
    ],
)
def test_bounds_with_nothing_between_them_are_refused(text: str, cause: str, cure: str) -> None:
    assert only_flaw(text) == (text, cause, cure)


@pytest.mark.parametrize(
    "text",
    [
        "5 <= now.hour <= 5",
        "5 <= now.hour < 22",
        "now.hour >= 22 or now.hour < 5",
        "now.hour >= 22 and traits.seats < 5",
        "now.hour > 3 and now.hour > 5 and now.hour == 7 and now.hour < traits.seats",
        "now.hour >= 22 and (now.hour < 23 or now.hour < 5)",
    ],
)
def test_bounds_with_something_between_them_are_fine(text: str) -> None:
    assert rule(text).text == text
