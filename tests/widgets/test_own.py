"""Widgets of one's own, in the site folder and out of packages."""

from __future__ import annotations

import os
import time
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from edge import EdgeMiddleware
from edge.blocks import render
from edge.cli.new_widget import new_widget
from edge.errors import Problem, SiteError
from edge.facts import Env
from edge.site import load_site, look_at_site
from edge.site.widgets import files, packages
from tests.live.changing import AT_ONCE, look, shown
from tests.page.raw import html
from tests.widgets.parts import sample, site_with

INPUTS = {"title": "A promise", "action": {"text": "Read it", "href": "/promise"}}
SCHEMA = 'about = "One line"\n[inputs.title]\nkind = "text"\nabout = "It"\nrequired = true\n'
OWN = {
    "widgets/promise/widget.toml": SCHEMA,
    "widgets/promise/template.html": '<p class="edge-promise">{{ title }}</p>\n',
    "widgets/promise/sample.toml": 'title = "Kept"\n',
}


def told(folder: Path, more: dict[str, str]) -> list[Problem]:
    with pytest.raises(SiteError) as error:
        site_with(folder, "promise", {"title": "x"}, {**OWN, **more})
    return list(error.value.problems)


def test_a_new_one_can_be_shown_at_once(tmp_path: Path) -> None:
    new_widget(tmp_path, "promise")
    site = site_with(tmp_path, "promise", INPUTS)
    made = render(site.blocks["widget:promise/one"], Env({}, None))
    assert made.startswith('<section class="edge-widget edge-promise">')
    assert 'href="/promise"><span>Read it</span>' in made
    assert ".edge-promise-title" in site.style
    assert site.widgets["promise"].where == "widgets/promise"


def test_it_is_not_made_over_another(tmp_path: Path) -> None:
    new_widget(tmp_path, "promise")
    with pytest.raises(FileExistsError):
        new_widget(tmp_path, "promise")


def test_one_with_the_name_of_ours_takes_its_place(tmp_path: Path) -> None:
    own = {name.replace("promise", "hero"): text for name, text in OWN.items()}
    site = site_with(tmp_path, "hero", {"title": "x"}, own)
    assert sample(site.widgets["hero"]) == '<p class="edge-promise">Kept</p>'
    assert ".edge-hero-title" not in site.style


def test_a_change_of_each_of_its_files_is_seen(tmp_path: Path) -> None:
    made = new_widget(tmp_path, "promise")
    before = load_site(tmp_path)
    for file in made:
        looked = look_at_site(tmp_path)
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        os.utime(file, ns=(time.time_ns(), time.time_ns() + 10**9))
        assert look_at_site(tmp_path) != looked
        site = load_site(tmp_path, before)
        assert site.version != before.version
        before = site


def test_its_blocks_are_compiled_again_only_where_they_changed(tmp_path: Path) -> None:
    site = site_with(tmp_path, "promise", {"title": "x"}, OWN)
    assert load_site(tmp_path, site).blocks["widget:promise/one"] is site.blocks["widget:promise/one"]
    template = tmp_path / "widgets/promise/template.html"
    template.write_text("<p>{{ title }}!</p>", encoding="utf-8")
    assert load_site(tmp_path, site).blocks["widget:promise/one"] is not site.blocks["widget:promise/one"]


