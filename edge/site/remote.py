"""`[remote]` of edge.toml: the service that knows of visitors what the site does not."""

from __future__ import annotations

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
from edge.site.names import TOKEN, hint
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


def _checked(table: Table, key: str, example: str, flaw_of: Callable[[str], Flaw | None]) -> str | None:
    """The key's text, where it has no flaw."""
    text = table.text(key, example)
    flaw = None if text is None else flaw_of(text)
    if flaw is None:
        return text
    table.in_string(key, flaw)
    return None


def _headers(table: Table) -> Iterator[Header]:
    inner = table.table("headers", 'headers = { Authorization = "Bearer ${CRM_TOKEN}" }')
    if inner is None:
        return
    for name in inner.data:
        text = _checked(inner, name, f'a text in quotes: {name} = "…"', header_flaw)
        if not TOKEN.fullmatch(name):
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
        cure = f"write {example}, and the colon also where one of them is empty"
        table.in_string("basic_auth", Flaw("there is no colon between name and password", cure, 0, len(text)))
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
    inner = Table(table.document, (*table.path, "traits"), table.problems)
    found = []
    for name in inner.data:
        pointer = _checked(inner, name, f'a JSON pointer in quotes: {name} = "/{name}"', pointer_flaw)
        if pointer is not None:
            found.append((name, pointer))
    return tuple(found)


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
    lists = parse_qs(settings.url.partition("?")[2]).get("properties", [])
    asked = [name for names in lists for name in names.split(",")]
    missing = [
        (where, key, name)
        for where, key, pointer in _pointers(table, settings)
        if (name := _property(pointer)) is not None and name not in {*asked, *_ALWAYS_TOLD}
    ]
    every = ",".join(dict.fromkeys([*asked, *(name for *_, name in missing)]))
    for where, key, name in missing:
        cause = f'HubSpot tells only what it is asked for, and the address does not ask for "{name}"'
        where.at_value(key, cause, f"let it say properties={every}")


def _pointers(table: Table, settings: RemoteSettings) -> Iterator[tuple[Table, str, str]]:
    """Every pointer that was written, with the key where it stands."""
    if settings.segments:
        yield table, "segments", settings.segments
    if isinstance(settings.traits, tuple):
        inner = Table(table.document, (*table.path, "traits"), table.problems)
        yield from ((inner, name, pointer) for name, pointer in settings.traits)


def _property(pointer: str) -> str | None:
    """The property that the pointer leads to, if to any."""
    start, _, name = pointer.rpartition("/")
    return name if start == "/properties" else None
