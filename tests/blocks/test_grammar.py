"""What a block's template may say."""

from __future__ import annotations

import pytest

from edge.blocks.filters import FILTERS
from tests.blocks.catalogue import flaws, rendered


@pytest.mark.parametrize(
    ("source", "part", "cause"),
    [
        ("a{% include 'x' %}", "include", "a block stands alone: it cannot take in another file"),
        ("{% import 'x' as y %}", "import", "a block stands alone: it cannot take in another file"),
        ("{% from 'x' import y %}", "from", "a block stands alone: it cannot take in another file"),
        ("{% extends 'x' %}", "extends", "a block stands alone: it cannot take in another file"),
        ("{% block x %}{% endblock %}", "block", "a block stands alone: it cannot take in another file"),
        ("{% macro x() %}{{ x() }}{% endmacro %}", "macro", "a block has no macros"),
        ("{% call x() %}{% endcall %}", "call", "a block has no macros"),
        ("{% filter upper %}a{% endfilter %}", "filter", "{% filter %} is not available"),
        ("{% set x %}a{% endset %}", "set", "{% set %} … {% endset %} is not available"),
        ("{% with x = 1 %}{% endwith %}", "with", "{% with %} is not available"),
        ("{% set ns.x = 1 %}", "ns", "only plain names can be set"),
        ("{% autoescape false %}{% endautoescape %}", "autoescape", "autoescape cannot be switched"),
        ("{{ 2 ** 3 }}", "2", "** is not available"),
        ("{{ country|safe }}", "safe", "|safe is not available"),
        ("{{ country|forceescape }}", "forceescape", "|forceescape is not available"),
        ("{{ country|uper }}", "uper", "there is no filter 'uper'"),
        ("{{ country|_script }}", "_script", "there is no filter '_script'"),
        ("{{ country|upper(1) }}", "upper", "|upper is not used like this"),
        ("{{ country|replace('a') }}", "replace", "|replace is not used like this"),
        ("{{ country|default(default_value=1, x=2) }}", "default", "|default is not used like this"),
        ("{{ country|truncate(5, length=5) }}", "truncate", "|truncate is not used like this"),
        ("{{ country|join(*traits.tags) }}", "join", "|join is not used like this"),
        ("{{ country is odder }}", "is", "there is no test 'odder'"),
        ("{{ country.upper() }}", "(", "a block cannot call methods or functions, but for range(…)"),
        (
            "{% for a in traits.tags %}{{ loop.cycle(1) }}{% endfor %}",
            "(",
            "a block cannot call methods or functions, but for range(…)",
        ),
        ("{{ dict(a=1) }}", "(", "a block cannot call methods or functions, but for range(…)"),
        ("{% for a in range() %}{% endfor %}", "(", "range takes one to three numbers"),
        ("{% for a in range(*traits.tags) %}{% endfor %}", "(", "range takes one to three numbers"),
        ("{% for a in traits.tags recursive %}{% endfor %}", "for", "a loop cannot be recursive"),
        ("{% if country %}", "if", "{% if %} is never closed"),
        ("a{{ country", "{{", "{{ is never closed"),
        ("{% fore a in b %}", "fore", "there is no tag {% fore %}"),
        ("{{ 1 + }}", "}", "something is missing before this"),
        ("a{# b", "{#", "{# is never closed"),
        ("b{% raw %}a", "{%", "{% raw %} is never closed"),
        ("{% if country", "{%", "{% is never closed"),
        ("{% if bot %}{% if country %}{% endif %}x", "if bot", "{% if %} is never closed"),
        ("{% if bot %}{% for a in traits.tags %}", "for", "{% for %} is never closed"),
        ("{% for a in traits.tags %}{% endif %}", "endif", "{% endif %} comes while {% for %} is open"),
        ("a{% endif %}", "endif", "{% endif %} stands outside of any {% if %}"),
        ("{% else %}", "else", "{% else %} stands outside of any {% if %}"),
        ("{% endfor %}", "endfor", "{% endfor %} stands outside of any {% for %}"),
        ("{% trans %}", "trans", "there is no tag {% trans %}"),
        ("{% if country %}{% trans %}", "trans", "there is no tag {% trans %}"),
        ("{% set x %}", "set", "{% set %} gives no value"),
        ("{% macro x() %}", "macro", "{% macro %} is not available"),
        ("{% if country = 'DE' %}{% endif %}", "=", "= does not compare"),
        ("{{ 'a }}", "'", "this text is not closed"),
        ("{{ first name }}", "name", "name cannot stand here"),
        ("{{ [1 }}", "}", "} cannot stand here"),
        ("{{ (1) ) }}", ")", ") cannot stand here"),
        ("{{ a ? b }}", "?", "? cannot stand here"),
    ],
)
def test_the_rest_of_jinja_is_refused(source: str, part: str, cause: str) -> None:
    flaw = flaws(source)[0]
    assert flaw.cause.startswith(cause)
    assert flaw.cure
    if part:
        assert source[flaw.start :].startswith(part) or source[flaw.start : flaw.end] == part


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 9999 + "1" + ")" * 9999 + " }}",
        "{{ " + "-" * 9999 + "1 }}",
        "{{ 1" + " + 1" * 9999 + " }}",
        "{{ [" * 1 + "[" * 9999 + "]" * 10000 + " }}",
        "{% if country %}" * 40 + "{% endif %}" * 40,
        "{% for a in traits.tags %}" * 5 + "{% endfor %}" * 5,
        "{{ " + "9" * 9999 + " }}",
        "<p>" + "a" * (1 << 18),
    ],
)
def test_what_is_nested_or_grown_beyond_reason_is_refused(source: str) -> None:
    assert flaws(source)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("a {{- ' b ' -}} c", "a b c"),
        ("<p>\n  {%- if true %}\n a{% endif -%}\n</p>", "<p>\n a</p>"),
        ("{# a comment, {{ country }} #}b", "b"),
        ("{#- a -#} b", "b"),
        ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
        ("a {%- raw -%} {% b %} {%- endraw -%} c", "a{% b %}c"),
        ("# for a in b\n## c", "# for a in b\n## c"),
        ("a\r\nb\rc\n", "a\nb\nc"),
        ("{% if 1 in [1, 2] and not false %}a{% elif true %}b{% else %}c{% endif %}", "a"),
        ("{{ 1 < 2 < 3 }}{{ 1 < 2 > 3 }}{{ 2 not in (1, 2) }}", "TrueFalseFalse"),
        ("{{ 1 if 2 >= 3 else 'b' }}{{ 'c' if false }}", "b"),
        ("{{ 'a' ~ 1 ~ true }}{{ 'a' + 'b' }}", "a1Trueab"),
        ("{{ 7 // 2 }} {{ 7 % 2 }} {{ 7 / 2 }} {{ -7 + 2 * +3 }} {{ 7 - 9 }}", "3 1 3.5 -1 -2"),
        ("{{ 'abcd'[1:3] }}{{ 'abcd'[::-1] }}{{ 'abcd'[0] }}{{ [1, 2][-1] }}", "bcdcbaa2"),
        ("{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }}{{ ',' if not loop.last }}{% endfor %}", "12,34"),
        ("{% for a in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for a in [{'b': 'c'}] %}{{ a.b }}{{ a['b'] }}{% endfor %}", "cc"),
        ("{% for a in range(2, 9, 3) %}{{ a }}{% endfor %}", "258"),
        ("{% set a, b = 1, 2 %}{{ a + b }}", "3"),
        (
            "{{ 4 is even }}{{ 4 is odd }}{{ 4 is divisibleby 2 }}{{ 4 is number }}{{ 4 is string }}",
            "TrueFalseTrueTrueFalse",
        ),
        ("{{ true is true }}{{ 1 is true }}{{ false is false }}{{ true is boolean }}", "TrueFalseTrueTrue"),
    ],
)
def test_the_language_of_blocks(source: str, output: str) -> None:
    assert rendered(source) == output


def test_the_meters_are_no_filters_of_the_language() -> None:
    assert set(FILTERS) >= {"default", "tojson", "url", "urlencode", "upper", "join", "int"}
    assert not any(name.startswith("_") for name in FILTERS)