@pytest.mark.parametrize(
    ("file", "text", "cause", "place"),
    [
        ("template.html", "<p>{{ titel }}</p>", "there is no input or fact titel", "template.html:1:7"),
        ("template.html", "<p>\n{{ title }}", "<p> is not closed", "template.html:1:1"),
        ("template.html", '<a href="{{ title }}">x</a>', "a variable at the start of href", "template.html:1:13"),
        ("widget.toml", SCHEMA.replace('"text"', '"txt"'), 'there is no kind "txt"', "widget.toml:3:8"),
        ("widget.toml", SCHEMA.replace("title", "city"), 'in templates, "city" means', "widget.toml:2:9"),
        ("widget.toml", SCHEMA.replace("title", "Title"), '"Title" cannot name an input', "widget.toml:2:9"),
        ("widget.toml", SCHEMA.replace("title", "lang"), 'every widget has the input "lang"', "widget.toml:2:9"),
        (
            "widget.toml",
            SCHEMA.replace("required", "requird"),
            'there is no key "requird" here',
            "widget.toml:5:1",
        ),
        ("widget.toml", SCHEMA.replace('kind = "text"\n', ""), 'the input "title" has no kind', "widget.toml:2:9"),
        ("widget.toml", SCHEMA.replace('about = "One line"\n', ""), "the widget does not say", "widget.toml:1:1"),
        ("widget.toml", SCHEMA + "default = 3\n", "this is a number", "widget.toml:6:11"),
        ("widget.toml", SCHEMA + 'choices = ["a"]\n', "only a choice has choices", "widget.toml:6:1"),
        (
            "widget.toml",
            SCHEMA + '[inputs.a]\nkind = "list"\nabout = "a"\n',
            "a list needs its fields",
            "widget.toml:6:9",
        ),
        (
            "widget.toml",
            SCHEMA + '[inputs.a]\nkind = "choice"\nabout = "a"\n',
            "a choice needs",
            "widget.toml:6:9",
        ),
        ("sample.toml", "", 'the sample lacks "title"', "sample.toml:1:1"),
        ("sample.toml", 'titel = "x"', 'the sample takes no "titel"', "sample.toml:1:1"),
        ("style.css", "p { color: red }", "this selector reaches beyond", "style.css:1:1"),
        ("styles.css", "", "styles.css is no file of a widget", "styles.css"),
    ],
)
def test_a_mistake_in_it_is_told_at_its_place(
    file: str, text: str, cause: str, place: str, tmp_path: Path
) -> None:
    problem, *_ = told(tmp_path, {f"widgets/promise/{file}": text})
    assert problem.cause.startswith(cause)
    assert str(problem).startswith(f"{tmp_path}/widgets/promise/{place}: ")
    assert problem.cure


@pytest.mark.parametrize("file", ["widget.toml", "template.html", "sample.toml"])
def test_a_file_that_is_missing_is_told(file: str, tmp_path: Path) -> None:
    site_with(tmp_path, "promise", {"title": "x"}, OWN)
    (tmp_path / "widgets" / "promise" / file).unlink()
    with pytest.raises(SiteError) as error:
        load_site(tmp_path)
    causes = [problem.cause for problem in error.value.problems]
    assert f'the widget "promise" has no {file}' in causes


@pytest.mark.parametrize(
    ("file", "cause"),
    [
        ("widgets/promise.html", "a widget is a folder, with files in it"),
        ("widgets/Promise/widget.toml", '"Promise" cannot name a widget'),
        ("widgets/promise/more/widget.toml", "widget.toml is no file of a widget"),
    ],
)
def test_a_file_in_the_wrong_place_is_told(file: str, cause: str, tmp_path: Path) -> None:
    (problem,) = told(tmp_path, {file: ""})
    assert (problem.cause, problem.file) == (cause, f"{tmp_path}/{file}")


