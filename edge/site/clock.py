"""Dates and times as people write them, in the site's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from edge.site.table import Table, kind_of

__all__ = ["read_datetime", "read_moment"]

_EXAMPLE = "2026-11-27T09:00:00"


def read_moment(table: Table, key: str, zone: ZoneInfo) -> float | None:
    """The key's moment in Unix seconds. A bare date is its first moment; as `until`, that day still counts."""
    value = read_datetime(table, key)
    if value is None:
        return None
    try:
        if not isinstance(value, datetime):
            day = value + timedelta(days=1) if key == "until" else value
            value = datetime.combine(day, time())
        return (value if value.tzinfo else value.replace(tzinfo=zone)).timestamp()
    except OverflowError:
        table.at_value(key, f"{value} is too far away", "leave the line out where there is no limit")
        return None


def read_datetime(table: Table, key: str) -> datetime | date | None:
    """The key's date, with or without a time of day and a zone; a text says it in the same form."""
    value = table.data.get(key)
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        table.at_value(
            key, f'"{key}" is {kind_of(value)}', f"write a date, perhaps with a time: {key} = {_EXAMPLE}"
        )
        return None
    try:
        return date.fromisoformat(value) if len(value) == len("2026-11-27") else datetime.fromisoformat(value)
    except ValueError:
        cure = f"write year-month-day, with T before a time of day: {key} = {_EXAMPLE}"
        table.at_value(key, f'"{value}" is no date', cure)
        return None
