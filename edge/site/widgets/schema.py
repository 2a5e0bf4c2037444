"""`widget.toml`: what a widget is for, and the inputs that it takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from edge.errors import Problem
from edge.facts import BUILTIN
from edge.site.names import hint
from edge.site.table import Table, kind_of
from edge.site.toml import Document
from edge.site.widgets.widget import ANYWAY, FIELDS, KINDS, Input, InputKind

__all__ = ["read_schema"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = ("kind", "about", "required", "default", "min", "max", "choices", "fields", "as_many_as")
_TAKEN = frozenset(("loop", "range", "traits", *(fact.name.partition(".")[0] for fact in BUILTIN)))
"""What means something else in a template."""

_IN_A_LIST: tuple[InputKind, ...] = tuple(kind for kind in KINDS if kind != "list")
_DEFAULTS: Mapping[InputKind, type] = {"text": str, "number": int, "flag": bool, "choice": str}


def read_schema(document: Document, problems: list[Problem]) -> tuple[str, Mapping[str, Input]]:
    """What the widget is for, and its inputs by name, with those that every widget has."""
    top = Table(document, (), problems)
    top.only(("about", "inputs"))
    about = top.text("about", 'a sentence in quotes: about = "…"')
    if top.lacks("about"):
        top.at_head("the widget does not say what it is for", 'write about = "…" in its first line')
    inputs = top.table("inputs", "[inputs.title] and its keys below")
    found = {} if inputs is None else dict(_inputs(inputs, KINDS))
    for name in found.keys() & ANYWAY.keys():
        Table(document, ("inputs",), problems).at_key(name, f'every widget has the input "{name}"', "leave it out")
    return about or "", MappingProxyType({**found, **ANYWAY})


def _inputs(table: Table, kinds: Collection[InputKind]) -> Iterator[tuple[str, Input]]:
    for name in table.data:
        one = table.table(name, f"[{'.'.join(map(str, (*table.path, name)))}] and its keys below")
        if not _NAME.fullmatch(name):
            cure = "begin with a small letter; a–z, 0–9 and _ may follow, at most 40 in all"
            table.at_key(name, f'"{name}" cannot name an input', cure)
        elif name in _TAKEN and table.path == ("inputs",):
            table.at_key(name, f'in templates, "{name}" means something else', "choose another name")
        elif one is not None:
            yield name, _input(one, kinds)


def _input(table: Table, kinds: Collection[InputKind]) -> Input:
    table.only(_KEYS)
    kind: InputKind = "text"
    wanted = table.choice("kind", kinds)
    for known in kinds:
        kind = known if known == wanted else kind
    if table.lacks("kind"):
        table.at_head(f'the input "{table.name}" has no kind', f'write kind = "text" below it: {", ".join(kinds)}')
    about = table.text("about", 'a sentence in quotes: about = "…"') or ""
    if table.lacks("about"):
        table.at_head(f'the input "{table.name}" does not say what it is', 'write about = "…" below it')
    return Input(
        table.name,
        kind,
        about,
        table.flag("required", otherwise=False),
        _default(table, kind),
        _bound(table, "min"),
        _bound(table, "max"),
        _choices(table, kind),
        _fields(table, kind),
        table.text("as_many_as", 'the name of a list in quotes: as_many_as = "columns"') or "",
    )


def _bound(table: Table, key: str) -> int | None:
    return table.whole(key, 0, 0, 1_000_000_000) if key in table else None


def _choices(table: Table, kind: InputKind) -> tuple[str, ...]:
    choices = table.texts("choices", 'choices = ["start", "end"]')
    if kind == "choice" and not choices and table.lacks("choices"):
        table.at_head("a choice needs its choices", 'write choices = ["start", "end"] below it')
    if kind != "choice" and "choices" in table:
        table.at_key("choices", "only a choice has choices", 'write kind = "choice", or leave them out')
    return choices


def _fields(table: Table, kind: InputKind) -> Mapping[str, Input]:
    if kind != "list":
        if "fields" in table:
            table.at_key("fields", "only a list has fields", 'write kind = "list", or leave them out')
        return FIELDS.get(kind, MappingProxyType({}))
    inner = table.table("fields", f"[{'.'.join(map(str, table.path))}.fields.title] and its keys below")
    if table.lacks("fields"):
        table.at_head("a list needs its fields", f"write [inputs.{table.name}.fields.title] and its keys below it")
    return MappingProxyType({} if inner is None else dict(_inputs(inner, _IN_A_LIST)))


def _default(table: Table, kind: InputKind) -> str | int | bool | None:
    value = table.data.get("default")
    if value is None:
        return None
    if kind not in _DEFAULTS:
        table.at_key(
            "default", f"what is {_named(kind)} has no default", "leave it out: the template may ask for it"
        )
    elif not isinstance(value, _DEFAULTS[kind]) or (kind == "number" and isinstance(value, bool)):
        table.at_value("default", f"this is {kind_of(value)}", f"write {_named(kind)}")
    elif kind == "choice" and value not in table.data.get("choices", ()):
        cure = hint(str(value), table.data.get("choices", ()), "write one of the choices")
        table.at_value("default", f'"{value}" is none of the choices', cure)
    elif isinstance(value, str | int):
        return value
    return None


def _named(kind: InputKind) -> str:
    return f"an {kind}" if kind == "image" else kind if kind == "texts" else f"a {kind}"
