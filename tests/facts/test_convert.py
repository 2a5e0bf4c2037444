"""From what somebody wrote to a fact's value, or why it cannot be one."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from edge.facts import BUILTIN, Fact, FactError, Kind, catalogue, convert

FACTS = catalogue(BUILTIN)
PLAN = Fact("traits.plan", "choice", "", "", ("free", "pro"))


def plain(kind: Kind) -> Fact:
    return Fact("fact", kind, "", "")


@pytest.mark.parametrize(
    ("fact", "raw", "value"),
    [
        (plain("text"), "", ""),
        (plain("number"), 3, 3),
        (plain("number"), -2.5, -2.5),
        (plain("flag"), False, False),
        (plain("date"), "2026-12-24", date(2026, 12, 24)),
        (plain("date"), date(2026, 12, 24), date(2026, 12, 24)),
        (plain("words"), ["vip", "vip"], frozenset({"vip"})),
        (plain("words"), (), frozenset()),
        (plain("map"), {"ref": "news"}, {"ref": "news"}),
        (PLAN, "pro", "pro"),
        (FACTS["country"], "DE", "DE"),
        (FACTS["now.hour"], 23, 23),
        (FACTS["path"], "/a\nb", "/a\nb"),
    ],
)
def test_what_fits_is_converted(fact: Fact, raw: object, value: object) -> None:
    assert convert(fact, raw) == value


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_none_is_not_known_whatever_the_fact(fact: Fact) -> None:
    assert convert(fact, None) is None


@pytest.mark.parametrize(
    ("fact", "raw", "cause", "cure"),
    [
        (plain("text"), 5, "fact is text, not the number 5", 'write it in quotes: "5"'),
        (plain("text"), True, "fact is text, not true", 'write it in quotes: "…"'),
        (plain("text"), ["a"], "fact is text, not a list", 'write it in quotes: "…"'),
        (plain("number"), "5", 'fact is a number, not "5"', "write it without quotes: 5"),
        (plain("number"), "five", 'fact is a number, not "five"', "write a number: 18"),
        (plain("number"), False, "fact is a number, not false", "write a number: 18"),
        (
            plain("number"),
            float("nan"),
            "fact is never nan",
            "it is from -1000000000000000000 to 1000000000000000000",
        ),
        (plain("flag"), 1, "fact is true or false, not the number 1", "write true or false"),
        (plain("flag"), date(2026, 1, 1), "fact is true or false, not the date 2026-01-01", "write true or false"),
        (plain("date"), "24.12.2026", 'fact is a date, not "24.12.2026"', 'write it as in "2026-12-24"'),
        (plain("date"), "2026-02-30", '"2026-02-30" is not a day of the calendar', "write year-month-day"),
        (
            plain("date"),
            datetime(2026, 1, 1),
            "fact is a date, not the date 2026-01-01 00:00:00",
            'write it as in "2026-12-24"',
        ),
        (plain("words"), "vip", 'fact is a list of words, not "vip"', 'write it as in ["vip", "dealer"]'),
        (plain("words"), [1], "fact is a list of words, not a list", 'write it as in ["vip", "dealer"]'),
        (plain("map"), {"a": 1}, "fact is text by name, not a table", 'write it as in {ref = "news"}'),
        (plain("map"), "x" * 50, f'fact is text by name, not "{"x" * 40}…"', 'write it as in {ref = "news"}'),
        (PLAN, "prro", 'traits.plan is never "prro"', 'did you mean "pro"?'),
        (PLAN, "gold", 'traits.plan is never "gold"', "choose one of free, pro"),
        (PLAN, 5, "traits.plan is never the number 5", "choose one of free, pro"),
        (FACTS["country"], "de", 'country is never "de"', 'did you mean "DE"?'),
        (FACTS["country"], "Germany", 'country is never "Germany"', 'write it as in "DE"'),
        (FACTS["path"], "pricing", 'path is never "pricing"', 'did you mean "/pricing"?'),
        (
            FACTS["referrer.host"],
            "www.a.de",
            'referrer.host is never "www.a.de"',
            'write it as in "news.example.com"',
        ),
        (FACTS["now.hour"], 24, "now.hour is never 24", "it is from 0 to 23"),
    ],
)
def test_what_cannot_be_says_why_and_what_to_do(fact: Fact, raw: object, cause: str, cure: str) -> None:
    with pytest.raises(FactError) as caught:
        convert(fact, raw)
    assert (caught.value.cause, caught.value.cure) == (cause, cure)
    assert str(caught.value) == f"{cause}: {cure}"
