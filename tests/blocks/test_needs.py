"""Which facts a block cannot do without."""

from __future__ import annotations

import pytest

from edge.blocks import BlockFailed, compile_block, render
from tests.blocks.catalogue import FACTS, env


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("{{ city }}{{ city|upper }}{{ query.ref }}", "city query.ref"),
        ("{{ city or 'you' }}{{ city|default('you') }}{{ city|d(region) }}", "region"),
        ("{{ city or region }}{{ city and 'x' }}", "city region"),
        ("{% if city %}{{ city }}{% else %}{{ region }}{% endif %}", "region"),
        ("{% if not city %}x{% else %}{{ city }}{% endif %}", ""),
        ("{% if city is undefined %}{% else %}{{ city }}{% endif %}", ""),
        ("{% if city == 'Ulm' %}{{ city }}{% elif city is defined and region %}{{ city }}{% endif %}", ""),
        ("{% if city is defined and region %}{{ city }}{{ region }}{% endif %}", ""),
        ("{% if city != 'Ulm' %}{{ city }}{% endif %}", "city"),
        ("{% if city != 'Ulm' %}x{% else %}{{ city }}{% endif %}", ""),
        ("{% if city in ['Ulm', 'Aalen'] %}{{ city }}{% endif %}", ""),
        ("{% if 'a' in traits.tags %}{{ traits.tags|first }}{% endif %}", ""),
        ("{% if city == none %}{{ city }}{% endif %}{% if city == region %}{{ city }}{% endif %}", "city"),
        ("{% if city or region %}{{ city }}{% endif %}", "city"),
        ("{% if not (city and region) %}x{% else %}{{ city }}{% endif %}", ""),
        ("{% if not city or not region %}x{% else %}{{ city }}{% endif %}", ""),
        ("{% if not city and not region %}x{% else %}{{ city }}{% endif %}", "city"),
        ("{{ city if city else 'x' }}{{ region if city }}", "region"),
        ("{{ 'x' if not city else city }}{% if (city if city else none) %}{% endif %}", ""),
        ("{% for tag in traits.tags %}{{ tag }}{% endfor %}", "traits.tags"),
        ("{% if traits.tags %}{% for tag in traits.tags %}{{ tag }}{% endfor %}{% endif %}", ""),
        ("{% set a = city %}{% set b = region|upper %}", "region"),
        ("{% if traits.age > 18 or traits.age is odd %}x{% endif %}", "traits.age"),
        ("{% if city and city|length > 3 or region is none %}x{% endif %}", ""),
        ("{{ city ~ '!' }}{{ traits.age + 1 }}<script>a = {{ region|tojson }}</script>", "city traits.age"),
    ],
)
def test_what_a_block_fails_without(source: str, facts: str) -> None:
    needs = compile_block("a", source, FACTS).needs
    found = {one.fact if one.key is None else f"{one.fact}.{one.key}" for one in needs}
    assert found == set(facts.split())


@pytest.mark.parametrize("source", ["{{ city }}", "{{ city|upper }}", "{% for tag in traits.tags %}{% endfor %}"])
def test_it_does_fail_without(source: str) -> None:
    with pytest.raises(BlockFailed, match="is not known"):
        render(compile_block("a", source, FACTS), env())
