"""Rendering: the same input, the same bytes."""

from __future__ import annotations

import pytest

from edge.blocks import Block, BlockFailed, compile_block, render
from edge.blocks.render import given
from edge.errors import EdgeError
from tests.blocks.catalogue import FACTS, env, rendered


def block(source: str) -> Block:
    return compile_block("hero/de", source, FACTS)


def test_a_failure_names_the_block_and_the_fact() -> None:
    with pytest.raises(BlockFailed, match=r"^block hero/de: traits\.first_name is not known$") as caught:
        render(block("{{ traits.first_name }}"), env())
    assert isinstance(caught.value, EdgeError)


def test_words_come_in_the_same_order_in_every_process() -> None:
    source = "{{ traits.tags|join(' ') }}"
    words = frozenset(map(str, range(50)))
    assert rendered(source, {"traits.tags": words}) == " ".join(sorted(words))


def test_only_what_is_read_is_worked_out() -> None:
    page = env({"country": "DE"})
    assert render(block("{{ country }}"), page) == "DE"
    assert set(page) == {"country"}


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1)])
def test_values_that_print_differently_are_different_inputs(one: object, other: object) -> None:
    reader = block("{{ traits.age }}")
    first, second = given(reader, env({"traits.age": one})), given(reader, env({"traits.age": other}))  # type: ignore[dict-item]
    assert first != second


def test_of_the_query_only_what_is_named_is_an_input() -> None:
    reader = block("{{ query.a }}")
    assert given(reader, env({"query": {"a": "1", "b": "2"}})) == given(
        reader, env({"query": {"b": "3", "a": "1"}})
    )
    assert given(reader, env()) == given(reader, env({"query": {}})) == (None,)
    whole = block("{% for k, v in query|items %}{{ k }}{% endfor %}")
    assert given(whole, env({"query": {"a": "1", "b": "2"}})) == given(whole, env({"query": {"b": "2", "a": "1"}}))
