"""What holds for each of the widgets that come with Edge."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import edge_widgets
import pytest

from edge.blocks import BlockFailed, render
from edge.facts import Env
from edge.html.balance import check_balance
from edge.site.widgets import Widget
from tests.widgets.parts import MORNING, WIDGETS, outline, sample, site_with

EVERY = pytest.mark.parametrize("widget", WIDGETS.values(), ids=lambda one: one.name)
HEADED = [one for one in WIDGETS.values() if "level" in one.inputs]
FOLDER = Path(edge_widgets.__file__).parent


def test_there_are_ten() -> None:
    assert set(WIDGETS) == {
        "hero",
        "banner",
        "greeting",
        "offer",
        "testimonial",
        "steps",
        "logo-wall",
        "call-to-action",
        "countdown",
        "comparison",
    }


def test_every_folder_with_a_schema_is_one_of_them() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/widget.toml")} == set(WIDGETS)


@EVERY
def test_its_sample_and_its_default_balance(widget: Widget) -> None:
    assert check_balance(sample(widget)) == ()
    assert check_balance(widget.default) == ()


@EVERY
def test_its_default_has_the_same_shape_as_its_sample(widget: Widget) -> None:
    assert outline(sample(widget)) == outline(widget.default)


@EVERY
def test_its_sample_gives_every_input_that_shows(widget: Widget) -> None:
    words = {"lang", "dir", "level", "morning", "afternoon", "evening", "night", "days", "day", "today", "over"}
    assert set(widget.sample.data) >= set(widget.inputs) - words


@EVERY
def test_it_stands_in_one_element_with_its_class(widget: Widget) -> None:
    for html in (sample(widget), widget.default):
        tops = [(tag, names) for depth, tag, names in outline(html) if depth == 0]
        assert [names for _, names in tops] == [f"edge-widget edge-{widget.name}"]


@EVERY
def test_it_needs_no_script_and_no_inline_style(widget: Widget) -> None:
    for html in (sample(widget), widget.default, widget.template.content):
        assert not re.search(
            r"<(?:script|style|link|iframe)|\s(?:style|on\w+)\s*=|javascript:", html, re.IGNORECASE
        )


@EVERY
def test_its_style_has_no_left_and_no_right(widget: Widget) -> None:
    """Logical properties only: the same style serves Arabic."""
    sides = (
        r"\b(?:margin|padding|border|inset)-(?:left|right)|[^-](?:left|right):|text-align: *(?:left|right)|float"
    )
    assert re.findall(sides, widget.style) == []


@EVERY
def test_its_style_asks_for_nothing_and_chooses_no_font_and_no_colour(widget: Widget) -> None:
    style = re.sub(r"/\*.*?\*/", "", widget.style, flags=re.DOTALL)
    assert re.findall(r"url\(|@import|font-family|font: |#[0-9a-f]{3,8}\b|rgba?\(|hsl", style) == []


def test_the_style_that_they_share_asks_for_nothing_either() -> None:
    style = re.sub(r"/\*.*?\*/", "", (FOLDER / "base.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"url\(|@import|font-family|font: |#[0-9a-f]{3,8}\b|rgba?\(|hsl", style) == []
    selectors = re.findall(r"(?:^|\})\s*([^@{}]+)\{", style)
    assert [one for one in selectors if not one.startswith(".edge-widget")] == []


def test_the_properties_that_are_told_of_are_those_that_are_read() -> None:
    base = (FOLDER / "base.css").read_text(encoding="utf-8")
    told = set(re.findall(r"^     (--edge-[a-z-]+)", base, re.MULTILINE))
    every = base + "".join(widget.style for widget in WIDGETS.values())
    assert told == set(re.findall(r"var\((--edge-[a-z-]+)", every)) - {"--edge-s", "--edge-r"}
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(told) if f"`{name}`" not in readme] == []


@EVERY
def test_its_pictures_have_a_size_and_a_text(widget: Widget) -> None:
    for html in (sample(widget), widget.default):
        for tag in re.findall(r"<img[^>]*>", html):
            assert re.search(r' alt="[^"]*" width="\d+" height="\d+">$', tag)


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize(
    "widget", [one for one in WIDGETS.values() if "level" in one.inputs], ids=lambda one: one.name
)
def test_its_heading_has_the_level_that_it_is_given(widget: Widget, level: int, tmp_path: Path) -> None:
    inputs = {**widget.sample.data, "level": level}
    (block,) = site_with(tmp_path, widget.name, inputs).blocks.values()
    html = render(block, Env({}, None, dict(MORNING)))
    assert re.findall(r"<h(\d)", html) == [str(level)]
    assert check_balance(html) == ()


@EVERY
def test_with_what_is_needed_alone_it_is_whole(widget: Widget, tmp_path: Path) -> None:
    inputs = {name: value for name, value in widget.sample.data.items() if widget.inputs[name].required}
    (block,) = site_with(tmp_path, widget.name, inputs).blocks.values()
    html = render(block, Env({}, None, dict(MORNING)))
    assert check_balance(html) == ()
    assert "None" not in html


@EVERY
def test_a_text_cannot_become_markup(widget: Widget, tmp_path: Path) -> None:
    evil = '</p><script>alert(1)</script>" onload="x'

    def spoil(value: object) -> object:
        if isinstance(value, dict):
            return {name: one if name in ("src", "href") else spoil(one) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one) for one in value]
        return evil if isinstance(value, str) else value

    (block,) = site_with(
        tmp_path, widget.name, {name: spoil(one) for name, one in widget.sample.data.items()}
    ).blocks.values()
    html = render(block, Env({}, None, dict(MORNING)))
    assert outline(html) == outline(sample(widget))
    assert "<script" not in html
    assert 'onload="' not in html


@EVERY
def test_another_language_is_said_once_at_its_top(widget: Widget, tmp_path: Path) -> None:
    (block,) = site_with(tmp_path, widget.name, {**widget.sample.data, "lang": "ar", "dir": "rtl"}).blocks.values()
    html = render(block, Env({}, None, dict(MORNING)))
    assert html.lstrip().partition(">")[0].endswith(' lang="ar" dir="rtl"')
    assert html.count("lang=") == 1


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "Still up?"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening"), (22, "Still up?")],
)
def test_a_greeting_knows_the_hour(hour: int, words: str) -> None:
    assert f">{words}</p>" in sample(WIDGETS["greeting"], {"now.hour": hour})


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 22), "<strong>2</strong> <span>days left</span>"),
        (date(2026, 12, 23), "<strong>1</strong> <span>day left</span>"),
        (date(2026, 12, 24), "<span>Last day</span>"),
        (date(2026, 12, 25), "<span>Over</span>"),
    ],
)
def test_a_countdown_counts_days(day: date, words: str) -> None:
    assert words in sample(WIDGETS["countdown"], {"now.date": day})


def test_what_is_known_of_a_visitor_fills_an_input(tmp_path: Path) -> None:
    inputs = {
        "title": "Hello, {{ city or 'you' }}",
        "action": {"text": "Go", "href": "/in?city={{ city|urlencode }}"},
    }
    (block,) = site_with(tmp_path, "hero", inputs).blocks.values()
    html = render(block, Env({}, None, {"city": "<Bad> & Co"}))
    assert "Hello, &lt;Bad&gt; &amp; Co</h1>" in html
    assert 'href="/in?city=%3CBad%3E%20%26%20Co"' in html
    assert block.reads == {"city"}


def test_what_is_not_known_leaves_the_default(tmp_path: Path) -> None:
    block = site_with(tmp_path, "hero", {"title": "Hello, {{ city }}"}).blocks["widget:hero/one"]
    assert [given.fact for given in block.needs] == ["city"]
    with pytest.raises(BlockFailed, match="city is not known"):
        render(block, Env({}, None))
