"""`experiences.toml`: which block which segment gets in which slot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import cast
from zoneinfo import ZoneInfo

from edge.decisions import Experience
from edge.errors import Problem
from edge.facts import suggest
from edge.html.evaluated import is_evaluated
from edge.html.urls import url_attribute
from edge.model import PLACES, Attributes, Place
from edge.rules import Rule
from edge.site.clock import read_moment
from edge.site.library import BlockFiles
from edge.site.names import hint
from edge.site.segments import SegmentRules, read_rule
from edge.site.settings import read_paths
from edge.site.slots import INTO, SlotEntry
from edge.site.table import NAME, Table, kind_of, tables
from edge.site.toml import Document
from edge.site.traits import Facts
from edge.site.widgets import PREFIX, Shelf

__all__ = ["Around", "read_experiences"]

_KEYS = ("slot", "for", "show", "inputs", "place", "set", "paths", "from", "until", "enabled")
_FEW = 500
"""Slots among which a name that is nearly another is a slip: among more, many are."""

_NEARLY = ("widget:", "widget/", "widgets:", "widgets/")
"""What is written for the prefix of widgets."""

_LATER = ("holdout", "test", "goal")
_ATTRIBUTE = re.compile(r"[A-Za-z_:][A-Za-z0-9_:.-]*")
_SCRIPT = re.compile(r"[\x00-\x20]*+" + r"[\t\n\r]*".join("javascript:"), re.IGNORECASE)
"""A javascript: address as browsers read it: leading controls and inner tabs and newlines do not count
(https://url.spec.whatwg.org/#url-parsing)."""

_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{[{%]")
"""What a block would fill in."""

_ANIMATED = frozenset(("by", "from", "to", "values"))
"""Attributes of SVG that may give another one an address."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an experience may speak of."""

    facts: Facts
    segments: SegmentRules
    slots: Mapping[str, SlotEntry]
    blocks: BlockFiles
    shelf: Shelf
    zone: ZoneInfo


def read_experiences(document: Document, around: Around, problems: list[Problem]) -> tuple[Experience, ...]:
    """The experiences of the file, in its order."""
    found = [_experience(table, around) for table in tables(document, "an experience", problems)]
    return tuple(one for one in found if one is not None)


def _experience(table: Table, around: Around) -> Experience | None:
    before = len(table.problems)
    table.only(_KEYS, _LATER)
    slot = _slot(table, around.slots)
    rule = _rule(table, around)
    block = _block(table, around)
    place = _place(table, around.slots.get(slot))
    attributes = _attributes(table, around.slots.get(slot))
    paths = read_paths(table, "paths")
    starts = read_moment(table, "from", around.zone)
    ends = read_moment(table, "until", around.zone)
    enabled = table.flag("enabled", otherwise=True)
    _sense(table, place)
    if starts is not None and ends is not None and starts >= ends:
        table.at_value("until", "this ends before it begins", 'give a later "until" or an earlier "from"')
    if len(table.problems) > before or not slot:
        return None
    return Experience(table.name, slot, rule, block, place, attributes, paths, starts, ends, enabled)


def _slot(table: Table, slots: Mapping[str, SlotEntry]) -> str:
    """The slot's name, "" where it is missing or wrong."""
    slot = table.text("slot", 'the name of a slot in quotes: slot = "hero"')
    if slot is None:
        if table.lacks("slot"):
            table.at_head(f'the experience "{table.name}" names no slot', 'write slot = "hero" below it')
        return ""
    if not NAME.fullmatch(slot):
        table.at_value("slot", f'"{slot}" cannot name a slot', "use letters, digits, - and _, at most 100 of them")
        return ""
    alike = slots if slot not in slots and len(slots) <= _FEW else ()
    near = next((name for name in alike if _slip(slot, name)), None)
    if near:
        cure = f'did you mean "{near}"? Where both are meant, add [{slot}] to slots.toml'
        table.at_value("slot", f'slots.toml has no slot "{slot}"', cure)
    return slot


def _slip(one: str, other: str) -> bool:
    """Whether the names differ by one slip of the finger: a letter more, less, other or swapped."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    same = a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    return same and (a[:1] + b[:1]).isalpha()


def _rule(table: Table, around: Around) -> Rule | None:
    listed = table.data.get("for")
    if isinstance(listed, list) and listed and all(isinstance(name, str) for name in listed):
        rule = " or ".join(f'"{name}" in segments' for name in listed)
        table.at_value("for", '"for" is a list', f"write for = '{rule}'")
        return None
    wanted = table.text("for", 'a segment\'s name in quotes, or a rule: for = "headphone-fan"')
    if wanted is None:
        return None
    segments, facts = around.segments, around.facts
    if wanted in segments.names:
        return read_rule(table, "for", facts, segments, f'"{wanted}" in segments')
    if NAME.fullmatch(wanted) and wanted not in facts.catalogue:
        if segments.complete:
            cure = hint(wanted, segments, "add it to segments.toml, or write a rule")
            table.at_value("for", f'there is no segment "{wanted}"', cure)
        return None
    return read_rule(table, "for", facts, segments)


def _block(table: Table, around: Around) -> str | None:
    """The block's name; None for the slot's own content."""
    name = table.text("show", 'the name of a block in quotes: show = "hero/headphones"')
    if name is not None and name.startswith(PREFIX):
        return around.shelf.block(table, name)
    if "inputs" in table:
        cure = f'write show = "{PREFIX}…": `edge widgets` lists them'
        table.at_key("inputs", "only a widget takes inputs", cure)
    return None if name is None else _file(table, name, around.blocks, around.shelf.names)


def _file(table: Table, name: str, files: BlockFiles, widgets: Collection[str]) -> str | None:
    """The block of that name; None for the slot's own content."""
    if name == "default" or name in files.names:
        return None if name == "default" else name
    bare = name.removeprefix("blocks/").removesuffix(".html")
    if bare in files.names:
        table.at_value("show", "a block is named without its folder and ending", f'write show = "{bare}"')
    else:
        cure = _nearest(bare, files.names, widgets) or f"add the file blocks/{bare}.html"
        table.at_value("show", f'there is no block "{name}": no file blocks/{bare}.html', cure)
    return None


def _nearest(name: str, blocks: Collection[str], widgets: Collection[str]) -> str:
    """The widget of that very name, else the block or the widget whose name is nearest."""
    bare = _without_prefix(name)
    block = None if bare in widgets else suggest(name, sorted(blocks))
    widget = None if block or "/" in bare else suggest(bare, sorted(widgets))
    meant = block or (f"{PREFIX}{widget}" if widget else None)
    return f'did you mean "{meant}"?' if meant else ""


def _without_prefix(name: str) -> str:
    """The name behind what is nearly the prefix of widgets: `widget/hero`, `widgets:hero`."""
    start = next((one for one in _NEARLY if name.lower().startswith(one)), "")
    return name[len(start) :].strip()


def _place(table: Table, slot: SlotEntry | None) -> Place:
    own = cast("Place | None", table.choice("place", PLACES))
    place = own or (slot.place if slot else "inside")
    if slot and slot.void and place in INTO and table.data.get("show", "default") != "default":
        cure = 'add place = "replace", "before" or "after"'
        table.at_value(
            "place" if own else "show", f"<{slot.void}> has no content that a block could go into", cure
        )
    return place


def _attributes(table: Table, slot: SlotEntry | None) -> Attributes:
    inner = table.table("set", 'the attributes in braces: set = { src = "/img/pro.jpg" }')
    if inner is None:
        return ()
    if slot and slot.runs_code:
        cure = "make the site choose, in a script of its own"
        table.at_key("set", f"an attribute of <{slot.runs_code}> chooses what code runs", cure)
    seen: set[str] = set()
    for name, value in inner.data.items():
        if complaint := _name_flaw(name, seen):
            inner.at_key(name, *complaint)
        elif complaint := _value_flaw(name, value):
            inner.at_value(name, *complaint)
        seen.add(name.lower())
    return tuple((name, value) for name, value in inner.data.items() if isinstance(value, str))


def _name_flaw(name: str, seen: Iterable[str]) -> tuple[str, str] | None:
    lower = name.lower()
    if not _ATTRIBUTE.fullmatch(name):
        return f'"{name}" cannot name an attribute', "use letters, digits, -, _, : and ."
    if is_evaluated(lower) or lower == "srcdoc":
        return f'"{name}" would run a script', "put a script in a file of the site, not in an attribute"
    if lower == "data-edge-slot":
        return "data-edge-slot is what names the slot", "leave it out"
    if lower in seen:
        return f'"{name}" stands here twice', "an attribute's name is the same in capital and small letters"
    return None


def _value_flaw(name: str, value: object) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return f'"{name}" is {kind_of(value)}', f'write it in quotes: {name} = "{_plain(value)}"'
    tag = _TEMPLATE.search(value)
    if tag:
        cause = f"an attribute's value is plain text: visitors would read {tag.group()}"
        return cause, "write the value out; a block can hold facts, in its own tags"
    lower = name.lower()
    # Numeric references stay as they are written: browsers read `&#106;avascript:` as what it is.
    if (url_attribute(lower) or lower in _ANIMATED) and _SCRIPT.match(unescape(value)):
        return f'"{name}" would run a script', "write the address of a page or file"
    return None


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else "…"


def _sense(table: Table, place: Place) -> None:
    """Whether the experience does anything, and nothing that its place takes away again."""
    acts = place == "remove" or "place" in table.misspelt or not table.lacks("show", "set", *_LATER)
    if not acts:
        cure = 'write show = "…" (a block), set = { … } (attributes) or place = "remove"'
        table.at_head(f'the experience "{table.name}" changes nothing', cure)
    lost = ("show", "set") if place == "remove" else ("set",) if place == "replace" and "show" in table else ()
    for key in lost:
        if key in table:
            cause = f'"{key}" has no effect: place = "{place}" takes the slot\'s own element away'
            table.at_key(key, cause, f"leave out {key}, or give another place")
