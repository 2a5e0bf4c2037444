"""What tells the bar's script where the slots stand: nothing of it changes the page."""

from __future__ import annotations

import pytest

from edge.bar.marks import css, marked
from edge.html import Fill, Selector, Slots, parse_plan, parse_selector, splice
from edge.model import Place

PAGE = b"<p data-edge-slot=hero>old</p>."
SLOTS = Slots(frozenset({"hero"}))


def made(fill: Fill) -> bytes:
    return splice(parse_plan(PAGE, SLOTS), {"hero": fill}).body


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("inside", b"<p data-edge-slot=hero><i>new</i></p>."),
        ("prepend", b"<p data-edge-slot=hero><i>new</i>old</p>."),
        ("append", b"<p data-edge-slot=hero>old<i>new</i></p>."),
        ("replace", b"<!--edge:at hero replace--><i>new</i><!--/edge:at-->."),
        ("before", b"<!--edge:at hero before--><i>new</i><!--/edge:at--><p data-edge-slot=hero>old</p>."),
        ("after", b"<p data-edge-slot=hero>old</p><!--edge:at hero after--><i>new</i><!--/edge:at-->."),
    ],
)
def test_a_block_outside_of_its_slot_stands_between_comments(place: Place, body: bytes) -> None:
    assert made(marked("hero", Fill(b"<i>new</i>", place), None)) == body


def test_where_a_slot_was_taken_out_comments_are_left() -> None:
    assert made(marked("hero", Fill(None, "remove"), None)) == (b"<!--edge:at hero remove--><!--/edge:at-->.")


@pytest.mark.parametrize("place", ["inside", "before", "replace"])
def test_attributes_alone_move_no_block(place: Place) -> None:
    fill = Fill(None, place, ((b"class", b"x"),))
    assert marked("hero", fill, None) == fill


@pytest.mark.parametrize(
    ("selector", "attribute", "is_marked"),
    [
        ("p.old", b"class", True),
        ("p.old", b"title", False),
        ("#a", b"id", True),
        ("#a", b"class", False),
        ("[href]", b"HREF", True),
        ("p", b"id", False),
    ],
)
def test_an_element_that_its_selector_may_no_longer_find_is_marked(
    selector: str, attribute: bytes, is_marked: bool
) -> None:
    fill = marked("hero", Fill(None, "inside", ((attribute, b"x"),)), parse_selector(selector))
    assert ((b"data-edge-at", b"hero") in fill.set) == is_marked


@pytest.mark.parametrize(
    ("selector", "written"),
    [
        (parse_selector("section#main.hero.big"), 'section[id="main"][class~="big"][class~="hero"]'),
        (parse_selector("[href]"), "[href]"),
        (parse_selector("[lang=th]"), '[lang="th"]'),
        (parse_selector("#1a"), '[id="1a"]'),
        (Selector("", None, (("xlink:href", 'a"b\\'),)), '[xlink\\:href="a\\"b\\\\"]'),
    ],
)
def test_a_selector_is_written_as_a_browser_reads_it(selector: Selector, written: str) -> None:
    assert css(selector) == written
