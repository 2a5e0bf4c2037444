"""All widgets that a site has: its own, and those of packages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from edge.blocks import Block
from edge.errors import BlockError, Problem
from edge.facts import Catalogue, suggest
from edge.site.folder import WIDGETS, Folder
from edge.site.names import hint
from edge.site.table import Table
from edge.site.text import Text
from edge.site.toml import Document
from edge.site.traits import Facts
from edge.site.widgets.files import (
    DEFAULT,
    SAMPLE,
    SCHEMA,
    STYLE,
    TEMPLATE,
    packaged_base,
    packaged_widget,
    read_widget,
)
from edge.site.widgets.packages import packaged
from edge.site.widgets.source import compile_widget
from edge.site.widgets.style import style_flaws
from edge.site.widgets.values import example, read_values
from edge.site.widgets.widget import Widget

__all__ = ["NAME", "NAMING", "PREFIX", "Shelf", "own_styles", "sample_block", "style_of"]

PREFIX = "widget:"
"""How `show` names a widget rather than a block."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")

NAMING = "begin with a small letter; a–z, 0–9 and - may follow, at most 50 in all"
"""What to do where a name is none."""

_FILES = (SCHEMA, TEMPLATE, SAMPLE, DEFAULT, STYLE)


class Shelf:
    """The widgets of a site folder that is being read. Blocks are made of them as experiences ask; those of
    `known`, compiled for the same facts, are taken where they are the same."""

    def __init__(self, folder: Folder, facts: Facts, known: Mapping[str, Block]) -> None:
        self.blocks: dict[str, Block] = {}
        self._facts = facts
        self._known = known
        self._problems = folder.problems
        self._own_names, self._own = self._read(folder)

    @property
    def names(self) -> frozenset[str]:
        """The names of all, those with problems too."""
        return self._own_names.union(packaged())

    @property
    def widgets(self) -> Mapping[str, Widget]:
        """Every widget that can be used, by name; the site's own go before those of packages."""
        return MappingProxyType(dict(sorted({**_packaged_widgets(), **self._own}.items())))

    @property
    def style(self) -> str:
        """The style of all of them."""
        return style_of({name: widget.style for name, widget in self._own.items()})

    def _read(self, folder: Folder) -> tuple[frozenset[str], dict[str, Widget]]:
        names: dict[str, None] = {}
        misnamed: set[str] = set()
        for file in [file for suffix in (".toml", ".html", ".css") for file in folder.under(WIDGETS, suffix)]:
            _, *parts = file.split("/")
            if len(parts) == 2 and parts[1] in _FILES and NAME.fullmatch(parts[0]):
                names[parts[0]] = None
            elif parts[0] not in misnamed:
                folder.problems.append(Problem(file, 0, 0, 0, "", *_misplaced(parts)))
            if len(parts) > 1 and not NAME.fullmatch(parts[0]):
                misnamed.add(parts[0])  # told once, not for each of its files
        found = {}
        for name in sorted(names):
            widget = read_widget(name, folder, f"{WIDGETS}/{name}", f"{WIDGETS}/{name}")
            if widget is not None and self._is_whole(widget):
                found[name] = widget
        return frozenset(names), found

    def _is_whole(self, widget: Widget) -> bool:
        """Whether the widget can show its sample; what is wrong is told."""
        before = len(self._problems)
        values = read_values(Table(widget.sample, (), self._problems), widget.inputs, "the sample", self._facts)
        if len(self._problems) > before or self._facts.unsure(widget.template.content):
            return False
        try:
            compile_widget(widget, widget.name, values, self._facts.catalogue)
        except BlockError as error:
            text = widget.template
            self._problems.extend(text.problem(one.start, one.end, one.cause, one.cure) for one in error.flaws)
            return False
        return True

    def block(self, table: Table, shown: str) -> str | None:
        """The name of the block that the experience in `table` shows: its widget `shown`, with its inputs."""
        widget = self._widget(table, shown)
        if widget is None:
            return None
        before = len(self._problems)
        what = f'the widget "{widget.name}"'
        values = read_values(self._inputs(table, widget, what), widget.inputs, what, self._facts)
        if len(self._problems) > before or self._facts.unsure(widget.template.content):
            return None
        name = f"{PREFIX}{widget.name}/{table.name}"
        try:
            self.blocks[name] = compile_widget(widget, name, values, self._facts.catalogue, self._known.get(name))
        except BlockError as error:  # too long with these inputs, or too deep
            for flaw in error.flaws:
                table.at_value("show", f"{what} cannot be made with these inputs: {flaw.cause}", flaw.cure)
            return None
        return name

    def _widget(self, table: Table, shown: str) -> Widget | None:
        name = shown.removeprefix(PREFIX)
        if name in self._own_names:
            return self._own.get(name)  # what is wrong with it has been told
        if name in packaged():
            widget, problems = packaged_widget(name)
            self._problems.extend(problems)
            return widget
        near = suggest(name, sorted(self.names))
        cure = f'did you mean "{PREFIX}{near}"?' if near else "`edge widgets` lists them"
        table.at_value("show", f'there is no widget "{name}"', cure)
        return None

    def _inputs(self, table: Table, widget: Widget, what: str) -> Table:
        needed = ", ".join(example(one) for one in widget.inputs.values() if one.required)
        given = table.table("inputs", f"inputs = {{ {needed} }}")
        if given is None and needed and table.lacks("inputs"):
            table.at_value("show", f"{what} has no inputs here", f"write inputs = {{ {needed} }} below it")
        return given or Table(Document(Text("", "")), (), [])


def _packaged_widgets() -> dict[str, Widget]:
    return {name: widget for name in packaged() if (widget := packaged_widget(name)[0])}


def style_of(own: Mapping[str, str]) -> str:
    """The style of all widgets, where `own` are those of the site's own, by name."""
    styles = {**{name: widget.style for name, widget in _packaged_widgets().items()}, **own}
    return "\n".join([packaged_base(), *(style for _, style in sorted(styles.items()) if style)])


def own_styles(folder: Folder) -> dict[str, str]:
    """The styles of the site's own widgets by name, whatever else is wrong with the folder."""
    found = {}
    for file in folder.under(WIDGETS, STYLE):
        _, name, *rest = file.split("/")
        text = folder.text(file) if rest == [STYLE] and NAME.fullmatch(name) else None
        if text is not None and not any(style_flaws(text.content, f"edge-{name}")):
            found[name] = text.content
    return found


def _misplaced(parts: list[str]) -> tuple[str, str]:
    if len(parts) == 1:
        return (
            "a widget is a folder, with files in it",
            f"`edge widgets new {parts[0].partition('.')[0]}` makes one",
        )
    if not NAME.fullmatch(parts[0]):
        return f'"{parts[0]}" cannot name a widget', NAMING
    return f"{parts[-1]} is no file of a widget", hint(parts[-1], _FILES, f"the files are {', '.join(_FILES)}")


def sample_block(widget: Widget, facts: Catalogue) -> Block:
    """The block that shows the widget's sample."""
    values = read_values(Table(widget.sample, (), []), widget.inputs, "the sample", Facts(facts))
    return compile_widget(widget, widget.name, values, facts)
