"""The filters of blocks, and their limits."""

from __future__ import annotations

from datetime import date

import pytest

from edge.blocks import BlockFailed
from tests.blocks.catalogue import rendered


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("-3|abs", "3"),
        ("'hELLO you'|capitalize", "Hello you"),
        ("[1, 2]|count", "2"),
        ("city|d('x')", "x"),
        ("city|default", ""),
        ("''|default('x')", ""),
        ("''|default('x', true)", "x"),
        ("'<'|e", "&lt;"),
        ("'<'|escape|upper", "&lt;"),
        ("[3, 4]|first", "3"),
        ("[3, 4]|last", "4"),
        ("'1.5'|float", "1.5"),
        ("'x'|float(2)", "2"),
        ("'12'|int", "12"),
        ("'12.7'|int", "12"),
        ("12.7|int", "12"),
        ("'x'|int(7)", "7"),
        ("[1, 'a', 2.5]|join('-')", "1-a-2.5"),
        ("'abc'|length", "3"),
        ("range(3)|list|join", "012"),
        ("'ABC'|lower", "abc"),
        ("'aXbX'|replace('X', 'yy')", "ayybyy"),
        ("'abc'|reverse", "cba"),
        ("2.346|round(2)", "2.35"),
        ("2.341|round(2, 'ceil')", "2.35"),
        ("2.349|round(2, 'floor')", "2.34"),
        ("['b', 'A', 'c']|sort|join", "Abc"),
        ("[1, 3, 2]|sort(reverse=true)|join", "321"),
        ("[1, 2, 3]|sum", "6"),
        ("'a few wORDS'|title", "A Few Words"),
        ("{'a': [1, none, true, 'é<']}|tojson", "{&#34;a&#34;: [1, null, true, &#34;\\u00e9&lt;&#34;]}"),
        ("city|tojson", "null"),
        ("now.date|tojson", "&#34;2026-11-21&#34;"),
        ("now.date", "2026-11-21"),
        ("now.date|daysuntil('2026-12-24')", "33"),
        ("'2026-11-22'|daysuntil(now.date)", "-1"),
        ("' a '|trim", "a"),
        ("'a bc def'|truncate(6)", "a..."),
        ("'abcdefgh'|truncate(6, true)", "abc..."),
        ("'abcdefgh'|truncate(6, end='')", "abcdef"),
        ("'abc'|truncate(3)", "abc"),
        ("['a', 'A', 'b']|unique|join", "ab"),
        ("'abc'|upper", "ABC"),
        ("'/a b?c=d&e#f'|url", "/a%20b?c=d&amp;e#f"),
        ("'HTTPS://a.example:8/'|url", "HTTPS://a.example:8/"),
        ("'mailto:a@b.example'|url", "mailto:a@b.example"),
        ("'tel:+49'|url", "tel:+49"),
        ("''|url", ""),
        ("'a b/ü'|urlencode", "a%20b%2F%C3%BC"),
        ("5|urlencode", "5"),
        ("'a b c'|wordcount", "3"),
        ("{'b': 1, 'a': 2}|items|first|first", "a"),
    ],
)
def test_filters(expression: str, output: str) -> None:
    assert rendered(f"{{{{ {expression} }}}}", {"now.date": date(2026, 11, 21)}) == output


@pytest.mark.parametrize(
    "expression",
    [
        "'javascript:alert(1)'|url",
        "' JavaScript:alert(1)'|url",
        "'java\\nscript:alert(1)'|url",
        "'\\x01javascript:alert(1)'|url",
        "'data:text/html,x'|url",
        "'vbscript:x'|url",
        "':x'|url",
        "'a:b'|url",
        "[1]|url",
        "none|upper",
        "city|upper",
        "city|join",
        "[city]|join",
        "[[1]]|join",
        "city|int",
        "city|items",
        "city|first",
        "[]|first",
        "[]|last",
        "5|length",
        "5|join",
        "'a'|abs",
        "1.5|round(99)",
        "1.5|round(1, 'up')",
        "[1, 'a']|sort",
        "range(3)|tojson",
        "{'a': 1, 2: 3}|items|tojson",
        "'9'|replace('9', '99999999999999999999')|int",
        "9223372036854775807 + 1",
        "'a' + 1",
        "1 / 0",
        "'a' < 1",
        "[1, 2]",
        "{'a': 1}",
        "query|default(1)",
        "none",
        "city",
        "city ~ 'a'",
        "city < 'a'",
        "city[0]",
        "city[:2]",
        "'a'.b",
        "[1][5]",
        "5[0]",
    ],
)
def test_what_cannot_be_done_fails_the_block(expression: str) -> None:
    with pytest.raises(BlockFailed, match=r"^line 1: "):
        rendered(f"{{{{ {expression} }}}}", {"query": {"a": "b"}})


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("city is defined", "False"),
        ("city is undefined", "True"),
        ("city is none", "True"),
        ("city == none", "True"),
        ("city != 'a'", "True"),
        ("city == 'a'", "False"),
        ("city in ['a', 'b']", "False"),
        ("city in [none]", "True"),
        ("'a' in traits.tags", "False"),
        ("'a' not in traits.tags", "True"),
        ("not city", "True"),
        ("'a' if city else 'b'", "b"),
        ("city or 'b'", "b"),
        ("city and 'b' or 'c'", "c"),
        ("query.a is defined", "False"),
        ("{city: 'a'}[none]", "a"),
    ],
)
def test_what_is_not_known_can_be_tested(expression: str, output: str) -> None:
    assert rendered(f"{{{{ {expression} }}}}") == output
