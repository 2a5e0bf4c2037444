"""The widgets that come with Edge, as tests look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from edge.blocks import render
from edge.facts import BUILTIN, Env, catalogue
from edge.model import Value
from edge.site import Site, load_site
from edge.site.widgets import Input, Widget, sample_block

__all__ = ["FACTS", "MORNING", "WIDGETS", "outline", "required", "sample", "site_with", "toml"]

FACTS = catalogue(BUILTIN)
MORNING: Mapping[str, Value] = {"now.hour": 9, "now.date": date(2026, 11, 30)}


def _widgets() -> Mapping[str, Widget]:
    """Those of a site folder without files."""
    with TemporaryDirectory() as folder:
        return load_site(folder).widgets


WIDGETS = _widgets()


def sample(widget: Widget, facts: Mapping[str, Value] = MORNING) -> str:
    """The HTML of its sample."""
    return render(sample_block(widget, FACTS), Env({}, None, dict(facts)))


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str, str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.depth, tag, dict(attrs).get("class") or ""))
        self.depth += tag not in ("img", "br")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def outline(html: str) -> list[tuple[int, str, str]]:
    """Depth, tag and classes of every element, in order."""
    reader = _Outline()
    reader.feed(html)
    assert reader.depth == 0
    return reader.found


def required(inputs: Mapping[str, Input], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to every input that must be given: through groups and lists, where those are given."""
    for one in inputs.values():
        if one.required:
            yield (*path, one.name)
        yield from required(one.fields, (*path, one.name))


def toml(value: Any) -> str:
    """A value of a sample as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower()


def site_with(
    folder: Path, widget: str, inputs: Mapping[str, Any], files: Mapping[str, str] | None = None
) -> Site:
    """A site that shows the widget with these inputs to everybody, in the slot `it`."""
    lines = "".join(f"{name} = {toml(value)}\n" for name, value in inputs.items())
    text = f'[one]\nslot = "it"\nshow = "widget:{widget}"\n[one.inputs]\n{lines}'
    for name, content in {"experiences.toml": text, **(files or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return load_site(folder)
