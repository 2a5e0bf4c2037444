"""From what another system says of a person to a fact's value: such systems write the same things otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from edge.facts.convert import convert
from edge.facts.fact import Fact, Kind
from edge.model import Value

__all__ = ["convert_foreign"]

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9].*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[0-9]{1,19}(?:\.[0-9]{1,19})?")
_MILLISECONDS = re.compile(r"-?[0-9]{12,13}")


def convert_foreign(fact: Fact, raw: object, *, texts: bool = False) -> Value:
    """`raw`, out of JSON, as a value of `fact`: as `convert` has it, and of a moment in time (RFC 3339) the date.

    With `texts` every value comes as a text: numbers, `true` and `false`, words with `;` between, a date also in
    milliseconds since 1970 (UTC); an empty one is not known. Raises FactError, a ValueError, for what the fact can
    never be."""
    if texts and isinstance(raw, str):
        raw = None if raw == "" else _READ.get(fact.kind, str)(raw)
    if fact.kind == "date" and isinstance(raw, str) and (moment := _MOMENT.fullmatch(raw)):
        raw = moment[1]
    return convert(fact, raw)


def _number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _flag(text: str) -> object:
    return {"true": True, "false": False}.get(text.lower(), text)


def _words(text: str) -> object:
    return [word for part in text.split(";") if (word := part.strip())]


def _date(text: str) -> object:
    if not _MILLISECONDS.fullmatch(text):
        return text
    return datetime.fromtimestamp(int(text) / 1000, UTC).date()


_READ: Mapping[Kind, Callable[[str], object]] = {
    "number": _number,
    "flag": _flag,
    "words": _words,
    "date": _date,
}
