"""The files of one widget, read and checked."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from edge.errors import Problem
from edge.site.folder import Folder
from edge.site.text import Text
from edge.site.toml import Document, parse_toml
from edge.site.widgets.packages import packaged
from edge.site.widgets.schema import read_schema
from edge.site.widgets.style import style_flaws
from edge.site.widgets.widget import Widget

__all__ = ["DEFAULT", "SAMPLE", "SCHEMA", "STYLE", "TEMPLATE", "packaged_base", "packaged_widget", "read_widget"]

SCHEMA, TEMPLATE, SAMPLE = "widget.toml", "template.html", "sample.toml"
DEFAULT, STYLE = "default.html", "style.css"
_NEEDED = {
    SCHEMA: "make it: what the widget is for, and its inputs",
    TEMPLATE: "make it: the widget's HTML, with {{ title }} for an input",
    SAMPLE: "make it: inputs as an experience gives them, to look at the widget with",
}


def read_widget(name: str, folder: Folder, inside: str, where: str) -> Widget | None:
    """The widget whose files lie below `inside` of `folder`; None where something is wrong with them, which the
    folder's problems then say. Where that is its style alone, it comes without: its template can still be looked
    at, which is not compiled yet."""
    before = len(folder.problems)
    texts = {file: folder.text(f"{inside}/{file}") for file in (SCHEMA, TEMPLATE, SAMPLE, DEFAULT, STYLE)}
    for file, cure in _NEEDED.items():
        if texts[file] is None and len(folder.problems) == before:
            cause = f'the widget "{name}" has no {file}'
            folder.problems.append(Problem(f"{inside}/{file}", 0, 0, 0, "", cause, cure))
    schema, template, sample, default, style = texts.values()
    about, inputs = read_schema(_document(schema, folder), folder.problems)
    shown = _document(sample, folder)
    is_whole = len(folder.problems) == before
    css = _style(style, name, folder)
    if not is_whole or template is None:
        return None
    return Widget(name, where, about, inputs, template, shown, _content(default), css)


def _style(text: Text | None, name: str, folder: Folder) -> str:
    """What is wrong with it is told; it is then as good as none."""
    flaws = () if text is None else tuple(style_flaws(text.content, f"edge-{name}"))
    folder.problems.extend(text.problem(one.start, one.end, one.cause, one.cure) for one in flaws if text)
    return "" if flaws else _content(text)


def _content(text: Text | None) -> str:
    return "" if text is None else text.content


def _document(text: Text | None, folder: Folder) -> Document:
    return Document(Text("", "")) if text is None else parse_toml(text, folder.problems)


@cache
def packaged_widget(name: str) -> tuple[Widget | None, tuple[Problem, ...]]:
    """A widget of a package, or what is wrong with it. Packages stay as they are while a process runs."""
    path = packaged()[name]
    problems: list[Problem] = []
    widget = read_widget(name, Folder(path.parent, problems), name, path.parent.name)
    return widget, tuple(replace(one, file=str(path.parent / one.file)) for one in problems)


@cache
def packaged_base() -> str:
    """The style that the widgets of packages share: their `base.css`, one after the other."""
    folders = dict.fromkeys(path.parent for path in packaged().values())
    files = [folder / "base.css" for folder in folders]
    return "".join(Path(file).read_text(encoding="utf-8") for file in files if file.is_file())
