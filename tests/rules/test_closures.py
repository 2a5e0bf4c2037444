"""A value of another type than its fact is as good as not known."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.known import env, rule

ODD: list[Any] = [
    *(True, False, 0, 3, 3.5, float("nan"), float("inf"), 10**400, -(10**19), "", "x", b"x", 1j, Decimal(3)),
    *([], ["x"], (), set(), {"x"}, frozenset({1}), {}, {"x": "x"}, {"ref": 1}, object(), date(2026, 1, 1)),
    *(datetime(2026, 1, 1), "\ud800"),
]
RULES: dict[type, list[str]] = {
    str: [
        *("city == 'x'", "city != 'x'", "city in ('x', 'y')", "city not in ('x', 'y')", "'x' in city", "city"),
        *("city is None", "city.startswith('x')", "city.lower() == 'x'", "like(city, '*x')", "city == region"),
        *("'x' == city", "city in path", "city in traits.tags"),
    ],
    int: [
        *(
            "traits.seats == 3",
            "traits.seats != 3",
            "traits.seats < 3",
            "traits.seats >= 0",
            "traits.seats in (0, 1)",
        ),
        *("traits.seats is None", "traits.seats + 1 > 0", "-traits.seats <= 0", "1 / traits.seats != 1"),
        "traits.seats * 0 == 0",
    ],
    bool: ["traits.dealer", "traits.dealer == True", "traits.dealer != True", "traits.dealer is None"],
    date: [
        *("traits.trial_ends > '2025-01-01'", "traits.trial_ends == '2026-01-01'", "traits.trial_ends is None"),
        *(
            "traits.trial_ends - now.date > 0",
            "traits.trial_ends in ('2026-01-01',)",
            "traits.trial_ends < now.date",
        ),
    ],
    set: ["traits.tags", "'x' in traits.tags", "'x' not in traits.tags", "traits.tags is None"],
    dict: ["query", "'x' in query", "query.ref == 'x'", "query.ref != 'x'", "query.ref is None", "query is None"],
}
FACT = {
    str: "city",
    int: "traits.seats",
    bool: "traits.dealer",
    date: "traits.trial_ends",
    set: "traits.tags",
    dict: "query",
}


def fits(value: Any, kind: type) -> bool:
    if kind is int:
        return type(value) in (int, float) and abs(value) <= 10**18
    if kind is set:
        return isinstance(value, set | frozenset)
    return type(value) is kind


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in RULES.items() for text in texts])
def test_a_value_of_another_type_is_not_known(kind: type, text: str) -> None:
    around = {"region": "x", "path": "/x", "now__date": date(2026, 1, 1)}
    read = rule(text)
    missing = read.matches(env(**around))
    for value in ODD:
        known = env(**around)
        known[FACT[kind]] = value
        verdict = read.matches(known)
        assert read.explain(known).value is verdict
        assert read.explain(known).render()
        if not fits(value, kind):
            assert verdict is missing, value
