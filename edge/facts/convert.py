"""From what somebody wrote (TOML, JSON, a literal in a rule) to a fact's value, or why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from edge.facts.fact import Fact, Kind
from edge.facts.suggest import did_you_mean
from edge.model import Value

__all__ = ["LARGEST", "LONGEST", "FactError", "convert"]

LARGEST = 10**18
"""The largest number, either side of 0. Larger ones, infinities and NaN are no values: a rule could neither
compare nor add them safely."""

LONGEST = 1 << 16
"""The most characters of a text, and of all words or texts of a map together: rules look through them while a page
waits."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FactError(ValueError):
    """A value that a fact cannot have: why, and what to do."""

    def __init__(self, cause: str, cure: str) -> None:
        self.cause = cause
        self.cure = cure
        super().__init__(f"{cause}: {cure}")


def convert(fact: Fact, raw: object) -> Value:
    """`raw` as a value of `fact`; None stays None ("not known"). A date may be written as "2026-12-24", words as
    a list. Raises `FactError`, a ValueError, for what the fact can never be, its choices, pattern and limits
    included."""
    return None if raw is None else _BY_KIND[fact.kind](fact, raw)


def _text(fact: Fact, raw: object) -> Value:
    if not isinstance(raw, str):
        written = raw if _is_number(raw) else "…"
        raise FactError(f"{fact.name} is text, not {_show(raw)}", f'write it in quotes: "{written}"')
    _limit(fact, raw)
    if fact.pattern and not re.fullmatch(fact.pattern, raw, re.DOTALL):
        cure = next(
            (
                f'did you mean "{other}"?'
                for other in _respelt(raw)
                if re.fullmatch(fact.pattern, other, re.DOTALL)
            ),
            f'write it as in "{fact.example}"',
        )
        raise FactError(f"{fact.name} is never {_show(raw)}", cure)
    return raw


def _respelt(text: str) -> Iterable[str]:
    return (text.strip(), text.upper(), text.lower(), "/" + text)


def _choice(fact: Fact, raw: object) -> Value:
    if isinstance(raw, str) and raw in fact.choices:
        return raw
    cure = f"choose one of {', '.join(fact.choices)}"
    raise FactError(
        f"{fact.name} is never {_show(raw)}",
        did_you_mean(raw, fact.choices, cure) if isinstance(raw, str) else cure,
    )


def _number(fact: Fact, raw: object) -> Value:
    if not _is_number(raw):
        quoted = isinstance(raw, str) and re.fullmatch(r"-?[0-9]+", raw)
        cure = f"write it without quotes: {raw}" if quoted else "write a number: 18"
        raise FactError(f"{fact.name} is a number, not {_show(raw)}", cure)
    low, high = fact.limits or (-LARGEST, LARGEST)
    assert isinstance(raw, int | float)
    if not low <= raw <= high:
        raise FactError(f"{fact.name} is never {raw}", f"it is from {low} to {high}")
    return raw


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _flag(fact: Fact, raw: object) -> Value:
    if not isinstance(raw, bool):
        raise FactError(f"{fact.name} is true or false, not {_show(raw)}", "write true or false")
    return raw


def _date(fact: Fact, raw: object) -> Value:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise FactError(f'"{raw}" is not a day of the calendar', "write year-month-day") from None
    raise FactError(f"{fact.name} is a date, not {_show(raw)}", 'write it as in "2026-12-24"')


def _words(fact: Fact, raw: object) -> Value:
    if not isinstance(raw, list | tuple | set | frozenset) or not all(isinstance(word, str) for word in raw):
        raise FactError(f"{fact.name} is a list of words, not {_show(raw)}", 'write it as in ["vip", "dealer"]')
    _limit(fact, *raw)
    return frozenset(raw)


def _map(fact: Fact, raw: object) -> Value:
    if not isinstance(raw, Mapping) or not all(isinstance(part, str) for pair in raw.items() for part in pair):
        raise FactError(f"{fact.name} is text by name, not {_show(raw)}", 'write it as in {ref = "news"}')
    _limit(fact, *raw.keys(), *raw.values())
    return dict(raw)


def _limit(fact: Fact, *texts: str) -> None:
    if len(texts) + sum(map(len, texts)) > LONGEST:
        raise FactError(f"{fact.name} is longer than {LONGEST:,} characters", "keep only what rules ask for")


_BY_KIND: Mapping[Kind, Callable[[Fact, object], Value]] = {
    "text": _text,
    "choice": _choice,
    "number": _number,
    "flag": _flag,
    "date": _date,
    "words": _words,
    "map": _map,
}


def _show(raw: object) -> str:
    """`raw` as somebody who writes TOML would name it."""
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            return f'"{raw}"' if len(raw) <= 40 else f'"{raw[:40]}…"'
        case int() | float():
            return f"the number {raw}"
        case date():
            return f"the date {raw}"
        case Mapping():
            return "a table"
        case _:
            return "a list"
