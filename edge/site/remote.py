"""`[remote]` of edge.toml: the service that knows of visitors what the site does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MappingProxyType
from urllib.parse import parse_qs

from edge.errors import Flaw, Problem
from edge.remote import (
    KINDS,
    Header,
    RemoteSettings,
    address_flaw,
    header_flaw,
    pointer_flaw,
    variables,
)
from edge.site.names import hint
from edge.site.table import Table
from edge.site.toml import Document
from edge.site.traits import Facts

__all__ = ["REMOTE_KEYS", "check_remote_traits", "read_remote"]

REMOTE_KEYS = (
    "kind",
    "url",
    "headers",
    "basic_auth",
    "segments",
    "traits",
    "ttl_seconds",
    "timeout_ms",
    "allow_private",
)

_DEFAULT = RemoteSettings()
_URL = 'an address in quotes: url = "https://crm.example.com/visitors/{visitor}"'
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = frozenset(
    """accept-encoding connection content-length content-type expect host keep-alive range te trailer
    transfer-encoding upgrade""".split()  # noqa: SIM905
)
"""Headers that say how a call is made: that is the business of whoever makes it."""

_ALWAYS_TOLD = frozenset({"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"})
"""What HubSpot says of each contact, asked or not."""


def read_remote(table: Table | None) -> RemoteSettings:
    """What the table says; without one, that nobody is asked."""
    if table is None:
        return _DEFAULT
    url = _checked(table, "url", _URL, address_flaw)
    if table.lacks("url"):
        table.at_head("this does not say where the service is", f"write {_URL}")
    kind = table.choice("kind", tuple(KINDS)) or _DEFAULT.kind
    private = table.flag("allow_private", otherwise=_DEFAULT.allow_private)
    if url and url.lower().startswith("http://") and not private:
        cure = "write https://, or below it allow_private = true where it is in your own network"
        table.in_string("url", Flaw("what goes to this address could be read on the way", cure, 0, len("http://")))
    settings = RemoteSettings(
        kind=kind,
        url=url or "",
        headers=tuple(_headers(table)),
        basic_auth=_basic_auth(table),
        segments=_checked(table, "segments", 'a JSON pointer in quotes: segments = "/segments"', pointer_flaw),
        traits=_traits(table),
        ttl_seconds=table.whole("ttl_seconds", _DEFAULT.ttl_seconds, 1, 86_400),
        timeout_ms=table.whole("timeout_ms", _DEFAULT.timeout_ms, 10, 30_000),
        allow_private=private,
    )
    if kind == "hubspot" and url:
        _check_properties(table, settings)
    return settings


def _checked(
    table: Table, key: str, example: str, flaw_of: Callable[[str], Flaw | None], *inner: str
) -> str | None:
    """The key's text, where it has no flaw."""
    text = table.text(key, example)
    flaw = None if text is None else flaw_of(text)
    if flaw is None:
        return text
    table.in_string(key, flaw)
    return None


def _headers(table: Table) -> Iterator[Header]:
    inner = table.table("headers", 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }')
    for name in inner.data if inner else ():
        assert inner is not None
        text = _checked(inner, name, f'a text in quotes: {name} = "…"', header_flaw)
        if not _TOKEN.fullmatch(name):
            cause = f'"{name}" cannot be the name of a header'
            inner.at_key(name, cause, "write a name such as Authorization or X-Api-Key")
        elif name.lower() in _OURS:
            inner.at_key(name, f"{name} says how a call is made, which Edge sees to", "leave it out")
        elif name.lower() == "authorization" and "basic_auth" in table:
            inner.at_key(name, "basic_auth makes this header already", "keep one of the two")
        elif text is not None:
            yield Header(name, text, _places(inner, name, text))


def _basic_auth(table: Table) -> Header | None:
    example = 'basic_auth = "name:${PASSWORD}"'
    text = _checked(table, "basic_auth", f"a name and a password in quotes: {example}", header_flaw)
    if text is None:
        return None
    if ":" not in text:
        flaw = Flaw("between name and password stands a colon, even if one of them is empty", f"write {example}")
        table.in_string("basic_auth", Flaw(flaw.cause, flaw.cure, 0, len(text)))
        return None
    return Header("Authorization", text, _places(table, "basic_auth", text), basic=True)


def _places(table: Table, key: str, text: str) -> MappingProxyType[str, Problem]:
    """For each variable in the text at `key`, where it stands."""
    path = (*table.path, key)
    found = {}
    for name in variables(text):
        at = text.index(f"${{{name}}}")
        found[name] = table.document.in_string(path, Flaw("", "", at, at + len(name) + 3))
    return MappingProxyType(found)


def _traits(table: Table) -> str | tuple[tuple[str, str], ...] | None:
    if not isinstance(table.data.get("traits"), dict):
        return _checked(table, "traits", 'a JSON pointer in quotes: traits = "/traits"', pointer_flaw)
    inner = table.table("traits", "")
    assert inner is not None
    pointers = (
        (name, _checked(inner, name, f'a JSON pointer in quotes: {name} = "/{name}"', pointer_flaw))
        for name in inner.data
    )
    return tuple((name, pointer) for name, pointer in pointers if pointer is not None)


def check_remote_traits(document: Document, facts: Facts, problems: list[Problem]) -> None:
    """Reports pointers to traits that facts.toml does not declare."""
    remote = document.data.get("remote")
    traits = remote.get("traits") if isinstance(remote, dict) else None
    if not isinstance(traits, dict):
        return
    table = Table(document, ("remote", "traits"), problems)
    known = [name.partition(".")[2] for name in facts.catalogue if name.startswith("traits.")]
    for name in traits:
        if name not in known and not facts.unsure(f"traits.{name}"):
            declare = f'declare it in facts.toml: [traits.{name}] and kind = "text" below it'
            table.at_key(name, f'there is no fact "traits.{name}"', hint(name, known, declare))


def _check_properties(table: Table, settings: RemoteSettings) -> None:
    """HubSpot tells only the properties that the address asks for."""
    asked = {
        name
        for value in parse_qs(settings.url.partition("?")[2]).get("properties", [])
        for name in value.split(",")
    }
    each = settings.traits if isinstance(settings.traits, tuple) else ()
    wanted = [("segments", settings.segments or "", table)]
    if each:
        inner = table.table("traits", "")
        assert inner is not None
        wanted += [(name, pointer, inner) for name, pointer in each]
    for key, pointer, where in wanted:
        name = pointer.removeprefix("/properties/")
        if pointer.startswith("/properties/") and name not in asked | _ALWAYS_TOLD:
            cause = f'HubSpot tells only what it is asked for, and the address does not ask for "{name}"'
            where.at_value(key, cause, f"let the address say so: ?properties={','.join(sorted({name, *asked}))}")
