"""Wrong inputs are told when the site is loaded: which, where, and what to write instead."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from edge.errors import Problem, SiteError
from edge.site.widgets import Input, Widget
from tests.widgets.parts import WIDGETS, required, site_with

REQUIRED = [(widget, path) for widget in WIDGETS.values() for path in required(widget.inputs)]
EVERY = [(widget, name) for widget in WIDGETS.values() for name in widget.inputs]

TEXTS = [(widget, name) for widget, name in EVERY if widget.inputs[name].kind == "text"]


def told(folder: Path, widget: str, inputs: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(SiteError) as error:
        site_with(folder, widget, inputs)
    return error.value.problems


def without(data: Any, path: tuple[str, ...]) -> Any:
    """The inputs without the one at `path`; of a list, in its first member."""
    data = copy.deepcopy(data)
    inner = data
    for name in path[:-1]:
        inner = inner[name]
        inner = inner[0] if isinstance(inner, list) else inner
    del inner[path[-1]]
    return data


@pytest.mark.parametrize(
    ("widget", "path"), REQUIRED, ids=lambda one: one.name if isinstance(one, Widget) else ".".join(one)
)
def test_an_input_that_is_missing_is_told(widget: Widget, path: tuple[str, ...], tmp_path: Path) -> None:
    (problem,) = told(tmp_path, widget.name, without(dict(widget.sample.data), path))
    assert problem.cause.endswith(f' lacks "{path[-1]}"')
    assert problem.cure.startswith(f"write {path[-1]} = ")
    assert problem.line


@pytest.mark.parametrize(("widget", "name"), EVERY, ids=lambda one: one.name if isinstance(one, Widget) else one)
def test_a_name_that_is_misspelt_is_told_with_the_right_one(widget: Widget, name: str, tmp_path: Path) -> None:
    data = {**widget.sample.data, name: widget.sample.data.get(name, "x")}
    wrong = name[:-1] + name[-2:]
    problem, *more = told(tmp_path, widget.name, {wrong if key == name else key: one for key, one in data.items()})
    assert problem.cause == f'the widget "{widget.name}" takes no "{wrong}"'
    assert problem.cure == f'did you mean "{name}"?'
    assert problem.source[problem.column - 1 :].startswith(wrong)
    assert more == []


def wrong_value(one: Input) -> Any:
    return {"number": "two"}.get(one.kind, 7 if one.kind != "flag" else "yes")


@pytest.mark.parametrize(("widget", "name"), EVERY, ids=lambda one: one.name if isinstance(one, Widget) else one)
def test_a_value_of_another_kind_is_told_at_its_place(widget: Widget, name: str, tmp_path: Path) -> None:
    value = wrong_value(widget.inputs[name])
    problem, *more = told(tmp_path, widget.name, {**widget.sample.data, name: value})
    assert problem.cause.startswith(f'"{name}" is ')
    assert problem.source[problem.column - 1 :].startswith('"two"' if value == "two" else str(value))
    assert "write " in problem.cure
    assert [one.cause for one in more if name not in one.cause] == []


@pytest.mark.parametrize(("widget", "name"), TEXTS, ids=lambda one: one.name if isinstance(one, Widget) else one)
def test_a_text_that_is_too_long_is_told(widget: Widget, name: str, tmp_path: Path) -> None:
    most = widget.inputs[name].most
    assert most is not None
    (problem,) = told(tmp_path, widget.name, {**widget.sample.data, name: "x" * (most + 1)})
    assert problem.cause == f'"{name}" has {most + 1} characters'
    assert problem.cure == f"write {most} at most"


IMAGE = {"src": "/a.jpg", "alt": "", "width": 3, "height": 2}


@pytest.mark.parametrize(
    ("widget", "inputs", "cause", "cure"),
    [
        ("hero", {"title": "x", "text": " "}, '"text" is empty', "write it, or leave the line out"),
        ("banner", {"text": "Hi {{ cty }}"}, "there is no fact cty", "did you mean city?"),
        ("banner", {"text": "{% if city %}x{% endif %}"}, "only {{ … }} can stand in this text", "own"),
        ("banner", {"text": "x", "lang": "thai land"}, '"thai land" is no language', "RFC 5646"),
        ("banner", {"text": "x", "dir": "left"}, 'there is no dir "left"', '"ltr"'),
        ("hero", {"title": "x", "level": 4}, '"level" is 4', "from 1 to 3"),
        ("hero", {"title": "x", "action": {"text": "x", "hrf": "/"}}, 'a link takes no "hrf"', '"href"'),
        (
            "hero",
            {"title": "x", "action": {"text": "x", "href": "javascript:alert(1)"}},
            '"javascript:" leads',
            "https",
        ),
        ("hero", {"title": "x", "action": {"text": "x", "href": "JaVaScript:x"}}, '"JaVaScript:" leads', "https"),
        (
            "hero",
            {"title": "x", "action": {"text": "x", "href": "mailto:a@b.example"}},
            '"mailto:" leads',
            "https",
        ),
        ("hero", {"title": "x", "action": {"text": "x", "href": "a b"}}, "white space cannot stand", "%20"),
        ("hero", {"title": "x", "action": {"text": "x", "href": "\\\\evil.example"}}, "a backslash cannot", "/"),
        ("hero", {"title": "x", "action": {"text": "x", "href": ""}}, "this address is empty", "/headphones"),
        ("hero", {"title": "x", "action": {"text": "x", "href": "https:/x"}}, "this address has no host", "whole"),
        (
            "hero",
            {"title": "x", "action": {"text": "x", "href": "/in/{{ city }}"}},
            "a variable as part of a URL",
            "urlencode",
        ),
        (
            "hero",
            {"title": "x", "action": {"text": "x", "href": "/{{ city }}"}},
            "a fact may not choose",
            "/in/{{ …|urlencode }}",
        ),
        (
            "hero",
            {"title": "x", "action": {"text": "x", "href": "{{ city|url }}"}},
            "a fact may not choose",
            "{{ … }}",
        ),
        ("hero", {"title": "x", "image": {**IMAGE, "src": "data:image/png;base64,x"}}, '"data:" leads', "https"),
        ("hero", {"title": "x", "image": {**IMAGE, "width": 0}}, '"width" is 0', "from 1 to 20000"),
        ("steps", {"steps": [{"title": "x"}]}, '"steps" has 1 member', "write 2 to 6 of them"),
        ("steps", {"steps": [{"title": "x"}, "y"]}, "this is a text", "tables in braces"),
        ("steps", {"steps": [{"title": "x"}, {"titel": "y"}]}, 'one of "steps" takes no "titel"', '"title"'),
        ("countdown", {"title": "x", "until": "24.12."}, '"24.12." is no day', "2026-12-24"),
        ("countdown", {"title": "x", "until": 24}, '"until" is a number', "2026-12-24"),
        (
            "comparison",
            {"title": "x", "columns": ["a", "b"], "rows": [{"name": "r", "values": ["1", "2", "3"]}]},
            'there are 3 here, and 2 in "columns"',
            "leave some out",
        ),
        (
            "comparison",
            {"title": "x", "columns": ["a", 2], "rows": [{"name": "r", "values": ["1", "2"]}]},
            "this is a number",
            "write texts",
        ),
    ],
)
def test_a_mistake_is_told_with_its_cure(
    widget: str, inputs: dict[str, Any], cause: str, cure: str, tmp_path: Path
) -> None:
    (problem,) = told(tmp_path, widget, inputs)
    assert problem.cause.startswith(cause)
    assert cure in problem.cure
    assert (problem.line, problem.width) > (3, 0)


@pytest.mark.parametrize(
    ("experience", "cause", "cure"),
    [
        ('show = "widget:heroo"', 'there is no widget "heroo"', 'did you mean "widget:hero"?'),
        ('show = "widget:zzz"', 'there is no widget "zzz"', "`edge widgets` lists them"),
        (
            'show = "widget:hero"',
            'the widget "hero" has no inputs here',
            'write inputs = { title = "…" } below it',
        ),
        ('show = "widget:hero"\ninputs = "x"', '"inputs" is a text', 'write inputs = { title = "…" }'),
        ('place = "remove"\ninputs = { }', "only a widget takes inputs", 'write show = "widget:…"'),
    ],
)
def test_a_mistake_around_the_inputs_is_told_too(experience: str, cause: str, cure: str, tmp_path: Path) -> None:
    files = {"experiences.toml": f'[one]\nslot = "it"\n{experience}\n'}
    with pytest.raises(SiteError) as error:
        site_with(tmp_path, "", {}, files)
    (problem,) = error.value.problems
    assert problem.cause == cause
    assert problem.cure.startswith(cure)


@pytest.mark.parametrize(
    ("widget", "inputs", "cure"),
    [
        ("hero", {"title": ""}, "write it"),
        ("banner", {"text": " "}, "write it"),
        ("hero", {"title": "x", "action": {"text": "", "href": "/"}}, "write it"),
        ("hero", {"title": "x", "eyebrow": ""}, "write it, or leave the line out"),
    ],
)
def test_only_an_empty_text_that_is_not_needed_may_be_left_out(
    widget: str, inputs: dict[str, Any], cure: str, tmp_path: Path
) -> None:
    (problem,) = told(tmp_path, widget, inputs)
    assert problem.cure == cure


@pytest.mark.parametrize("widget", dict.fromkeys(widget.name for widget, path in REQUIRED if len(path) == 1))
def test_the_inputs_that_it_says_to_write_can_be_pasted(widget: str, tmp_path: Path) -> None:
    shown = f'[one]\nslot = "it"\nshow = "widget:{widget}"\n'
    with pytest.raises(SiteError) as error:
        site_with(tmp_path, "", {}, {"experiences.toml": shown})
    (problem,) = error.value.problems
    pasted = problem.cure.removeprefix("write ").removesuffix(" below it")
    assert site_with(tmp_path, "", {}, {"experiences.toml": shown + pasted}).blocks


def test_a_widget_that_needs_nothing_is_shown_without_inputs(tmp_path: Path) -> None:
    files = {"experiences.toml": '[one]\nslot = "it"\nshow = "widget:greeting"\n'}
    assert set(site_with(tmp_path, "", {}, files).blocks) == {"widget:greeting/one"}


@pytest.mark.parametrize(
    "href", ["/", "/a?b=c&d#e", "page", "../up", "?q=1", "#top", "//other.example/x", "HTTPS://a.example", "/a:b"]
)
def test_an_address_may_be_any_of_a_page(href: str, tmp_path: Path) -> None:
    site_with(tmp_path, "hero", {"title": "x", "action": {"text": "x", "href": href}})


def test_a_day_may_be_a_date_or_a_text(tmp_path: Path) -> None:
    shown = '[one]\nslot = "it"\nshow = "widget:countdown"\ninputs = { title = "x", until = %s }'
    sources = {
        site_with(tmp_path, "", {}, {"experiences.toml": shown % day}).blocks["widget:countdown/one"].source
        for day in ("2026-12-24", '"2026-12-24"')
    }
    assert len(sources) == 1
