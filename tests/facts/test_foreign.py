"""From what another system says to a fact's value."""

from __future__ import annotations

from datetime import date

import pytest

from edge.facts import Fact, FactError, Kind, convert_foreign

PLAN = Fact("traits.plan", "choice", "", "", ("free", "pro"))


def plain(kind: Kind) -> Fact:
    return Fact("fact", kind, "", "")


@pytest.mark.parametrize(
    ("fact", "raw", "value"),
    [
        (plain("text"), "12", "12"),
        (plain("number"), 12, 12),
        (plain("flag"), True, True),
        (plain("words"), ["a"], frozenset({"a"})),
        (PLAN, "pro", "pro"),
        (plain("date"), "2026-12-24", date(2026, 12, 24)),
        (plain("date"), "2026-12-24T09:30:00Z", date(2026, 12, 24)),
        (plain("date"), "2026-12-24T09:30:00.123+02:00", date(2026, 12, 24)),
        (plain("date"), "2026-12-24 09:30:00", date(2026, 12, 24)),
        (plain("number"), None, None),
        (plain("text"), "", ""),
    ],
)
def test_json_is_read_as_it_is_and_of_a_moment_the_date(fact: Fact, raw: object, value: object) -> None:
    assert convert_foreign(fact, raw) == value


@pytest.mark.parametrize(
    ("fact", "raw", "value"),
    [
        (plain("text"), "12", "12"),
        (plain("number"), "12", 12),
        (plain("number"), "-3.50", -3.5),
        (plain("flag"), "true", True),
        (plain("flag"), "False", False),
        (plain("words"), "a;b; c ;;", frozenset({"a", "b", "c"})),
        (PLAN, "pro", "pro"),
        (plain("date"), "2026-12-24", date(2026, 12, 24)),
        (plain("date"), "2026-12-24T09:30:00Z", date(2026, 12, 24)),
        (plain("date"), "1798070400000", date(2026, 12, 24)),
        (plain("date"), "-157766400000", date(1965, 1, 1)),
        (plain("number"), 12, 12),
        *((plain(kind), "", None) for kind in ("text", "number", "flag", "words", "date")),
    ],
)
def test_where_all_are_texts_each_is_read_as_its_kind(fact: Fact, raw: object, value: object) -> None:
    found = convert_foreign(fact, raw, texts=True)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("fact", "raw"),
    [
        (plain("number"), "many"),
        (plain("number"), "1e400"),
        (plain("number"), "9" * 19),
        (plain("number"), "9" * 5_000),
        (plain("number"), "٣"),
        (plain("flag"), "yes"),
        (plain("date"), "24.12.2026"),
        (plain("date"), "2026-02-30T00:00:00Z"),
        (plain("date"), "9999999999999999"),
        (PLAN, "gold"),
    ],
)
def test_what_it_can_never_be_is_refused(fact: Fact, raw: str) -> None:
    for texts in (False, True):
        with pytest.raises(FactError):
            convert_foreign(fact, raw, texts=texts)
