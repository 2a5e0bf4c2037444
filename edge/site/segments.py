"""`segments.toml`: named audiences, and the rules that decide who is in; or that others decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edge.errors import Problem, RuleError
from edge.rules import Rule, check_segments, parse_rule
from edge.site.names import hint
from edge.site.table import Table, tables
from edge.site.toml import Document
from edge.site.traits import Facts

__all__ = ["REMOTE", "SegmentRules", "read_rule", "read_segments"]

REMOTE = "remote"
"""What `from` says of a segment that comes from elsewhere: the service of `[remote]`, or the app's `profiles`."""

MAX_SEGMENTS = 20_000
"""Audiences of one site: a page costs no more for those that its slots do not ask about."""


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """Segments by name. `names` are all that the file speaks of, those with a wrong rule too; `remote` those that
    come from elsewhere and have none; `complete` is False where some names could not even be read."""

    rules: Mapping[str, Rule]
    names: frozenset[str]
    complete: bool = True
    remote: tuple[str, ...] = ()

    def __contains__(self, name: object) -> bool:
        """Whether there is, or for all we know could be, such a segment."""
        return name in self.names or not self.complete

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.names))

    def __len__(self) -> int:
        return len(self.names)


def read_segments(document: Document, facts: Facts, problems: list[Problem]) -> SegmentRules:
    """The segments of the file, by name, in its order."""
    found = list(tables(document, "a segment", problems, MAX_SEGMENTS))
    names = frozenset(document.data) | document.damaged
    known = SegmentRules({}, names, document.complete)
    rules = {table.name: rule for table in found if (rule := _segment(table, facts, known))}
    for name, flaws in check_segments(rules).items():
        problems.extend(document.in_string((name, "when"), flaw) for flaw in flaws)
    remote = tuple(table.name for table in found if table.data.get("from") == REMOTE)
    return SegmentRules(rules, names, document.complete, remote)


def _segment(table: Table, facts: Facts, known: SegmentRules) -> Rule | None:
    table.only(("when", "from", "about"))
    table.text("about", 'a sentence in quotes: about = "…"')
    _check_from(table)
    if "when" in table and "from" in table:
        cause = "a segment has a rule or comes from elsewhere, not both"
        table.at_key("from", cause, 'keep one of the two: when = … or from = "remote"')
    elif "when" in table:
        return read_rule(table, "when", facts, known)
    elif table.lacks("when", "from"):
        cure = """write one below it: when = 'country == "DE"', or from = "remote" where it comes from elsewhere"""
        table.at_head(f'the segment "{table.name}" has no rule', cure)
    return None


def _check_from(table: Table) -> None:
    source = table.text("from", f'from = "{REMOTE}"')
    if source not in (None, REMOTE):
        cure = hint(source, (REMOTE,), f'write from = "{REMOTE}"')
        table.at_value("from", f'segments do not come from "{source}"', cure)


def read_rule(table: Table, key: str, facts: Facts, known: SegmentRules, text: str | None = None) -> Rule | None:
    """The rule that stands at `key`, or `text` in its stead. None where it is wrong, and where it reads a fact
    whose declaration is."""
    rule = text or table.text(key, "a rule in quotes: " + key + " = 'country == \"DE\"'")
    if rule is None or facts.unsure(rule):
        return None
    try:
        return parse_rule(rule, facts.catalogue, known)
    except RuleError as error:
        for flaw in error.flaws:
            table.in_string(key, flaw)
    return None
