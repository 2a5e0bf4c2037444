"""Rendering: the same input, the same bytes."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from edge.blocks import Block, BlockFailed, compile_block, render
from edge.blocks.render import given
from edge.errors import EdgeError
from edge.model import Value
from tests.blocks.catalogue import FACTS, env, rendered


def block(source: str) -> Block:
    return compile_block("hero/de", source, FACTS)


def test_a_failure_names_the_line_and_the_fact() -> None:
    with pytest.raises(BlockFailed, match=r"^line 3: traits\.first_name is not known$") as caught:
        render(block("<p>\r\n{{ country }}\r\n{{ traits.first_name }}</p>"), env({"country": "DE"}))
    assert isinstance(caught.value, EdgeError)


@pytest.mark.parametrize("source", ["{{ {'a': 1}|d|items|d }}", "{{ [1, city]|sum }}", "{{ range(1, 5, 0)|sum }}"])
def test_a_failure_tells_no_value(source: str) -> None:
    with pytest.raises(BlockFailed, match=r"^line 1: ") as caught:
        render(block(source), env({"city": "Hohenlohe"}))
    assert "Hohenlohe" not in str(caught.value)


def test_a_number_that_is_none_is_not_quoted() -> None:
    page = env({"traits.age": float("nan")})
    with pytest.raises(BlockFailed, match=r"^line 2: a value does not fit what is done with it$"):
        render(block("\n{{ traits.age|tojson }}"), page)


def test_controls_out_of_facts_become_replacement_characters() -> None:
    known: dict[str, Value] = {"city": "a\x00b\x1b[2Jc\x08\td\r\ne", "query": {"q": "\x01"}}
    shown = rendered("<p title='{{ query.q }}'>{{ city }}|{{ city|upper }}</p>", known)
    assert shown == ("<p title='\ufffd'>a\ufffdb\ufffd[2Jc\ufffd\td\r\ne|A\ufffdB\ufffd[2JC\ufffd\tD\r\nE</p>")
    assert "\\u0000" in rendered("<script>a = {{ city|tojson }};</script>", known)


@pytest.mark.parametrize(
    "source", ["{{ city }}", "{{ query.q }}", "{{ traits.tags|first }}", "{{ query|items|first|last }}"]
)
def test_a_text_that_claims_to_be_html_is_escaped(source: str) -> None:
    claimed = Markup("<b>")
    known: dict[str, Value] = {"city": claimed, "query": {"q": claimed}, "traits.tags": frozenset([claimed])}
    assert rendered(source, known) == "&lt;b&gt;"


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


def test_words_of_another_type_than_declared_are_shown_as_they_are() -> None:
    assert rendered("{{ traits.tags|join(' ') }}", {"traits.tags": frozenset([2, 1])}) == "1 2"  # type: ignore[list-item]
