"""A text with facts in it becomes one expression."""

from __future__ import annotations

import pytest

from edge.blocks import BlockFailed, as_expression, compile_block, render
from edge.errors import BlockError
from edge.facts import BUILTIN, Env, catalogue

FACTS = catalogue(BUILTIN)


def shown(text: str, /, **facts: str) -> str:
    source = f"{{% set title = {as_expression(text, FACTS)} %}}<p>{{{{ title }}}}</p>"
    return render(compile_block("one", source, FACTS), Env({}, None, dict(facts)))


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        'say "cheese"',
        "it's 5 % off {today}",
        "a \\ b",
        "two\nlines",
        "%} }} #}",
        "สวัสดี",
        "\u2028",
        "",
    ],
)
def test_a_text_without_facts_is_itself(text: str) -> None:
    block = compile_block(
        "one", f"{{% set title = {as_expression(text, FACTS)} %}}<p>{{{{ title|tojson }}}}</p>", FACTS
    )
    assert render(block, Env({}, None)).count("\n") == 0
    assert shown(text).replace("&#34;", '"').replace("&#39;", "'") == f"<p>{text}</p>"


def test_markup_in_it_is_text() -> None:
    assert shown("<b>{{ city }}</b> & co", city="<i>") == "<p>&lt;b&gt;&lt;i&gt;&lt;/b&gt; &amp; co</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {{ city }}!", "Hello Ulm!"),
        ("{{ city }}", "Ulm"),
        ("so {{- city -}} now", "soUlmnow"),
        ('{{ country or "nowhere" }}, {{ city|upper }}', "nowhere, ULM"),
        ("{{ 1 - 2 }}{{ -3 }}", "-1-3"),
        ("{{\n city }}", "Ulm"),
        ('{{ "}}" }}', "}}"),
    ],
)
def test_facts_in_it_are_filled_in(text: str, expected: str) -> None:
    assert shown(text, city="Ulm") == f"<p>{expected}</p>"


def test_a_fact_that_is_not_known_fails_the_block_that_prints_it() -> None:
    with pytest.raises(BlockFailed, match="city is not known"):
        shown("{{ city }}")


@pytest.mark.parametrize(
    ("text", "cause", "at"),
    [
        ("Hello {{ cty }}", "there is no fact cty", "cty"),
        ("<b>{{ cty }}", "there is no fact cty", "cty"),
        ("a {% if city %}b{% endif %}", "only {{ … }} can stand in this text", "{%"),
        ("a {# note #}", "only {{ … }} can stand in this text", "{#"),
        ("a {{ city", "{{ is never closed", "{{"),
        ("{{ city|safe }}", "|safe is not available", "safe"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, cause: str, at: str) -> None:
    with pytest.raises(BlockError) as error:
        as_expression(text, FACTS)
    (flaw,) = error.value.flaws
    assert flaw.cause == cause
    assert text[flaw.start : flaw.end] == at or text.index(at) == flaw.start


@pytest.mark.parametrize("text", ["/in/{{ city|urlencode }}", "https://example.com/?from={{ city|urlencode }}"])
def test_a_part_of_an_address_may_be_a_fact(text: str) -> None:
    source = f'{{% set href = {as_expression(text, FACTS, "url")} %}}<a href="{{{{ href|url }}}}">a</a>'
    html = render(compile_block("one", source, FACTS), Env({}, None, {"city": "a/b c"}))
    assert "a%2Fb%20c" in html


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("{{ city|url }}", "a fact may not choose where the address leads"),
        ("/{{ city|urlencode }}", "a fact may not choose where the address leads"),
        ("/in/{{ city }}", "a variable as part of a URL in href can change its other parts"),
        ("https://{{ city|urlencode }}.com", "a fact may not choose where the address leads"),
        ("/{{ city }}", "a fact may not choose where the address leads"),
    ],
)
def test_no_fact_chooses_where_an_address_leads(text: str, cause: str) -> None:
    with pytest.raises(BlockError) as error:
        as_expression(text, FACTS, "url")
    assert [flaw.cause for flaw in error.value.flaws] == [cause]
