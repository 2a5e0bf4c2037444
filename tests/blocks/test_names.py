"""A block reads declared facts and nothing else, and says which."""

from __future__ import annotations

import pytest

from edge.blocks import compile_block
from tests.blocks.catalogue import FACTS, flaws, marked, rendered


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("<p>a</p>", set()),
        ("{{ country }}", {"country"}),
        ("{{ utm.source }}{{ utm['medium'] }}", {"utm.source", "utm.medium"}),
        ("{{ query.ref }}{{ query['ref'] }}", {"query"}),
        ("{{ traits['fan-of'] }}", {"traits.fan-of"}),
        (
            "{% if bot %}{% elif traits.vip %}{{ city }}{% else %}{{ region }}{% endif %}",
            {"bot", "traits.vip", "city", "region"},
        ),
        (
            "{% for tag in traits.tags if tag != os %}{{ tag }}{% else %}{{ city }}{% endfor %}",
            {"traits.tags", "os", "city"},
        ),
        ("{% set a = city|default(region) %}{{ a }}", {"city", "region"}),
        ("{{ query[country] }}", {"query", "country"}),
        ("{{ 'country' }}{# city #}{% raw %}{{ region }}{% endraw %}", set()),
        ("{% for n in range(now.hour) %}{{ n }}{% endfor %}", {"now.hour"}),
        ("{{ [country, city]|join(' ') }}{{ {'a': os}['a'] }}", {"country", "city", "os"}),
    ],
)
def test_reads_are_exactly_the_facts_that_the_template_reads(source: str, reads: set[str]) -> None:
    assert compile_block("test", source, FACTS).reads == reads


@pytest.mark.parametrize(
    ("source", "part", "cause", "cure"),
    [
        ("<p>{{ cuntry }}</p>", "cuntry", "there is no fact cuntry", "did you mean country?"),
        (
            "{{ traits.frist_name }}",
            "traits.frist_name",
            "there is no fact traits.frist_name",
            "did you mean traits.first_name?",
        ),
        ("{{ utm['sauce'] }}", "utm['sauce']", "there is no fact utm.sauce", "did you mean utm.source?"),
        ("{{ utm }}", "utm", "utm is a group of facts", "name one of them: utm.campaign, utm.content, utm.medium"),
        ("{{ country.name }}", "country.name", "country is text: it has no name", "write country"),
        ("{{ query.a.b }}", "query.a.b", "query is text by name: it has no b", "write query"),
        ("{{ query }}", "query", "query is text by name: it cannot be printed", "name one entry: query.…"),
        (
            "{{ traits.tags }}",
            "traits.tags",
            "traits.tags is a list of words: it cannot be printed",
            "write |join",
        ),
        ("{{ xyzzy }}", "xyzzy", "there is no fact xyzzy", "there are: bot, browser, city"),
        ("{% for a in traits.tags %}{% endfor %}{{ a }}", "a", "there is no fact a", ""),
        ("{% for a in traits.tags %}{% set b = a %}{% endfor %}{{ b }}", "b", "there is no fact b", ""),
        ("{{ a }}{% set a = 1 %}", "a", "there is no fact a", ""),
        ("{{ loop.index }}", "loop.index", "there is no fact loop.index", ""),
        (
            "{% for a in traits.tags %}{{ loop.indx }}{% endfor %}",
            "loop.indx",
            "there is no loop.indx",
            "did you mean loop.index",
        ),
        ("{% for a in traits.tags %}{{ loop }}{% endfor %}", "loop", "there is no loop", ""),
        (
            "{% for a in traits.tags %}{% else %}{{ loop.index }}{% endfor %}",
            "loop.index",
            "there is no fact loop.index",
            "",
        ),
        ("{{ range }}", "range", "there is no fact range", ""),
        ("{% set country = 1 %}", "country", "country already means something else", "choose another name"),
        ("{% set utm = 1 %}", "utm", "utm already means something else", "choose another name"),
        ("{% for loop in traits.tags %}{% endfor %}", "loop", "loop already means something else", ""),
        ("{% set _budget = 1 %}", "_budget", "_budget cannot be a name here", "use ASCII letters"),
        ("{% set \u00fc = 1 %}", "\u00fc", "\u00fc cannot be a name here", "use ASCII letters"),
        ("{{ _fact0 }}{{ country }}", "_fact0", "there is no fact _fact0", ""),
        ("{{ _budget }}", "_budget", "there is no fact _budget", ""),
        ("{{ self }}", "self", "there is no fact self", ""),
    ],
)
def test_a_name_that_nobody_knows_is_a_flaw_at_its_place(source: str, part: str, cause: str, cure: str) -> None:
    (flaw,) = flaws(source)
    assert (source[flaw.start : flaw.end], flaw.cause) == (part, cause)
    assert flaw.cure.startswith(cure)


