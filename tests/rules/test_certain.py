"""What is known for certain of a visitor for whom a rule holds."""

from __future__ import annotations

import pytest

from edge.rules import certain
from tests.rules.known import rule

RULES = {"vip": rule("traits.dealer and city != 'x'"), "headphone-fan": rule("'vip' in segments and os == 'ios'")}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("city == 'Ulm'", "city"),
        ("city != 'Ulm' or region == 'x'", ""),
        ("city in ('Ulm', 'Aalen') and region.startswith('B')", "city region"),
        ("city not in ('Ulm', 'Aalen') and 'x' not in region", ""),
        ("not city == 'Ulm' and not region", ""),
        ("city is not None and region is None", "city"),
        ("city", "city"),
        ("city == 'Ulm' and new or city == 'Aalen'", "city"),
        ("like(city, '*x') and now.hour - traits.seats > 3", "city now.hour traits.seats"),
        ("3 < traits.seats < 9", "traits.seats"),
        ("query.ref == 'x' or 'ref' in query", "query"),
        ("query.ref == 'x'", "query query.ref"),
        ("'headphone-fan' in segments", "os traits.dealer"),
        ("'headphone-fan' not in segments", ""),
        ("True", ""),
    ],
)
def test_what_is_known_where_a_rule_holds(text: str, names: str) -> None:
    found = {name if key is None else f"{name}.{key}" for name, key in certain(rule(text), RULES)}
    assert found == set(names.split())
