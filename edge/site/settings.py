"""`edge.toml`: how this site wants Edge to behave. Everything has a default; the file may be empty or absent."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from edge.cache import CacheSettings
from edge.errors import Flaw, Problem
from edge.facts import suggest
from edge.remote import RemoteSettings
from edge.site.names import TOKEN
from edge.site.page_cache import PAGE_CACHE_KEYS, read_page_cache
from edge.site.paths import Paths, path_flaw
from edge.site.remote import REMOTE_KEYS, read_remote
from edge.site.serve import ServeSettings, read_serve
from edge.site.table import Table
from edge.site.toml import Document
from edge.visitors.consent import Consent
from edge.visitors.geo import Geo

__all__ = [
    "PREFIX",
    "CookieSettings",
    "LimitSettings",
    "PageSettings",
    "Settings",
    "read_settings",
]

PREFIX = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, slots=True)
class CookieSettings:
    """`[cookie]`: how long a visitor is known.

    max_age_days: days until an unused cookie ends, 1 to 400; browsers keep none longer. Default 400.
    renew_days: the cookie is written again when it is this many days old, 1 to max_age_days. Default 30.
    """

    max_age_days: int = 400
    renew_days: int = 30


@dataclass(frozen=True, slots=True)
class PageSettings:
    """`[pages]`: what Edge need not find out by itself.

    no_slots: path globs of pages without slots, such as ["/blog/*"]: streamed ones keep their caching headers.
    """

    no_slots: Paths = field(default_factory=lambda: Paths(()))


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """`[limits]`: memory that each process may use for what it keeps.

    plans_mb: parsed pages, in MiB, 1 to 65536. Default 64.
    renditions_mb: rendered blocks, in MiB, 1 to 65536. Default 16.
    answers_mb: what was decided for visitors, with its blocks and compressed pages, for others of whom the same is
        known, in MiB, 1 to 65536.
        Default 32.
    profiles_mb: what the service of `[remote]` said of visitors, in MiB, 1 to 65536. Default 16.
    """

    plans_mb: int = 64
    renditions_mb: int = 16
    answers_mb: int = 32
    profiles_mb: int = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """`edge.toml`. Its tables `[cookie]`, `[consent]`, `[geo]`, `[pages]` and `[limits]` are values of their own.

    prefix: the path below which Edge's own pages live. Default "/_edge".
    timezone: the site's zone, an IANA name such as "Europe/Berlin". Default "UTC".
    budget_ms: milliseconds that a page waits for the visitor's work, then shows defaults; 1 to 10000. Default 50.
    error_pages: whether HTML with a status other than 200 is tailored too. Default false.
    compress: whether pages with slots that your site sends plain leave gzipped, for browsers that take that. Each
        part of a page is compressed once, not each page anew. Default false.
    reload: whether changes of the site folder and of key files are taken up while it runs. Default true; what was
        turned off is turned on again by a restart.
    consent: `[consent]`: how a visitor says yes to a cookie: `cookie` names the one that a banner sets, or
        `header` one that something in front of Edge sets; `value` is the text, or list of texts, that means yes,
        else any does. Default: none is needed.
    geo: `[geo]`: the request headers in which a CDN says where the visitor is: `country`, `region`, `city`. Only
        name what your CDN overwrites: a visitor can send any header. Default: not known.
    remote: `[remote]`: a service that knows of visitors what the site does not. Default: none.
    page_cache: `[page_cache]`: the site's answers are kept once for all visitors. Default: they are not.
    serve: `[serve]`: how `edge serve` listens, and what stands behind it. Of no effect elsewhere.
    """

    prefix: str = "/_edge"
    timezone: str = "UTC"
    budget_ms: int = 50
    error_pages: bool = False
    compress: bool = False
    reload: bool = True
    cookie: CookieSettings = field(default_factory=CookieSettings)
    consent: Consent = field(default_factory=Consent)
    geo: Geo = field(default_factory=Geo)
    remote: RemoteSettings = field(default_factory=RemoteSettings)
    pages: PageSettings = field(default_factory=PageSettings)
    page_cache: CacheSettings = field(default_factory=CacheSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


_DEFAULT = Settings()
_LIMIT_KEYS = tuple(one.name for one in fields(LimitSettings))


def read_settings(document: Document, problems: list[Problem]) -> Settings:
    """The settings of `edge.toml`; a value that cannot be used is reported and keeps its default."""
    top = Table(document, (), problems)
    top.only([one.name for one in fields(Settings)])
    return Settings(
        prefix=_prefix(top),
        timezone=_timezone(top),
        budget_ms=top.whole("budget_ms", _DEFAULT.budget_ms, 1, 10_000),
        error_pages=top.flag("error_pages", otherwise=False),
        compress=top.flag("compress", otherwise=False),
        reload=top.flag("reload", otherwise=True),
        cookie=_cookie(_section(top, "cookie", ("max_age_days", "renew_days"))),
        consent=_consent(_section(top, "consent", ("cookie", "header", "value"))),
        geo=_geo(_section(top, "geo", ("country", "region", "city"))),
        remote=read_remote(_section(top, "remote", REMOTE_KEYS)),
        pages=_pages(_section(top, "pages", ("no_slots",))),
        page_cache=read_page_cache(_section(top, "page_cache", PAGE_CACHE_KEYS)),
        limits=_limits(_section(top, "limits", _LIMIT_KEYS)),
        serve=read_serve(top),
    )


def _section(top: Table, name: str, keys: Collection[str]) -> Table | None:
    table = top.table(name, f"[{name}] on a line of its own, and its keys below")
    if table is not None:
        table.only(keys)
    return table


def _prefix(top: Table) -> str:
    prefix = top.text("prefix", 'a path in quotes: prefix = "/_edge"')
    if prefix is None or PREFIX.fullmatch(prefix):
        return prefix or _DEFAULT.prefix
    top.at_value("prefix", f'"{prefix}" is no path', 'write a path without a slash at its end: prefix = "/_edge"')
    return _DEFAULT.prefix


def _timezone(top: Table) -> str:
    name = top.text("timezone", 'the name of a time zone in quotes: timezone = "Europe/Berlin"')
    if name is None:
        return _DEFAULT.timezone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.at_value("timezone", *_unknown_zone(name))
        return _DEFAULT.timezone
    return name


def _unknown_zone(name: str) -> tuple[str, str]:
    known = available_timezones()
    if not known:
        return "this machine has no time zones", "install them: pip install tzdata"
    near = suggest(name, known) or suggest(name.rpartition("/")[2], {zone.rpartition("/")[2] for zone in known})
    whole = next((zone for zone in sorted(known) if near in (zone, zone.rpartition("/")[2])), None)
    cure = f'did you mean "{whole}"?' if whole else 'write a continent and a city: timezone = "Europe/Berlin"'
    return f'there is no time zone "{name}"', cure


def _cookie(table: Table | None) -> CookieSettings:
    if table is None:
        return CookieSettings()
    longest = table.whole("max_age_days", _DEFAULT.cookie.max_age_days, 1, 400)
    return CookieSettings(longest, table.whole("renew_days", min(_DEFAULT.cookie.renew_days, longest), 1, longest))


def _name(table: Table, key: str, what: str, example: str) -> str | None:
    name = table.text(key, f'the name of a {what} in quotes: {key} = "{example}"')
    if name is None or TOKEN.fullmatch(name):
        return name
    table.at_value(key, f'"{name}" cannot be the name of a {what}', f'write a name such as {key} = "{example}"')
    return None


def _consent(table: Table | None) -> Consent:
    if table is None:
        return Consent()
    cookie = _name(table, "cookie", "cookie", "consent")
    header = _name(table, "header", "header", "X-Consent")
    values = table.texts("value", 'value = "yes" or value = ["yes", "all"]')
    if "cookie" in table and "header" in table:
        table.at_key("header", "consent is said by a cookie or by a header, not by both", "keep one of the two")
        return Consent()
    if table.lacks("cookie", "header"):
        cure = 'write cookie = "consent", the name of the cookie that your banner sets, or header = "X-Consent"'
        table.at_head("this does not say where consent is found", cure)
    return Consent(cookie or "", header or "", frozenset(values))


def _geo(table: Table | None) -> Geo:
    if table is None:
        return Geo()
    return Geo(
        _name(table, "country", "header", "CF-IPCountry") or "",
        _name(table, "region", "header", "CF-Region") or "",
        _name(table, "city", "header", "CF-IPCity") or "",
    )


def _pages(table: Table | None) -> PageSettings:
    return PageSettings() if table is None else PageSettings(read_paths(table, "no_slots") or Paths(()))


def read_paths(table: Table, key: str) -> Paths | None:
    """The key's path globs; None where it is absent."""
    if key not in table:
        return None
    globs = table.placed_texts(key, f'{key} = ["/pricing", "/blog/*"]')
    for glob, place in globs:
        flaw: Flaw | None = path_flaw(glob)
        if flaw is not None:
            table.in_string(key, flaw, *place)
    return Paths(tuple(glob for glob, _ in globs))


def _limits(table: Table | None) -> LimitSettings:
    if table is None:
        return LimitSettings()
    return LimitSettings(**table.wholes(_DEFAULT.limits, dict.fromkeys(_LIMIT_KEYS, (1, 65_536))))
