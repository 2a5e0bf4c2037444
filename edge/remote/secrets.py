"""Request headers with secrets in them: `Bearer ${CRM_TOKEN}`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from edge.errors import Flaw, Problem, SiteError

__all__ = ["Header", "Headers", "header_flaw", "resolve_headers", "secret_files", "variables"]

Headers = tuple[tuple[bytes, bytes], ...]

_VARIABLE = re.compile(r"\$\{([^$}]*+)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BARE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*+)")
_VALUE = re.compile(r"[\t -~\x80-\xff]*")
"""What may stand in a header's value (RFC 9110 section 5.5): no line ends, above all."""


@dataclass(frozen=True, slots=True)
class Header:
    """A request header as it was written. `places` has, for each variable that it names, a problem to tell
    where it stands. `basic`: what is written are the user's name and password (RFC 7617)."""

    name: str
    text: str = field(repr=False)
    places: Mapping[str, Problem] = field(compare=False, repr=False)
    basic: bool = False


def header_flaw(text: str) -> Flaw | None:
    """What is wrong with the text of a header, if anything."""
    for found in _VARIABLE.finditer(text):
        if not _NAME.fullmatch(found[1]):
            cure = "write the name of one as in ${CRM_TOKEN}"
            return Flaw(f'"{found[1]}" cannot name a variable of the environment', cure, *found.span())
    rest = _VARIABLE.sub(lambda found: " " * len(found[0]), text)
    if "${" in rest:
        at = rest.index("${")
        return Flaw("this ${ has no }", "write it as in ${CRM_TOKEN}", at, len(text))
    bare = _BARE.search(rest)
    if bare is not None:
        cure = f"write ${{{bare[1]}}} for the variable; where the text itself is meant, let a variable hold it"
        return Flaw(f"this would be sent as it stands: {bare[0]}", cure, *bare.span())
    wrong = re.search(r"[^\t -~\x80-\xff]", text)
    if wrong is not None:
        return Flaw("a header cannot have this character", "leave it out", *wrong.span())
    return None


def variables(text: str) -> tuple[str, ...]:
    """The names of the variables that `text` has, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def resolve_headers(headers: Iterable[Header], environ: Mapping[str, str]) -> Headers:
    """The headers with the secrets in their places: each from the variable of that name, or from the file that
    the variable with `_FILE` at its end names. Raises SiteError with every secret that is missing or cannot be
    used."""
    problems: list[Problem] = []
    resolved = [_resolved(header, environ, problems) for header in headers]
    if problems:
        raise SiteError(problems)
    return tuple(resolved)


def secret_files(headers: Iterable[Header], environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that hold secrets of the headers: where one changes, the headers have to be resolved anew."""
    names = dict.fromkeys(f"{name}_FILE" for header in headers for name in header.places)
    return tuple(Path(environ[name]) for name in names if environ.get(name))


def _resolved(header: Header, environ: Mapping[str, str], problems: list[Problem]) -> tuple[bytes, bytes]:
    secrets = {name: _secret(name, place, environ, problems) for name, place in header.places.items()}
    value = _VARIABLE.sub(lambda found: secrets[found[1]], header.text)
    if header.basic:
        value = "Basic " + base64.b64encode(value.encode()).decode()
    return header.name.encode(), value.encode("latin-1")


def _secret(name: str, place: Problem, environ: Mapping[str, str], problems: list[Problem]) -> str:
    """The secret; where there is none, its problem is added to `problems`. What it is, no message says."""
    file = f"{name}_FILE"
    value, what = environ.get(name, "").strip(), name
    if value and environ.get(file):
        return _wrong(place, f"{name} and {file} are both set", "unset one of them", problems)
    if environ.get(file):
        what = f"the file that {file} names"
        try:
            value = Path(environ[file]).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            cure = f"let {file} name a file that Edge may read"
            return _wrong(place, f"{what} cannot be read: {why}", cure, problems)
    if not value:
        state = "is not set" if what == name and name not in environ else "is empty"
        cure = f"set {name} in the environment, or let {file} name a file that holds it"
        return _wrong(place, f"{what} {state}", cure, problems)
    if not _VALUE.fullmatch(value):
        return _wrong(place, f"what {what} holds cannot stand in a header", "see what it was set to", problems)
    return value


def _wrong(place: Problem, cause: str, cure: str, problems: list[Problem]) -> str:
    problems.append(replace(place, cause=cause, cure=cure))
    return ""
