"""`[page_cache]` of `edge.toml`."""

from __future__ import annotations

import re
from dataclasses import fields

from edge.cache import CacheSettings
from edge.site.table import Table

__all__ = ["PAGE_CACHE_KEYS", "read_page_cache"]

PAGE_CACHE_KEYS = tuple(one.name for one in fields(CacheSettings))

_DEFAULT = CacheSettings()
_YEAR = 31_536_000
_SECONDS = dict.fromkeys(("default_seconds", "stale_while_revalidate", "stale_if_error"), (0, _YEAR))
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z?\[\]]+")
"""A cookie's name (RFC 6265 section 4.1.1), with what globs have besides."""


def read_page_cache(table: Table | None) -> CacheSettings:
    """Without the table, there is no page cache."""
    if table is None:
        return _DEFAULT
    memory = table.whole("memory_mb", _DEFAULT.memory_mb, 1, 65_536)
    return CacheSettings(
        on=table.flag("on", otherwise=True),
        memory_mb=memory,
        answer_kb=_answer_kb(table, memory),
        ignore_cookies=_cookies(table),
        **table.wholes(_DEFAULT, _SECONDS),
    )


def _answer_kb(table: Table, memory: int) -> int:
    """No answer may take more than a quarter of the memory."""
    most = memory * 1024 // 4
    return table.whole("answer_kb", min(_DEFAULT.answer_kb, most), 1, min(65_536, most))


def _cookies(table: Table) -> tuple[str, ...]:
    names = table.placed_texts("ignore_cookies", 'ignore_cookies = ["_ga", "_ga_*"]')
    for name, place in names:
        if not _NAME.fullmatch(name):
            cause, cure = f'"{name}" cannot be the name of a cookie', "write names, or globs such as _ga_*"
            table.at_value("ignore_cookies", cause, cure, *place)
        elif not name.strip("*?"):
            cause = f'"{name}" is every cookie, those of logins too'
            cure = "name those that the site's answers do not depend on"
            table.at_value("ignore_cookies", cause, cure, *place)
    return tuple(name for name, _ in names)