def test_a_package_brings_widgets_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in OWN.items():
        path = tmp_path / "their_blocks" / name.removeprefix("widgets/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "their_blocks" / "__init__.py").write_text("raise RuntimeError('not to be run')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    theirs = EntryPoint("theirs", "their_blocks", packages.GROUP)
    gone = EntryPoint("gone", "no_such_package.inside", packages.GROUP)
    monkeypatch.setattr(packages, "entry_points", lambda group: [theirs, gone])
    cached = (packages.packaged, files.packaged_widget, files.packaged_base)
    for one in cached:
        one.cache_clear()
    try:
        site = site_with(tmp_path / "site", "promise", {"title": "x"})
        assert set(site.widgets) == {"promise"}
        assert site.widgets["promise"].where == "their_blocks"
    finally:
        for one in cached:
            one.cache_clear()


PAGE = b'<!doctype html><html><head></head><body><div data-edge-slot="it">Default</div></body></html>'


def test_it_is_live_once_it_is_saved_and_a_mistake_in_it_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site_with(tmp_path, "promise", {"title": "Kept"}, OWN)
    edge = EdgeMiddleware(html(PAGE), site=tmp_path, environ={"EDGE_SECRET_KEYS": "k" * 40}, watching=AT_ONCE)
    folder, before = tmp_path / "widgets" / "promise", edge.stylesheet
    assert '<p class="edge-promise">Kept</p>' in shown(edge)
    (folder / "template.html").write_text('<p class="edge-promise">{{ title }}!</p>\n', encoding="utf-8")
    (folder / "style.css").write_text(".edge-promise { margin: 0 }", encoding="utf-8")
    look(edge)
    assert '<p class="edge-promise">Kept!</p>' in shown(edge)
    assert edge.stylesheet != before
    (folder / "template.html").write_text("<p>{{ titel }}</p>\n", encoding="utf-8")
    look(edge)
    assert '<p class="edge-promise">Kept!</p>' in shown(edge)
    assert "widgets/promise/template.html:1:7: there is no input or fact titel" in caplog.text


KINDS = """
about = "One of each"
[inputs.big]
kind = "flag"
about = "Whether"
default = true
[inputs.side]
kind = "choice"
about = "Where"
choices = ["start", "end"]
default = "end"
[inputs.words]
kind = "texts"
about = "Some"
[inputs.home]
kind = "url"
about = "Where to"
[inputs.rows]
kind = "list"
about = "Rows"
[inputs.rows.fields.a]
kind = "text"
about = "A"
[inputs.rows.fields.b]
kind = "text"
about = "B"
[inputs.rows.fields.c]
kind = "text"
about = "C"
"""
TEMPLATE = """<p class="edge-promise">
{%- if big %}big{% endif %} {{ side }} {% for word in words or [] %}{{ word }},{% endfor %}
{%- if home %}<a href="{{ home|url }}">x</a>{% endif %}{% for row in rows or [] %}{{ row.a }}{% endfor %}</p>"""
EACH = {**OWN, "widgets/promise/widget.toml": KINDS, "widgets/promise/template.html": TEMPLATE}
EACH["widgets/promise/sample.toml"] = 'words = ["a", "b"]\n'


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, "big end "),
        ({"big": False, "side": "start"}, " start "),
        ({"words": ["x", "y"]}, "big end x,y,"),
        ({"home": "/a?b=1&c"}, 'big end <a href="/a?b=1&amp;c">x</a>'),
        ({"rows": [{"a": "1"}, {"a": "2"}]}, "big end 12"),
    ],
)
def test_a_template_knows_inputs_of_every_kind(inputs: dict[str, object], expected: str, tmp_path: Path) -> None:
    site = site_with(tmp_path, "promise", inputs, EACH)
    assert render(site.blocks["widget:promise/one"], Env({}, None)) == f'<p class="edge-promise">{expected}</p>'


@pytest.mark.parametrize(
    ("inputs", "cause"),
    [
        ({"big": "yes"}, '"big" is a text'),
        ({"side": "left"}, 'there is no side "left"'),
        ({"words": "x"}, '"words" is a text'),
        ({"words": [""]}, '"words" is empty'),
        ({"home": "/" + "x" * 2000}, "this address has 2,001 characters"),
        ({"rows": [dict.fromkeys("abc", "x" * 2000)] * 50}, 'the widget "promise" cannot be made with these'),
    ],
)
def test_and_refuses_what_they_cannot_be(inputs: dict[str, object], cause: str, tmp_path: Path) -> None:
    with pytest.raises(SiteError) as error:
        site_with(tmp_path, "promise", inputs, EACH)
    (problem,) = error.value.problems
    assert problem.cause.startswith(cause)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('[inputs.x]\nkind = "flag"\nabout = "x"\ndefault = "yes"', "this is a text"),
        ('[inputs.x]\nkind = "choice"\nabout = "x"\nchoices = ["a"]\ndefault = "b"', '"b" is none of the choices'),
        ('[inputs.x]\nkind = "image"\nabout = "x"\ndefault = "b"', "what is an image has no default"),
        ('[inputs.x]\nkind = "text"', 'the input "x" does not say what it is'),
        ('[inputs.x]\nkind = "text"\nabout = "x"\n[inputs.x.fields.y]\nkind = "text"', "only a list has fields"),
    ],
)
def test_a_schema_that_contradicts_itself_is_told(line: str, cause: str, tmp_path: Path) -> None:
    problem, *_ = told(tmp_path, {"widgets/promise/widget.toml": f"{SCHEMA}{line}\n"})
    assert problem.cause == cause
