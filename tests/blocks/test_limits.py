"""What a rendering may cost: every hostile template is refused or stopped."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from edge.blocks import BlockFailed, compile_block, render
from edge.blocks.limits import MAX_OUTPUT, MAX_TEXT, Budget
from edge.model import Value
from tests.blocks.catalogue import FACTS, env, rendered

KNOWN: Mapping[str, Value] = {
    "query": {"u": "a" * 60_000},
    "city": "x" * 5000,
    "traits.tags": frozenset(str(number) for number in range(1000)),
    "now.hour": 9,
}


def looped(body: str, turns: int = 100_000) -> str:
    return f"{{% for i in range({turns}) %}}{body}{{% endfor %}}"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('{{ "a" * 1000000000 }}', "cannot be computed"),
        ('{{ "%1000000000d" % 1 }}', "cannot be computed"),
        ("{{ [1] * 1000000000 }}", "cannot be computed"),
        ("{{ [1] + [2] }}", "cannot be computed"),
        ('{% if "a" * 1000000000 %}{% endif %}', "cannot be computed"),
        (looped(looped("")), "100,000 steps"),
        (looped("", 100_001), "a range of more than"),
        (looped("{% for a in query.u %}{% endfor %}"), "100,000 steps"),
        (looped("{% for a in [1] %}{{ loop.last }}{% endfor %}"), "100,000 steps"),
        (looped("{{ city }}"), "1,048,576 characters"),
        ("{{ range(100000)|join('aaaaaaaaaa') }}", "a text grew"),
        ("{{ query.u|replace('a', query.u) }}", "a text grew"),
        ("{{ query.u|replace('', query.u) }}", "a text grew"),
        ("{{ query.u ~ query.u }}", "a text grew"),
        ("{{ query.u + query.u }}", "a text grew"),
        ("{{ query.u|urlencode|tojson ~ query.u }}", "a text grew"),
        ("{% set a = 'aaaa' %}" + "{% set a = a ~ a %}" * 40, "a text grew"),
        ("{% set a = 'aaaa' %}" + "{% set a = a + a %}" * 40, "a text grew"),
        ("{% set a = 9 %}" + "{% set a = a * a %}" * 40, "a number grew"),
        ("{% set a = [1] %}" + "{% set a = [a, a, a, a] %}" * 40, "must be written there"),
        ("{% set a = [1] %}" + "{% set a = (a, a, a, a) %}" * 40, "must be written there"),
        ("{% set a = [1] %}" + "{% set a = {'a': a, 'b': a} %}" * 40, "must be written there"),
        (looped("{% if query.u == city %}{% endif %}"), "units of work"),
        (looped("{% if 'b' in query.u %}{% endif %}"), "units of work"),
        (looped("{% if 1 < 2 < query.u|length %}{% endif %}"), "units of work"),
        (looped("{% set a = query.u|upper %}"), "units of work"),
        (looped("{% set a = query.u[::2] %}"), "units of work"),
        (looped("{% set a = range(100000)|list %}"), "units of work"),
        (looped("{% set a = traits.tags|sort %}"), "units of work"),
        (looped("{% set a = query|items %}"), "units of work"),
        (looped("{% set a = 1 + 1 + 1 + 1 + 1 + 1 %}"), "units of work"),
        (looped("{% if bot %}{% endif %}" * 99), "units of work"),
        (looped("{% set a = [" + "1," * 999 + "] %}"), "units of work"),
        ("{{ 1.5|round(1000000000, 'ceil') }}", "0 to 15 digits"),
    ],
)
def test_hostile_templates_are_stopped(source: str, why: str) -> None:
    block = compile_block("test", source, FACTS)
    with pytest.raises(BlockFailed, match=why):
        render(block, env(KNOWN))


def test_what_stays_within_the_limits_is_rendered() -> None:
    assert rendered(looped("")) == ""
    assert len(rendered(looped("{{ i }}", 99_999))) == 488_885
    assert len(rendered("{{ query.u }}" * 17, KNOWN)) == 17 * 60_000 < MAX_OUTPUT
    assert len(rendered("{{ query.u ~ city }}", KNOWN)) == 65_000 < MAX_TEXT
    assert rendered("{{ 9223372036854775807 }}") == "9223372036854775807"


def test_a_loop_over_unknown_length_pays_for_it_too() -> None:
    assert rendered("{% for a in traits.tags if a|int > 997 %}{{ loop.length }}{% endfor %}", KNOWN) == "22"


def test_steps_are_counted_one_by_one() -> None:
    budget = Budget()
    budget.steps = 3
    assert list(budget.turns("abc", 1)) == ["a", "b", "c"]
    with pytest.raises(BlockFailed):
        list(budget.turns("d", 1))


def test_each_rendering_has_its_own_budget() -> None:
    block = compile_block("test", looped(""), FACTS)
    assert render(block, env()) == render(block, env()) == ""
