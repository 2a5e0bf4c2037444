"""`personas.toml`: made-up visitors to look at the site as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from edge.errors import Problem
from edge.facts import WEEKDAYS, Catalogue, Fact, FactError, Kind, convert
from edge.model import Persona, Value
from edge.site.clock import read_datetime, read_moment
from edge.site.names import hint
from edge.site.segments import SegmentRules
from edge.site.table import Table, tables
from edge.site.toml import Document
from edge.site.traits import Facts
from edge.visitors.referrer import read_referrer

__all__ = ["read_personas"]

_PAGE = "path"
_MISPLACED: Mapping[str, tuple[str, str]] = {
    _PAGE: ("a page has a path, a persona has none", "leave it out"),
    "facts": ("facts are keys of the persona itself", 'write country = "DE" below the persona\'s [name]'),
}


def read_personas(
    document: Document, facts: Facts, segments: SegmentRules, zone: ZoneInfo, problems: list[Problem]
) -> Mapping[str, Persona]:
    """The personas of the file, by name, in its order."""
    return {
        table.name: _persona(table, facts, segments, zone) for table in tables(document, "a persona", problems)
    }


def _persona(table: Table, facts: Facts, segments: SegmentRules, zone: ZoneInfo) -> Persona:
    about = table.text("about", 'a sentence in quotes: about = "…"') or ""
    values = MappingProxyType(dict(_values(table, facts, zone)))
    return Persona(table.name, about, values, read_moment(table, "now", zone), _segments(table, segments))


def _segments(table: Table, segments: SegmentRules) -> frozenset[str]:
    """Those that come from elsewhere: who is in the others, their rules say."""
    named = table.placed_texts("segments", 'segments = ["vip"]')
    for name, place in named:
        if name in segments.rules:
            cure = "leave it out, and say of the persona what the rule asks for"
            table.at_value("segments", f'who is in "{name}" says its rule', cure, *place)
        elif name not in segments:
            cure = hint(name, segments.remote, 'list it in segments.toml with from = "remote"')
            table.at_value("segments", f'there is no segment "{name}"', cure, *place)
    return frozenset(name for name, _ in named)


def _values(table: Table, facts: Facts, zone: ZoneInfo) -> Iterator[tuple[str, Value]]:
    groups = {name.partition(".")[0] for name in facts.catalogue if "." in name} | {"traits"}
    plain = {name for name in facts.catalogue if "." not in name} - {_PAGE}
    _keys(table, plain | groups | {"about", "now", "segments"}, facts)
    for key, raw in table.data.items():
        if key == "now":
            yield from _clock(table, zone)
        elif key == "referrer" and isinstance(raw, str):
            yield from _referrer(table, raw)
        elif key in plain:
            yield from _value(table, key, facts.catalogue[key], raw)
        elif key in groups:
            yield from _group(table, key, facts)


def _keys(table: Table, known: set[str], facts: Facts) -> None:
    """Facts stand in a persona as keys; those with a dot in their name as tables."""
    told = set()
    for key in table.data.keys() - known:
        group, dot, name = key.partition(".")
        if key in _MISPLACED:
            table.at_key(key, *_MISPLACED[key])
        elif f"traits.{key}" in facts.catalogue:
            cause = f'"{key}" is a trait, and stands outside traits'
            table.at_key(key, cause, f"did you mean traits = {{ {key} = {_written(table.data[key])} }}?")
        elif dot and group in known:
            cause = f'"{key}" is written in two parts'
            table.at_key(key, cause, f"write {group} = {{ {name} = {_written(table.data[key])} }}")
        else:
            continue
        told.add(key)
    table.only(sorted(known), told=told)


def _written(raw: object) -> str:
    """A text or number as TOML writes it."""
    if isinstance(raw, str) and raw.isprintable() and not set(raw) & set('"\\'):
        return f'"{raw}"'
    return str(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else "…"


def _value(table: Table, key: str, fact: Fact, raw: object) -> Iterator[tuple[str, Value]]:
    try:
        yield fact.name, convert(fact, raw)
    except FactError as error:
        table.at_value(key, error.cause, error.cure)


def _group(table: Table, key: str, facts: Facts) -> Iterator[tuple[str, Value]]:
    first = next((name for name in facts.catalogue if name.startswith(f"{key}.")), f"{key}.plan")
    inner = table.table(key, f"{key} = {{ {first.partition('.')[2]} = … }}")
    if inner is None:
        return
    for name, raw in inner.data.items():
        fact = facts.catalogue.get(f"{key}.{name}")
        if fact is not None:
            yield from _value(inner, name, fact, raw)
        elif not facts.unsure(f"{key}.{name}"):
            inner.at_key(name, f'there is no fact "{key}.{name}"', _which(key, name, raw, facts.catalogue))


def _which(key: str, name: str, raw: object, catalogue: Catalogue) -> str:
    known = [fact.rpartition(".")[2] for fact in catalogue if fact.startswith(f"{key}.")]
    declare = f'declare it in facts.toml: [traits.{name}] and kind = "{_kind(raw)}" below it'
    return hint(name, known, declare if key == "traits" else "")


def _kind(raw: object) -> Kind:
    """The kind of trait that has such values."""
    match raw:
        case bool():
            return "flag"
        case int() | float():
            return "number"
        case date():
            return "date"
        case list():
            return "words"
    return "text"


def _clock(table: Table, zone: ZoneInfo) -> Iterator[tuple[str, Value]]:
    now = read_datetime(table, "now")
    if now is None:
        return
    if not isinstance(now, datetime):
        table.at_value("now", "this date lacks a time of day", f"write now = {now}T12:00:00")
        return
    local = now.astimezone(zone) if now.tzinfo else now
    yield "now.hour", local.hour
    yield "now.weekday", WEEKDAYS[local.weekday()]
    yield "now.date", local.date()


def _referrer(table: Table, url: str) -> Iterator[tuple[str, Value]]:
    found = read_referrer(url, "")
    if found.host is None:
        table.at_value("referrer", f'"{url}" is no address of a page', 'write it whole: "https://www.google.com/"')
        return
    yield "referrer.url", found.url
    yield "referrer.host", found.host
    yield "referrer.kind", found.kind
