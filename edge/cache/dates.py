"""Dates as HTTP writes them (RFC 9110 section 5.6.7): three forms, and nothing that merely looks like one."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime

__all__ = ["parse_date"]

_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1
    )
}
_TIME = rb"([0-9]{2}):([0-9]{2}):([0-9]{2})"
_FIXDATE = re.compile(rb"[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) " + _TIME + rb" GMT")
_RFC850 = re.compile(rb"[A-Z][a-z]{5,8}, ([0-9]{2})-([A-Z][a-z]{2})-([0-9]{2}) " + _TIME + rb" GMT")
_ASCTIME = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9 ][0-9]) " + _TIME + rb" ([0-9]{4})")


def parse_date(value: bytes) -> float | None:
    """Unix seconds; None for what is no date."""
    if (found := _FIXDATE.fullmatch(value)) is not None:
        day, month, year, hour, minute, second = found.groups()
    elif (found := _ASCTIME.fullmatch(value)) is not None:
        month, day, hour, minute, second, year = found.groups()
    elif (found := _RFC850.fullmatch(value)) is not None:
        day, month, short, hour, minute, second = found.groups()
        year = (b"19" if short >= b"70" else b"20") + short
    else:
        return None
    try:
        date = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second))
    except (ValueError, KeyError):
        return None
    return float(timegm(date.timetuple()))
