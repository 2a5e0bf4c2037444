"""Selectors: one compound, and an error that says where and what is allowed."""

from __future__ import annotations

import pytest

from edge.errors import SelectorError
from edge.html import Fill, Slots, parse_plan, parse_selector, splice


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("main p", 4),
        ("main>p", 4),
        ("main, p", 4),
        ("a:hover", 1),
        ("*", 0),
        ("#", 0),
        ("p#", 1),
        (".1a", 0),
        ("[a", 0),
        ("[a~=b]", 0),
        ("p[a='b]", 1),
        ("a+b", 1),
        ("", 0),
        ("  ", 2),
        ("p!", 1),
    ],
)
def test_anything_but_one_compound_is_refused_where_it_stops_being_one(text: str, at: int) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    (flaw,) = caught.value.flaws
    assert flaw.start == at
    assert "[attr=value]" in flaw.cure


def test_the_parts_of_a_selector() -> None:
    selector = parse_selector(' Section#main.hero.big[data-x][lang="de"][rel=next] ')
    assert selector.tag == "section"
    assert selector.attributes == (("id", "main"), ("data-x", None), ("lang", "de"), ("rel", "next"))
    assert selector.classes == {"hero", "big"}
    assert parse_selector(r"#a\:b").attributes == (("id", "a:b"),)
    assert parse_selector("[a='']").attributes == (("a", ""),)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("#größe", '<div id="größe">old</div>'),
        (".größe", '<div class="a größe">old</div>'),
        ("#größe", '<div id="gr&ouml;&szlig;e">old</div>'),
        ("[größe]", '<div größe="x">old</div>'),
        ("[title=größe]", '<div title="größe">old</div>'),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_names_outside_ascii_are_read_in_the_charset_of_the_page(text: str, page: str, codec: str) -> None:
    slots = Slots(frozenset(), ((parse_selector(text), "hero"),))
    plan = parse_plan(page.encode(codec), slots, codec)
    assert splice(plan, {"hero": Fill(b"NEW")}).body == page.replace("old", "NEW").encode(codec)


def test_a_slot_may_be_marked_and_selected() -> None:
    slots = Slots(frozenset({"hero", "offer"}), ((parse_selector("div"), "offer"),))
    page = b"<div data-edge-slot=hero>a</div><div data-edge-slot=none>b</div>"
    assert [mark.name for mark in parse_plan(page, slots).marks] == ["hero", "offer"]
