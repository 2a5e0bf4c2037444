"""Whoever does what an error says gets a block that can be used, and is never sent back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from edge.blocks import as_expression
from edge.errors import BlockError, Flaw
from tests.blocks.catalogue import FACTS, flaws
from tests.blocks.test_places import REFUSED

MORE = [
    "<a href={{ city }}>x</a>",
    "<p onclick={{ city }}>x</p>",
    "<p style={{ city }}>x</p>",
    "<iframe src={{ city }}></iframe>",
    "<a href='https://{{ city }}'>x</a>",
    "<a href='sms:{{ city }}'>x</a>",
    "<a href='ftp://a.example/{{ city|urlencode }}'>x</a>",
    "<a href='{% if bot %}/{% endif %}{{ city }}'>x</a>",
    "<a href='{% if bot %}/{% endif %}{{ city|url }}'>x</a>",
    "<a href='{% if bot %}/{% endif %}{{ city|urlencode }}'>x</a>",
    "<a href='{% if bot %}a{% endif %}{{ city }}'>x</a>",
    "<form action='{% if bot %}/a/{% endif %}{{ city }}'></form>",
    "<script>a = 'in {{ city }}'</script>",
    "<script>a = `{{ city }}`</script>",
    "<script>// {{ city }}</script>",
    """<script type="application/ld+json">{"a": "in {{ city }}"}</script>""",
]

HOLE = r"\{\{.*?\}\}"


def filtered(source: str, flaw: Flaw, name: str) -> str:
    return f"{source[: flaw.start]}({source[flaw.start : flaw.end]})|{name}{source[flaw.end :]}"


def in_braces(source: str, flaw: Flaw) -> bool:
    return source[: flaw.start].rstrip().endswith("{{")


def swapped(pattern: str, by: str) -> Callable[[str, Flaw], str]:
    def follow(source: str, flaw: Flaw) -> str:
        found, times = re.subn(pattern, by, source, count=1, flags=re.DOTALL)
        assert times == 1, source
        return found

    return follow


def scripted(source: str, flaw: Flaw) -> str:
    """A value that a script reads out of an attribute."""
    value = source[flaw.start : flaw.end].partition("|")[0]
    return re.sub(r"[^\s<]+=(?:'[^']*'|\S+?(?=>)|\{\{.*?\}\})", f'data-value="{{{{ {value}|tojson }}}}"', source)


BEGUN = "'/in/{{ city|urlencode }}'"
STARTS = r"""(?<==)['"].*?['"]|(?<==)\{\{.*?\}\}"""

FOLLOW: dict[str, Callable[[str, Flaw], str]] = {
    "write {{ …|url }}": lambda source, flaw: filtered(source, flaw, "url"),
    "write {{ …|urlencode }}": lambda source, flaw: filtered(source, flaw, "urlencode"),
    "write {{ …|tojson }}": lambda source, flaw: filtered(source, flaw, "tojson"),
    "write {{ …|tojson }} in place of the whole": swapped(
        rf"""(["'](?:in )?|{{% if bot %}}'{{% endif %}}){HOLE}["']""", "{{ city|tojson }}"
    ),
    "give it a line of its own": swapped(r"(?s)(<script>).*(</script>)", r"\1const value = {{ city|tojson }};\2"),
    "put it into an attribute, data-value": scripted,
    "put it into a quoted attribute": swapped(rf"=(\w*{HOLE})", r'="\1"'),
    "choose between two whole tags by": swapped(r".+", "{% if bot %}<br>{% else %}<hr>{% endif %}"),
    "choose between two whole values by": swapped(HOLE, "{% if bot %}a{% else %}b{% endif %}"),
    "choose a class by {% if %}, or use |int": lambda source, flaw: filtered(source, flaw, "int"),
    "write the URL's beginning out, and {{ …|urlencode }}": swapped(STARTS, BEGUN),
    "write scheme and host out, up to the / after them": swapped(
        STARTS, BEGUN.replace("/in", "https://a.example")
    ),
    "begin it with https://": swapped(STARTS, BEGUN.replace("/in", "https://a.example")),
    "write the whole URL in each": swapped(STARTS, "'{% if bot %}/a{% else %}{{ city|url }}{% endif %}'"),
    "write &lt; for <": swapped("<!", "&lt;!"),
    "write it outside": swapped(r".+", "{{ city }} <!-- {# city #} -->"),
    "leave it out": swapped(HOLE, ""),
    "use a <": swapped(r"<svg>(.*?)</svg>", r"\1"),
}


def follow(source: str, flaw: Flaw) -> str:
    cure = max((cure for cure in FOLLOW if flaw.cure.startswith(cure)), key=len)
    return FOLLOW[cure](source, flaw)


@pytest.mark.parametrize("source", [*(source for source, _ in REFUSED), *MORE])
def test_a_cure_that_is_followed_ends_it(source: str) -> None:
    told: list[str] = []
    while found := sorted(flaws(source), key=lambda flaw: not in_braces(source, flaw)):
        assert found[0].cause not in told, (told, source)
        told.append(found[0].cause)
        source = follow(source, found[0])
    assert 1 <= len(told) <= 3


@pytest.mark.parametrize("source", MORE)
def test_no_cure_speaks_against_another(source: str) -> None:
    places = [(flaw.start, flaw.end) for flaw in flaws(source)]
    assert len(places) == len(set(places)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ city }}",
        "{{ city|url }}",
        "/{{ city }}",
        "/{{ city }}/{{ region }}",
        "https://{{ city }}.com",
        "{{ cty }}",
        "/in/{{ city }}?{{ region }}",
    ],
)
def test_an_address_that_is_mended_as_told_can_be_used(text: str) -> None:
    left = 4
    while (flaw := first_flaw(text)) is not None and left:
        text, left = mended(text, flaw), left - 1
    assert 1 <= left < 4, text


def first_flaw(text: str) -> Flaw | None:
    try:
        as_expression(text, FACTS, "url")
    except BlockError as error:
        return error.flaws[0]
    return None


def mended(text: str, flaw: Flaw) -> str:
    if flaw.cure.startswith("write more of it out before the {{ … }}: /in/{{ …|urlencode }}"):
        return "/in/" + text[flaw.start :].replace("|url ", " ").replace(" }}", "|urlencode }}", 1)
    if flaw.cure.startswith("did you mean city"):
        return text[: flaw.start] + "city" + text[flaw.end :]
    return follow(text, flaw)
