"""What a fact is: a named, typed piece of knowledge that a rule or a block may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Catalogue", "Fact", "Kind", "catalogue"]

Kind = Literal["text", "number", "flag", "date", "choice", "words", "map"]
"""`choice` is text out of a short list, `words` a set of text, `map` text by name (the query string)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `source` says where its value comes from, in words; `cookie` that knowing it needs the
    visitor's cookie, and so consent.

    `choices` (of a choice), `pattern` (a regular expression that the whole of a text matches) and `limits`
    (lowest and highest number) say what a known value always looks like, so that a rule that can never match
    is found when it is loaded. Each `pattern` comes with an `example` to show."""

    name: str
    kind: Kind
    about: str
    source: str
    choices: tuple[str, ...] = ()
    cookie: bool = False
    pattern: str = ""
    example: str = ""
    limits: tuple[int, int] | None = None


Catalogue = Mapping[str, Fact]
"""Every fact that a site has, by name: Edge's own and those of `facts.toml`."""


def catalogue(*groups: Iterable[Fact]) -> Catalogue:
    """The facts of all groups by name. A later group may not redefine a name: that is the caller's to refuse."""
    return {fact.name: fact for group in groups for fact in group}
