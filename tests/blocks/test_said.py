"""A block may say its language and direction."""

from __future__ import annotations

import pytest

from edge.blocks import compile_block
from tests.blocks.catalogue import FACTS, marked, rendered

HEAD = '{# edge: lang="ar" dir="rtl" #}'


def test_a_block_says_nothing_unless_it_does() -> None:
    block = compile_block("test", "{# a comment #}<p>a</p>", FACTS)
    assert (block.lang, block.dir) == (None, None)


def test_the_outermost_elements_get_what_the_block_says() -> None:
    block = compile_block("test", HEAD + "<p>a</p>", FACTS)
    assert (block.lang, block.dir) == ("ar", "rtl")
    assert (
        rendered(HEAD + "\n<p>a<b>c</b></p>\n<br/>")
        == '\n<p lang="ar" dir="rtl">a<b>c</b></p>\n<br lang="ar" dir="rtl"/>'
    )
    assert rendered('\n{#- edge: lang="de-CH" -#}\n<p>a</p>') == '<p lang="de-CH">a</p>'


@pytest.mark.parametrize(
    ("body", "output"),
    [
        ("<p lang='de'>a</p>", "<p lang='de' dir=\"rtl\">a</p>"),
        ("<p DIR=ltr lang>a</p>", "<p DIR=ltr lang>a</p>"),
        ("<a href=b/>c</a>", '<a href=b/ lang="ar" dir="rtl">c</a>'),
        ("<br/{# a #}>", '<br lang="ar" dir="rtl"/>'),
        ("<p {% if bot %}lang='de'{% endif %}>a</p>", '<p  lang="ar" dir="rtl">a</p>'),
        ("{% if bot %}<p>a</p>{% else %}<b>c</b>{% endif %}", '<b lang="ar" dir="rtl">c</b>'),
        (
            "{% for a in [1, 2] %}<i>{{ a }}</i>{% endfor %}",
            '<i lang="ar" dir="rtl">1</i><i lang="ar" dir="rtl">2</i>',
        ),
        ("<svg/>", '<svg lang="ar" dir="rtl"/>'),
        ("<!-- a -->", "<!-- a -->"),
    ],
)
def test_each_way_of_writing_a_tag_takes_the_attributes(body: str, output: str) -> None:
    assert rendered(HEAD + body) == output


def test_text_that_no_element_carries_is_a_flaw() -> None:
    source = HEAD + "<p>a</p> b {{ city }} {% if bot %}<b>c</b> d{% endif %}"
    cause = "text outside of any element cannot carry lang and dir"
    assert marked(source) == [("b", cause), ("c", cause), ("d", cause)]
    assert marked('{# edge: dir="auto" #}a') == [("a", "text outside of any element cannot carry dir")]


@pytest.mark.parametrize(
    ("said", "part", "cause"),
    [
        ('lang="x"', 'lang="x"', "'x' is not a language tag"),
        ('lang="de_CH"', 'lang="de_CH"', "'de_CH' is not a language tag"),
        ('lang="de" dir="up"', 'dir="up"', "'up' is not a direction"),
        ('language="de"', 'language="de"', "a block cannot say language"),
        ("lang=de", "lang=de", 'this is not name="value"'),
    ],
)
def test_what_it_says_is_checked(said: str, part: str, cause: str) -> None:
    assert marked(f"{{# edge: {said} #}}<p>a</p>") == [(part, cause)]


def test_the_comment_counts_only_at_the_beginning() -> None:
    assert rendered("<p>a</p>" + HEAD) == "<p>a</p>"
