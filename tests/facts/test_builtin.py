"""Edge's own facts."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from edge.facts import BUILTIN, Fact, Kind, catalogue, convert


@pytest.mark.parametrize("fact", BUILTIN, ids=lambda fact: fact.name)
def test_each_is_documented_and_whole(fact: Fact) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", fact.name)
    assert fact.kind in get_args(Kind)
    assert fact.about[0].isupper()
    assert fact.source
    assert (fact.kind == "choice") == bool(fact.choices)
    assert bool(fact.pattern) == bool(fact.example)
    if fact.example:
        assert convert(fact, fact.example) == fact.example


def test_names_are_unique_and_none_is_a_group_of_others() -> None:
    names = [fact.name for fact in BUILTIN]
    assert list(catalogue(BUILTIN)) == names
    assert not [name for name in names if any(other.startswith(name + ".") for other in names)]


def test_only_new_needs_the_cookie() -> None:
    assert [fact.name for fact in BUILTIN if fact.cookie] == ["new"]
