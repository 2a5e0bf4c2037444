"""Where in HTML a character of a block stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import Flaw
from edge.html.context import TEXT, Where, read, skip


def at(text: str) -> Where:
    return read(TEXT, text, 0).where


@pytest.mark.parametrize(
    ("text", "state", "element", "attribute"),
    [
        ("a", "data", "", ""),
        ("<p>", "data", "", ""),
        ("<!-- -->", "data", "", ""),
        ("<", "tag open", "", ""),
        ("</", "end tag open", "", ""),
        ("<P", "tag name", "p", ""),
        ("<p ", "before name", "p", ""),
        ("<p a", "name", "p", "a"),
        ("<p A B", "name", "p", "b"),
        ("<p a ", "after name", "p", "a"),
        ("<p a=", "before value", "p", "a"),
        ("<p a = ", "before value", "p", "a"),
        ("<p a =b", "unquoted", "p", "a"),
        ("<p a='", "single", "p", "a"),
        ('<p a="b>', "double", "p", "a"),
        ("<p a='b'", "before name", "p", ""),
        ("<p a=b ", "before name", "p", ""),
        ("<p =a", "name", "p", "=a"),
        ("<p/", "slash", "p", ""),
        ("<p/a", "name", "p", "a"),
        ("<p></p a", "name", "p", "a"),
        ("<!", "declaration", "", ""),
        ("<!-", "declaration", "", ""),
        ("<!--", "comment start", "", ""),
        ("<!---", "comment start -", "", ""),
        ("<!-- a", "comment", "", ""),
        ("<!-- a--!", "comment --!", "", ""),
        ("<!-- a--!x", "comment", "", ""),
        ("<!-- a--!-", "comment -", "", ""),
        ("<!-- a->", "comment", "", ""),
        ("<svg><![CDATA[a", "cdata", "", ""),
        ("<svg><![CDATA[a]]", "cdata ]]", "", ""),
        ("<script>", "raw text", "script", ""),
        ("<script>a<b", "raw text", "script", ""),
        ("<script></scripts>", "raw text", "script", ""),
        ("<script></script", "raw text", "script", ""),
        ("<script></script>", "data", "", ""),
        ("<script></script a", "name", "script", "a"),
        ("<textarea><p>", "raw text", "textarea", ""),
        ("<svg><style>", "data", "", ""),
        ("<svg><title>", "data", "", ""),
    ],
)
def test_states_are_those_of_the_standard(text: str, state: str, element: str, attribute: str) -> None:
    where = at(text)
    assert (where.state, where.element, where.attribute) == (state, element, attribute)


def test_the_beginning_of_a_url_is_known() -> None:
    assert at("<a href='java").value == "java"
    assert at("<a title='java").value == ""
    assert skip(at("<a href='")).value == "x"


def test_a_variable_after_an_equals_sign_is_an_unquoted_value() -> None:
    assert skip(at("<a title=")).state == "unquoted"


def test_tops_are_the_start_tags_outside_of_any_element() -> None:
    text = "<p>a<b>c</b></p><br/><img src=x lang=de ><li>a<li dir='rtl'>b</li>"
    tops = read(TEXT, text, 0).tops
    assert [text[: top.at].rpartition("<")[2] for top in tops] == [
        "p",
        "br",
        "img src=x lang=de ",
        "li",
        "li dir='rtl'",
    ]
    assert [set(top.own) for top in tops] == [set(), set(), {"lang"}, set(), {"dir"}]


@pytest.mark.parametrize(
    ("text", "bare"),
    [("<p>a</p>", None), (" \n<p>a</p> <!-- b -->", None), ("<p></p> a", 8), (" < b", 1), ("<br>a b", 4)],
)
def test_text_outside_of_any_element_is_found(text: str, bare: int | None) -> None:
    assert read(TEXT, text, 0).bare == bare


def test_characters_that_a_reference_cannot_write_are_those_of_scripts_and_styles() -> None:
    assert read(TEXT, "é<script>'ж'</script><style>/*ü*/</style><textarea>ö</textarea>", 0).raw == "жü"


def test_a_hole_between_a_less_than_sign_and_what_follows_is_pending() -> None:
    assert at("<textarea></text").pending == "</text"
    assert at("<textarea></texx").pending == ""


PARTS = [
    *"<>/!-=\"' ax[]?&",
    "<script",
    "<svg",
    "<textarea",
    "<![CDATA[",
    "<noscript",
    "<!--",
    "</",
    " lang",
    " href=",
]
MARKUP = st.lists(st.sampled_from(PARTS)).map("".join)


@given(MARKUP, st.data())
def test_a_text_reads_the_same_however_it_is_cut(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    whole = read(TEXT, text, 0)
    first = read(TEXT, text[:cut], 0)
    second = read(first.where, text[cut:], cut)
    assert second.where == whole.where
    flaws: tuple[Flaw, ...] = (*first.flaws, *second.flaws)
    assert {flaw.cause for flaw in flaws} == {flaw.cause for flaw in whole.flaws}
    assert (*first.tops, *second.tops) == whole.tops
