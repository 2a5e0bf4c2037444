"""The bar of a previewed page: what it says, what it offers, and that nothing breaks out of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from edge.bar import CSS, JS, Bar, Row, render_bar
from edge.model import Decision, Persona

STYLE = CSS.body.decode()
FAN = Persona("headphone-fan", "Came from the newsletter", {})
OWL = Persona("night-owl", "Half past eleven, on a phone", {})
HERO = Decision("hero", "matched", experience="hero-headphones", block="hero/headphones")
OFFER = Decision("offer", "no match")


class _Reader(HTMLParser):
    """The elements and the text of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(fragment: str) -> _Reader:
    reader = _Reader()
    reader.feed(fragment)
    reader.close()
    assert reader.open == []
    return reader


def bar(active: str | None = None, path: str = "/", decisions: tuple[Decision, ...] = (HERO, OFFER)) -> _Reader:
    return read(render_bar(Bar([FAN, OWL], active, "/_edge", path, [Row(one) for one in decisions])))


def test_it_has_a_button_for_each_persona_for_oneself_and_to_leave() -> None:
    buttons = bar().all("button")
    assert [(button["name"], button["value"]) for button in buttons] == [
        ("persona", ""),
        ("persona", "headphone-fan"),
        ("persona", "night-owl"),
        ("leave", "1"),
    ]


@pytest.mark.parametrize(("active", "pressed"), [("night-owl", "night-owl"), (None, ""), ("gone", "")])
def test_the_button_of_whoever_it_is_made_for_is_pressed(active: str | None, pressed: str) -> None:
    states = {button["value"]: button.get("aria-pressed") for button in bar(active).all("button")}
    assert [value for value, state in states.items() if state == "true"] == [pressed]


def test_it_says_who_the_page_is_made_for_in_words() -> None:
    assert "Night owl" in bar("night-owl").texts
    assert OWL.about in bar("night-owl").texts
    assert "yourself" in bar().texts


def test_it_posts_to_the_preview_path_and_comes_back_to_the_page() -> None:
    reader = bar(path='/headphones?a=1&b="2"')
    assert reader.all("form")[0]["action"] == "/_edge/preview"
    assert reader.all("form")[0]["method"] == "post"
    assert reader.all("input") == [{"type": "hidden", "name": "next", "value": '/headphones?a=1&b="2"'}]


def test_it_has_a_word_to_press_where_only_the_summary_is_seen() -> None:
    texts = bar().texts
    assert {"Change", "Close"} <= set(texts)
    assert ".change, .close { display: none; }" in STYLE


def test_what_stands_in_the_head_comes_last_and_is_not_counted() -> None:
    style = Decision("style", "matched", experience="widgets", block="widgets")
    rows = [Row(style, in_head=True), Row(HERO), Row(OFFER)]
    reader = read(render_bar(Bar([FAN, OWL], None, "/_edge", "/", rows)))
    assert "1 of 2 slots tailored" in reader.texts
    slots = [(one["data-slot"], "data-head" in one) for one in reader.all("div") if "data-slot" in one]
    assert slots == [("hero", False), ("offer", False), ("style", True)]


def test_a_page_without_slots_says_so() -> None:
    assert "This page has no slots." in bar(decisions=()).texts


def test_nothing_written_in_the_site_folder_or_the_address_breaks_out() -> None:
    evil = '"><script>x</script>'
    row = Row(Decision(evil, "matched", evil, evil, set=((evil, evil),)), select=evil)
    fragment = render_bar(Bar([Persona(evil, evil, {})], evil, "/_edge", evil, [row]))
    assert fragment.count("<script") == 1
    assert read(fragment).all("button")[1]["value"] == evil


def test_a_strict_policy_holds_for_its_one_script_and_its_style() -> None:
    reader = bar("night-owl")
    assert reader.all("script") == [{"src": f"/_edge/{JS.name}", "defer": None}]
    assert reader.all("style") == []
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    assert not [attributes for _, attributes in reader.elements if "style" in attributes]
    assert reader.all("link") == [{"rel": "stylesheet", "href": f"/_edge/{CSS.name}"}]


def test_it_stands_in_a_shadow_root_and_is_hidden_until_its_stylesheet_is_there() -> None:
    reader = bar()
    assert reader.elements[0] == ("edge-bar", {"hidden": None})
    assert reader.elements[1] == ("template", {"shadowrootmode": "open"})
    assert "display: block !important" in STYLE


def test_the_stylesheet_loads_nothing() -> None:
    assert not re.search(r"@import|url\(", STYLE)
    assert STYLE.count("{") == STYLE.count("}")


def test_its_style_comes_behind_all_that_it_shows_so_that_it_appears_whole() -> None:
    names = [name for name, _ in bar().elements]
    assert names.index("link") > max(place for place, name in enumerate(names) if name in ("form", "button", "dl"))


def test_it_leads_to_the_widgets() -> None:
    assert bar(path="/a?b=1&c").all("a") == [{"href": "/_edge/widgets?from=/a%3Fb%3D1%26c"}]
