"""The filters that a block may use: Jinja's, as far as what they do is bounded, and the doors `tojson` and `url`.

All of them pay for what they are given before they work, and none gives text that counts as HTML: what a filter
returns is escaped like any other value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

from edge.blocks.block import BlockFailed
from edge.blocks.limits import MAX_TEXT, bounded, budget, known, work

__all__ = ["FILTERS", "as_json", "joined", "parameters", "paying", "urlencode"]

_Filter = Callable[..., Any]


def as_text(value: Any) -> str:
    known(value)
    if value is None or isinstance(value, list | tuple | dict | range):
        raise BlockFailed(f"a {type(value).__name__} where text is needed")
    return str(value)


def _number(value: Any, default: Any, read: Callable[[Any], Any]) -> Any:
    known(value)
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError):
        return default


def _abs(value: Any) -> Any:
    return abs(value)


def _capitalize(value: Any) -> str:
    return as_text(value).capitalize()


def _daysuntil(value: Any, day: Any) -> int:
    """Whole days from the date to `day`, a date or one as in "2026-12-24"; fewer than 0 once it is past."""
    return (_day(day) - _day(value)).days


def _day(value: Any) -> date:
    if isinstance(known(value), str):
        value = date.fromisoformat(value)
    if not isinstance(value, date):
        raise BlockFailed(f"a {type(value).__name__} is no date")
    return value


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    """`default_value` where the value is not known; with `boolean`, also where it is empty, 0 or false."""
    unknown = value is None or isinstance(value, Undefined)
    return default_value if unknown or (boolean and not value) else value


def _escape(value: Any) -> Any:
    """Nothing to do: everything is escaped once, on its way out."""
    return known(value)


def _first(value: Any) -> Any:
    return next(iter(value), None)


def _float(value: Any, default: float = 0.0) -> Any:
    return _number(value, default, float)


def _int(value: Any, default: int = 0) -> Any:
    return _number(value, default, lambda text: int(float(text)) if "." in str(text) else int(text))


def _items(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(known(value).items())


def joined(value: Any, d: str = "") -> str:
    parts = [as_text(item) for item in value]
    if sum(map(len, parts)) + len(parts) * len(d) > MAX_TEXT:
        raise BlockFailed(f"a text grew beyond {MAX_TEXT:,} characters")
    return as_text(d).join(parts)


def _last(value: Any) -> Any:
    return list(value)[-1] if value else None


def _length(value: Any) -> int:
    return len(value)


def _list(value: Any) -> list[Any]:
    return list(value)


def _lower(value: Any) -> str:
    return as_text(value).lower()


def _replace(value: Any, old: str, new: str) -> str:
    text, old, new = as_text(value), as_text(old), as_text(new)
    found = text.count(old)
    if len(text) + found * (len(new) - len(old)) > MAX_TEXT:
        raise BlockFailed(f"a text grew beyond {MAX_TEXT:,} characters")
    return text.replace(old, new)


def _reverse(value: Any) -> Any:
    return value[::-1]


def _round(value: Any, precision: int = 0, method: str = "common") -> Any:
    """As Jinja's; `precision` from 0 to 15, `method` one of common, floor, ceil."""
    if method not in ("common", "floor", "ceil") or not 0 <= precision <= 15:
        raise BlockFailed("round takes 0 to 15 digits, and common, floor or ceil")
    if method == "common":
        return round(known(value), precision)
    scale = 10**precision
    return (value * scale // 1 if method == "floor" else -(-value * scale // 1)) / scale


def _sort(value: Any, reverse: bool = False) -> list[Any]:
    return sorted(value, key=_caseless, reverse=reverse)


def _caseless(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _sum(value: Any) -> Any:
    return sum(value)


def _title(value: Any) -> str:
    return re.sub(r"[^\s([{<-]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), as_text(value))


def as_json(value: Any) -> str:
    """JSON in ASCII; what is not known is null."""
    if isinstance(value, Undefined):
        value = None
    return json.dumps(value, allow_nan=False, default=_date)


def _date(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise BlockFailed(f"a {type(value).__name__} has no JSON")


def _trim(value: Any) -> str:
    return as_text(value).strip()


def _truncate(value: Any, length: int = 255, killwords: bool = False, end: str = "...") -> str:
    """At most `length` characters, `end` among them; whole words unless `killwords`."""
    text, end = as_text(value), as_text(end)
    if len(text) <= length:
        return text
    cut = text[: max(0, length - len(end))]
    return (cut if killwords else cut.rsplit(" ", 1)[0]) + end


def _unique(value: Any) -> list[Any]:
    seen: dict[Any, Any] = {}
    for item in value:
        seen.setdefault(_caseless(item), item)
    return list(seen.values())


def _upper(value: Any) -> str:
    return as_text(value).upper()


_LEADS_SOMEWHERE = re.compile(r"(?:https?|mailto|tel):|[^:/?#\\]*(?:[/?#\\]|\Z)", re.I)


def _url(value: Any) -> str:
    """The URL itself, if it is http, https, mailto, tel or relative; what cannot stand in a URL is
    percent-encoded. Any other URL fails the block: a link that leads nowhere is worse than the default."""
    text = as_text(value).strip("\t\n\f\r ")
    if not _LEADS_SOMEWHERE.match(text):
        raise BlockFailed("a URL of another scheme than http, https, mailto or tel")
    return quote(text, safe="/:?#[]@!$&'()*+;,=%-._~")


def urlencode(value: Any) -> str:
    """The text as one part of a URL: everything but ASCII letters, digits and -._~ is percent-encoded, `/` too.
    `.` and `..` would lead to another part, however they are encoded: they fail the block."""
    text = as_text(value)
    if text in (".", ".."):
        raise BlockFailed("a part of a URL that leads to another part")
    return quote(text, safe="")


def _wordcount(value: Any) -> int:
    return len(as_text(value).split())


_BY_NAME: Mapping[str, _Filter] = {
    "abs": _abs,
    "capitalize": _capitalize,
    "count": _length,
    "d": _default,
    "daysuntil": _daysuntil,
    "default": _default,
    "e": _escape,
    "escape": _escape,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": _items,
    "join": joined,
    "last": _last,
    "length": _length,
    "list": _list,
    "lower": _lower,
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "sort": _sort,
    "sum": _sum,
    "title": _title,
    "tojson": as_json,
    "trim": _trim,
    "truncate": _truncate,
    "unique": _unique,
    "upper": _upper,
    "url": _url,
    "urlencode": urlencode,
    "wordcount": _wordcount,
}


def paying(filtered: _Filter) -> _Filter:
    """The filter, once what it is given has been paid for. Jinja never runs such a filter while it compiles."""

    @pass_context
    def paid(context: Context, value: Any, *args: Any, **named: Any) -> Any:
        budget(context).spend(work(value, *args, *named.values()))
        return bounded(filtered(value, *args, **named))

    return paid


FILTERS: Mapping[str, _Filter] = MappingProxyType({name: paying(filtered) for name, filtered in _BY_NAME.items()})
"""Every filter by name, as Jinja calls it."""


def parameters(name: str) -> tuple[tuple[str, ...], int]:
    """The names of a filter's parameters after the value, and how many of them must be given."""
    filtered = _BY_NAME[name]
    names = filtered.__code__.co_varnames[1 : filtered.__code__.co_argcount]
    return names, len(names) - len(filtered.__defaults__ or ())
