"""A template's markup is followed through every branch and loop."""

from __future__ import annotations

import pytest

from tests.blocks.catalogue import flaws, marked, rendered


@pytest.mark.parametrize(
    "source",
    [
        '<a {% if bot %}class="y"{% endif %}>x</a>',
        "<a{% if bot %} hidden{% endif %}>x</a>",
        '<a{% if bot %} hidden{% elif new %} title=a{% else %} class="b"{% endif %} id="c">x</a>',
        '<p class="a{% if bot %} b{% else %} c{{ city }}{% endif %}">x</p>',
        '<p{% for tag in traits.tags %} title="{{ tag }}"{% endfor %}>x</p>',
        "{% if bot %}<b>x</b>{% else %}<i>y</i>{% endif %}",
        '{% if bot %}<p class="a">{% else %}<p>{% endif %}x</p>',
        "<ul>{% for tag in traits.tags %}<li>{{ tag }}</li>{% else %}<li>none</li>{% endfor %}</ul>",
        "<!-- {% if bot %}a{% else %}b{% endif %} -->",
        "<script>f({% if bot %}1{% else %}'a'{% endif %}, {{ city|tojson }})</script>",
        '<a href="{% if bot %}/a{% else %}/b{% endif %}/{{ city|urlencode }}">x</a>',
        '<img srcset="{% for w in [1, 2] %}/a-{{ w|urlencode }}.png {{ w|int }}x, {% endfor %}" alt="">',
        '<a href="?{% for k, v in query|items %}{{ k|urlencode }}={{ v|urlencode }}&amp;{% endfor %}">x</a>',
        "<table>{% for tag in traits.tags %}<tr><td>{{ tag }}</td></tr>{% endfor %}</table>",
    ],
)
def test_branches_that_meet_again_are_fine(source: str) -> None:
    assert flaws(source) == ()


@pytest.mark.parametrize(
    ("source", "part", "cause"),
    [
        (
            "{% if bot %}<b>{% endif %}x</b>",
            "if bot",
            "<b> is open after one way through this, and not after another",
        ),
        (
            "{% if bot %}<b>{% else %}<i>{% endif %}x",
            "if bot",
            "<b> is open after one way through this, and not after another",
        ),
        (
            "<ul>{% for tag in traits.tags %}<li>{{ tag }}{% endfor %}</ul>",
            "for tag in traits.tags",
            "<li> is open",
        ),
        ("<b>{% for tag in traits.tags %}</b>{% endfor %}", "for tag in traits.tags", "<b> is open after one way"),
        ("<b>{% if bot %}</b>{% endif %}</b>", "if bot", "<b> is open after one way"),
        ("<p {% if bot %}title='{% endif %}>x</p>", "if bot", "the ways through this end in different parts"),
        ("{% if bot %}<!--{% endif %}x", "if bot", "the ways through this end in different parts"),
        ("<{% if bot %}b{% else %}i{% endif %}>x", "if bot", "the ways through this end in different parts"),
        (
            "<p {% for tag in traits.tags %}a='{% endfor %}>x</p>",
            "for tag in traits.tags",
            "the ways through this end",
        ),
        (
            "<a href='{% for tag in traits.tags %}a{% endfor %}'>x</a>",
            "for tag in traits.tags",
            "each turn of this loop leaves the markup at another place",
        ),
        ("<p>{% if bot %}x{% endif %}", "<p>", "<p> is not closed"),
        ("<p title='{{ city }}", "<p title='{{ city }}", "the block ends inside a quoted value"),
        ("<p" + "{% if bot %} a{% endif %}" * 9 + ">x</p>", "", ""),
    ],
)
def test_branches_that_do_not_meet_are_flaws(source: str, part: str, cause: str) -> None:
    if not cause:
        assert flaws(source) == ()
        return
    found = marked(source)
    assert any(text == part and why.startswith(cause) for text, why in found), found


def test_ways_through_a_tag_are_bounded() -> None:
    source = "<p" + "".join(f"{{% if bot %}} a{number}{{% endif %}}" for number in range(80)) + ">x</p>"
    assert "there are too many ways through this" in {cause for _, cause in marked(source)}


def test_slots_in_a_block_are_text_like_any_other() -> None:
    source = '<!--edge:slot a--><p data-edge-slot="b">x</p><!--/edge:slot-->'
    assert rendered(source) == source


def test_template_comments_may_stand_anywhere() -> None:
    assert rendered('<p {# a > " #}title="{# " #}b">c</p>') == '<p title="b">c</p>'
