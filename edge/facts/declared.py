"""The facts that a site declares for itself in `facts.toml`."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from typing import get_args

from edge.facts.convert import FactError
from edge.facts.fact import Fact, Kind
from edge.facts.suggest import did_you_mean

__all__ = ["declared_trait"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_KINDS: tuple[str, ...] = get_args(Kind)


def declared_trait(name: str, kind: str, about: str = "", choices: Iterable[str] = ()) -> Fact:
    """The fact `traits.<name>`. A trait belongs to a profile, so knowing it needs the cookie.

    Raises FactError, a ValueError, for a name that a rule could not spell, a kind that there is not, and choices
    that are missing or too many."""
    choices = tuple(choices)
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise FactError(f'"{name}" cannot name a trait', "begin with a letter, go on with letters, digits and _")
    if kind not in _KINDS:
        cure = did_you_mean(kind, _KINDS, f"choose one of {', '.join(_KINDS)}")
        raise FactError(f'there is no type "{kind}"', cure)
    if kind == "choice" and not choices:
        raise FactError("a choice needs its choices", 'write choices = ["free", "pro"] below it')
    if kind != "choice" and choices:
        raise FactError("only a choice has choices", 'write kind = "choice", or leave the choices out')
    if len(set(choices)) < len(choices) or not all(choices):
        raise FactError("a choice is empty or stands twice", "write each choice once")
    return Fact(f"traits.{name}", kind, about, "the profile", choices, cookie=True)  # type: ignore[arg-type]