def test_every_wrong_name_is_told_at_once_in_order() -> None:
    assert [part for part, _ in marked("{{ b1 }}\r\n{{ country }}\r\n  {{ b2 }}")] == ["b1", "b2"]


def test_a_map_is_read_by_name_or_as_a_whole() -> None:
    query = {"ref": "a", "b": "c"}
    assert rendered("{{ query.ref }}{{ query['b'] }}", {"query": query}) == "ac"
    assert rendered("{% for k, v in query|items %}{{ k }}={{ v }} {% endfor %}", {"query": query}) == "b=c ref=a "
    assert rendered("{% set n = 'b' %}{{ query[n] }}{{ query['x' ~ n] is defined }}", {"query": query}) == "cFalse"


def test_names_that_a_template_sets_have_the_scope_that_jinja_gives_them() -> None:
    source = "{% set a = 1 %}{% for b in traits.tags %}{% set a = b %}{{ a }}{{ loop.index }}{% endfor %}{{ a }}"
    assert rendered(source, {"traits.tags": frozenset("yx")}) == "x1y21"
    assert rendered("{% if bot %}{% set a = 1 %}{% endif %}{{ a|default('-') }}") == "-"


@pytest.mark.parametrize(
    ("source", "part", "cause", "cure"),
    [
        (
            '{% if device == "mobile" %}x{% endif %}',
            '"mobile"',
            'device is never "mobile"',
            "choose one of phone, tablet, desktop, other",
        ),
        ("{% if 'tablt' != device %}x{% endif %}", "'tablt'", 'device is never "tablt"', 'did you mean "tablet"?'),
        (
            "{{ 'a' if device in ['phone', 'tablets'] }}",
            "'tablets'",
            'device is never "tablets"',
            'did you mean "tablet"?',
        ),
        (
            "{% if now['weekday'] not in ('monday', 'sonday') %}{% endif %}",
            "'sonday'",
            'now.weekday is never "sonday"',
            'did you mean "sunday"?',
        ),
        ("{% if country == 'de' %}{% endif %}", "'de'", 'country is never "de"', 'did you mean "DE"?'),
        ("{% if city == 1 %}{% endif %}", "1", "city is text, not the number 1", 'write it in quotes: "1"'),
    ],
)
def test_a_value_that_a_fact_never_has_is_refused(source: str, part: str, cause: str, cure: str) -> None:
    (flaw,) = flaws(source)
    assert (source[flaw.start : flaw.end], flaw.cause, flaw.cure) == (part, cause, cure)


@pytest.mark.parametrize(
    "source",
    [
        "{% if device == 'phone' or device in ['tablet'] or country != 'DE' %}x{% endif %}",
        "{% if country == none or 'E' in country or country in city or device == city %}x{% endif %}",
        "{% for kind in ['mobile'] %}{% if kind == 'mobil' %}x{% endif %}{% endfor %}",
        "{% if traits.age == 1 or query.q == 'x' or device|upper == 'PHONE' or 1 < now.hour < 3 %}x{% endif %}",
    ],
)
def test_a_value_that_a_fact_can_have_is_fine(source: str) -> None:
    assert flaws(source) == ()


@pytest.mark.parametrize(
    "source", ["{% if 'vip' in segments %}x{% endif %}", "{{ segments }}", "{{ segments.vip }}"]
)
def test_segments_are_for_experiences(source: str) -> None:
    (flaw,) = flaws(source)
    assert (flaw.cause, flaw.cure) == ("blocks see facts only, no segments", "make an experience for the segment")
