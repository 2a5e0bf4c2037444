"""`facts.toml`: the traits that this site's visitors can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from edge.errors import Problem
from edge.facts import BUILTIN, Catalogue, Fact, FactError, Kind, catalogue, declared_trait
from edge.site.table import Table
from edge.site.toml import Document

__all__ = ["Facts", "read_facts"]

_KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "map")


@dataclass(frozen=True, slots=True)
class Facts:
    """Edge's own facts and the declared traits. `doubtful` are names whose declaration is wrong, so that nothing
    can be said of what reads them."""

    catalogue: Catalogue
    doubtful: frozenset[str] = frozenset()

    def unsure(self, text: str) -> bool:
        """Whether `text` speaks of a fact whose declaration is wrong."""
        return any(name in text for name in self.doubtful)


def read_facts(document: Document, problems: list[Problem]) -> Facts:
    """The facts of the site."""
    top = Table(document, (), problems)
    _outside(top)
    doubtful = {"traits."} if document.damaged or not document.complete else set()
    declared: list[Fact] = []
    for table in _trait_tables(top):
        before = len(problems)
        fact = _trait(table)
        if fact is not None:
            declared.append(fact)
        if len(problems) > before:
            doubtful.add(f"traits.{table.name}")
    return Facts(catalogue(BUILTIN, declared), frozenset(doubtful))


def _outside(top: Table) -> None:
    """Everything in the file belongs to `traits`."""
    for key in top.data.keys() - {"traits", "events"}:
        top.at_key(key, f'"{key}" stands outside [traits.…]', f'write [traits.{key}] and kind = "text" below it')
    if "events" in top:
        top.at_key("events", '"events" is not supported yet', "leave it out for now")


def _trait_tables(top: Table) -> Iterator[Table]:
    traits = top.table("traits", 'a trait under its own head: [traits.plan] and kind = "text" below')
    if traits is None:
        return
    for name in traits.data:
        table = traits.table(name, f'[traits.{name}] on a line of its own and kind = "text" below')
        if table is not None:
            yield table


def _trait(table: Table) -> Fact | None:
    table.only(("kind", "about", "choices"))
    kind = table.choice("kind", _KINDS)
    if table.lacks("kind"):
        table.at_head(f'the trait "{table.name}" does not say its kind', 'write kind = "text" below it')
    about = table.text("about", 'a sentence in quotes: about = "…"') or ""
    choices = table.texts("choices", 'choices = ["free", "pro"]')
    if kind is None:
        return None
    try:
        return declared_trait(table.name, kind, about, choices)
    except FactError as error:
        table.at_head(error.cause, error.cure)
    return None
