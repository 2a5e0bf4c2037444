"""`[remote]` of edge.toml: the service that knows of visitors what the site does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from edge.remote import RemoteSettings
from edge.site.table import Table

__all__ = ["REMOTE_KEYS", "read_remote"]

REMOTE_KEYS = ("url", "headers", "segments", "traits", "ttl_seconds", "timeout_ms", "allow_private")

_DEFAULT = RemoteSettings()


def read_remote(table: Table | None) -> RemoteSettings:
    """What the table says; without one, that nobody is asked."""
    if table is None:
        return _DEFAULT
    return RemoteSettings(
        url=table.text("url", 'an address in quotes: url = "https://crm.example.com/visitors/{visitor}"') or "",
        headers=_headers(table.table("headers", 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }')),
        segments=table.text("segments", 'a JSON pointer in quotes: segments = "/segments"') or _DEFAULT.segments,
        traits=table.text("traits", 'a JSON pointer in quotes: traits = "/traits"') or _DEFAULT.traits,
        ttl_seconds=table.whole("ttl_seconds", _DEFAULT.ttl_seconds, 1, 86_400),
        timeout_ms=table.whole("timeout_ms", _DEFAULT.timeout_ms, 1, 30_000),
        allow_private=table.flag("allow_private", otherwise=_DEFAULT.allow_private),
    )


def _headers(table: Table | None) -> Mapping[str, str]:
    if table is None:
        return _DEFAULT.headers
    values = {name: table.text(name, "a text") for name in table.data}
    return MappingProxyType({name: value for name, value in values.items() if value is not None})
