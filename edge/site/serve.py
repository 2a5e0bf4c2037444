"""`[serve]` of edge.toml: how `edge serve` listens, and what stands behind it.

What it says is checked here as text. Whether a file is there is found out where Edge runs: a certificate need not
be on the machine on which somebody checks the site folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.site.serve_texts import (
    FlawOf,
    host_flaw,
    listen_flaw,
    one_host_flaw,
    origin_flaw,
    path_flaw,
    peer_flaw,
    prefix_flaw,
    url_flaw,
)
from edge.site.table import Table, kind_of

__all__ = ["LOGS", "GateSettings", "OriginSettings", "ServeSettings", "read_serve"]

LOGS = ("combined", "common", "json", "off")

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class OriginSettings:
    """One of `[[serve.origins]]`: a site behind.

    url: `http://host:port`, `https://host:port` or `unix:/path`.
    prefix: for paths below this one; the longest that fits counts. Default "/".
    host: only for this public host. Default: for all.
    keep_host: whether it is asked by the host that the visitor asked for; false: by its own. Default true.
    ca: a file of certificates that vouch for an https origin. Default: the system's.
    server_name: the name in its certificate, where that is not the URL's.
    slots: connections to it at once, of each worker, 1 to 10000. Default 100.
    connect_seconds: until it has to accept a connection, 1 to 86400. Default 5.
    wait_seconds: that a request waits for one of the slots. Default 5.
    first_byte_seconds: until the answer has to begin. Default 60.
    idle_seconds: that an answer or an upload may stand still. Default 60.
    keep_seconds: that an unused connection is kept: fewer than the origin keeps it. Default 4.
    """

    url: str
    prefix: str = "/"
    host: str = ""
    keep_host: bool = True
    ca: str = ""
    server_name: str = ""
    slots: int = 100
    connect_seconds: int = 5
    wait_seconds: int = 5
    first_byte_seconds: int = 60
    idle_seconds: int = 60
    keep_seconds: int = 4


@dataclass(frozen=True, slots=True)
class GateSettings:
    """`[serve.limits]`: what a client may ask of each worker.

    connections: at once, 1 to 1000000; others are answered 503. Default 1000.
    target_bytes: of a path and query, 256 to 65536; longer ones are answered 414. Default 8192.
    header_bytes: of all header lines, 1024 to 1048576; more are answered 431. Default 16384.
    headers: how many lines, 10 to 10000; more are answered 431. Default 100.
    head_seconds: until the head of a request has to be complete, 1 to 3600; else 408 is answered. Default 10.
    idle_seconds: that an upload may stand still, or that nothing of an answer is taken, 1 to 86400. Default 60.
    keep_seconds: that an idle connection is kept, 1 to 3600: longer than a proxy in front keeps it. Default 5.
    """

    connections: int = 1000
    target_bytes: int = 8192
    header_bytes: int = 16_384
    headers: int = 100
    head_seconds: int = 10
    idle_seconds: int = 60
    keep_seconds: int = 5


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """`[serve]`.

    origin: the site behind, for all paths: a URL as in `[[serve.origins]]`, or a folder of HTML, seen from the
        site folder.
    host: the address to listen at. Default "127.0.0.1".
    port: 0 to 65535; 0 takes a free one. Default 8000.
    unix: a Unix socket to listen at instead.
    workers: how many processes, 1 to 512. Default 1.
    hosts: the public hosts that are served; others are answered 421. Default: all.
    trust: the proxies in front whose word about the visitor counts: addresses, networks, "unix".
    tls_cert: a file with the certificate and those between it and the authority's: then https is spoken.
    tls_key: the file of its key, where that is another.
    error_page: a file of HTML for when a site behind cannot be reached.
    access_log: `combined`, `common`, `json` or `off`. Default "combined".
    stop_seconds: that requests have to end when Edge stops, 0 to 86400. Default 30.
    retire_seconds: that they have in a worker that a reload replaces, 0 to 86400. Default 600.
    drain_seconds: before Edge stops, that it takes requests while readyz says that it stops, 0 to 3600. Default 0.
    limits: `[serve.limits]`.
    origins: `[[serve.origins]]`, instead of `origin`.
    """

    origin: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    unix: str = ""
    workers: int = 1
    hosts: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    tls_cert: str = ""
    tls_key: str = ""
    error_page: str = ""
    access_log: str = "combined"
    stop_seconds: int = 30
    retire_seconds: int = 600
    drain_seconds: int = 0
    limits: GateSettings = field(default_factory=GateSettings)
    origins: tuple[OriginSettings, ...] = ()


_DEFAULT = ServeSettings()
_ORIGIN = OriginSettings("")
_KEYS = tuple(ServeSettings.__dataclass_fields__)
_ORIGIN_KEYS = tuple(OriginSettings.__dataclass_fields__)
_URL = "http://127.0.0.1:8080"

_BOUNDS = {
    "port": (0, 65_535),
    "workers": (1, 512),
    "stop_seconds": (0, _DAY),
    "retire_seconds": (0, _DAY),
    "drain_seconds": (0, 3600),
}
_LIMIT_BOUNDS = {
    "connections": (1, 1_000_000),
    "target_bytes": (256, 65_536),
    "header_bytes": (1024, 1 << 20),
    "headers": (10, 10_000),
    "head_seconds": (1, 3600),
    "idle_seconds": (1, _DAY),
    "keep_seconds": (1, 3600),
}
_ORIGIN_BOUNDS = {
    "slots": (1, 10_000),
    "connect_seconds": (1, _DAY),
    "wait_seconds": (1, _DAY),
    "first_byte_seconds": (1, _DAY),
    "idle_seconds": (1, _DAY),
    "keep_seconds": (1, _DAY),
}


def read_serve(top: Table) -> ServeSettings:
    """What the table `serve` of edge.toml says; mistakes are reported and read as the default."""
    table = top.table("serve", "[serve] on a line of its own, and its keys below")
    if table is None:
        return _DEFAULT
    table.only(_KEYS)
    settings = ServeSettings(
        origin=_checked(table, "origin", origin_flaw, "an address or a folder", _URL),
        host=_checked(table, "host", listen_flaw, "an address to listen at", "127.0.0.1") or _DEFAULT.host,
        unix=_path(table, "unix", "/run/edge/edge.sock"),
        hosts=_each(table, "hosts", host_flaw, 'hosts = ["www.example.com", "*.example.com"]'),
        trust=_each(table, "trust", peer_flaw, 'trust = ["10.0.0.0/8"]'),
        tls_cert=_path(table, "tls_cert", "/etc/ssl/example.com.pem"),
        tls_key=_path(table, "tls_key", "/etc/ssl/example.com.key"),
        error_page=_path(table, "error_page", "down.html"),
        access_log=table.choice("access_log", LOGS) or _DEFAULT.access_log,
        limits=_limits(table.table("limits", "[serve.limits] on a line of its own, and its keys below")),
        origins=tuple(_origins(table)),
        **table.wholes(_DEFAULT, _BOUNDS),
    )
    _check_together(table)
    return settings


def _check_together(table: Table) -> None:
    if table.data.get("hosts") == []:
        table.at_value("hosts", "no host would be served", "leave the key out to serve all hosts")
    if "origin" in table and "origins" in table:
        table.at_key("origin", "the site behind is said twice", "keep origin or [[serve.origins]]")
    if "tls_key" in table and table.lacks("tls_cert"):
        table.at_key("tls_key", "a key is no use without its certificate", 'write tls_cert = "…" too')
    for key in ("host", "port"):
        if "unix" in table and key in table:
            table.at_key(key, "Edge listens at one place, and unix says another", f"keep {key} or unix")


def _limits(table: Table | None) -> GateSettings:
    if table is None:
        return GateSettings()
    table.only(_LIMIT_BOUNDS)
    return GateSettings(**table.wholes(GateSettings(), _LIMIT_BOUNDS))


def _origins(table: Table) -> Iterator[OriginSettings]:
    several = table.data.get("origins")
    if several is None:
        return
    example = "write [[serve.origins]] on a line of its own for each, and its keys below"
    if not isinstance(several, list) or not several:
        table.at_value("origins", f'"origins" is {kind_of(several) if several else "empty"}', example)
        return
    places: set[tuple[str, str]] = set()
    for index, one in enumerate(several):
        if not isinstance(one, dict):
            table.at_value("origins", f"this is {kind_of(one)}", example, index)
            continue
        inner = Table(table.document, (*table.path, "origins", index), table.problems)
        origin = _read_origin(inner)
        place = (origin.host.lower(), origin.prefix.rstrip("/"))
        if place in places:
            inner.at_head("an origin above is for the same host and prefix", "give one of them another")
        places.add(place)
        yield origin


def _read_origin(table: Table) -> OriginSettings:
    table.only(_ORIGIN_KEYS)
    if table.lacks("url"):
        table.at_head("this does not say where the site is", f'write url = "{_URL}"')
    return OriginSettings(
        url=_checked(table, "url", url_flaw, "an address", _URL),
        prefix=_checked(table, "prefix", prefix_flaw, "a path", "/shop") or _ORIGIN.prefix,
        host=_checked(table, "host", one_host_flaw, "a public host", "shop.example.com"),
        keep_host=table.flag("keep_host", otherwise=True),
        ca=_path(table, "ca", "/etc/ssl/our-own.pem"),
        server_name=_checked(table, "server_name", one_host_flaw, "a name", "app.internal"),
        **table.wholes(_ORIGIN, _ORIGIN_BOUNDS),
    )


def _checked(table: Table, key: str, flaw_of: FlawOf, what: str, example: str) -> str:
    """The key's text, empty where it is absent or wrong."""
    text = table.text(key, f'{what} in quotes: {key} = "{example}"')
    flaw = None if text is None else flaw_of(text)
    if flaw is not None:
        table.in_string(key, flaw)
        return ""
    return text or ""


def _path(table: Table, key: str, example: str) -> str:
    return _checked(table, key, path_flaw, "a path", example)


def _each(table: Table, key: str, flaw_of: FlawOf, example: str) -> tuple[str, ...]:
    texts = table.placed_texts(key, example)
    for text, place in texts:
        flaw = flaw_of(text)
        if flaw is not None:
            table.in_string(key, flaw, *place)
    return tuple(text for text, _ in texts)
