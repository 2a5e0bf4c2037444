"""Segments that name segments: never in a circle, and not too deep."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from edge.errors import Flaw
from edge.rules.rule import Rule
from edge.rules.term import walk

__all__ = ["DEEPEST_SEGMENTS", "check_segments", "find_circles"]

DEEPEST_SEGMENTS = 8
"""Segments that may stand on top of each other: each is a few calls deep at run time."""

MOST_CIRCLES = 20
"""Circles that are told at once: finding each costs a walk through all segments."""


def find_circles(rules: Mapping[str, Rule]) -> tuple[tuple[str, ...], ...]:
    """Circles of segments, each as ("a", "b", "a") where a names b and b names a, beginning with the name that
    comes first in `rules`. A segment is told in one circle at most, and MOST_CIRCLES at once: the others show once
    those are broken."""
    graph = {name: rule.segments & rules.keys() for name, rule in rules.items()}
    places = {name: place for place, name in enumerate(rules)}
    circles: list[tuple[str, ...]] = []
    while len(circles) < MOST_CIRCLES and (circle := _circle(graph)):
        first = circle.index(min(circle, key=places.__getitem__))
        circles.append((*circle[first:], *circle[: first + 1]))
        graph = {name: named - set(circle) for name, named in graph.items() if name not in circle}
    return tuple(sorted(circles, key=lambda names: places[names[0]]))


def _circle(graph: Mapping[str, frozenset[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # graphlib lists it from the named to the naming, the first name again at the end
        return list(reversed(error.args[1][1:]))
    return []


def check_segments(rules: Mapping[str, Rule]) -> Mapping[str, tuple[Flaw, ...]]:
    """What is wrong with how segments name each other, by the segment in whose rule the flaw stands: circles,
    spelled out, and chains of more than DEEPEST_SEGMENTS. Empty when all is well."""
    circles = find_circles(rules)
    if circles:
        return {circle[0]: (_circular(rules, circle),) for circle in circles}
    depths: dict[str, int] = {}
    for name in TopologicalSorter(
        {name: rule.segments & rules.keys() for name, rule in rules.items()}
    ).static_order():
        depths[name] = 1 + max((depths[named] for named in rules[name].segments if named in depths), default=0)
    return {name: (_deep(rules[name]),) for name, depth in depths.items() if depth == DEEPEST_SEGMENTS + 1}


def _circular(rules: Mapping[str, Rule], circle: tuple[str, ...]) -> Flaw:
    start, end = _mention(rules[circle[0]], circle[1])
    return Flaw(f"segments name each other in a circle: {' → '.join(circle)}", "take one of them out", start, end)


def _deep(rule: Rule) -> Flaw:
    cause = f"more than {DEEPEST_SEGMENTS} segments stand on top of each other here"
    return Flaw(cause, "write part of their rules out", 0, len(rule.text))


def _mention(rule: Rule, segment: str) -> tuple[int, int]:
    """Where `rule` names `segment` first."""
    return next(
        (term.start, term.end) for term in walk(rule.root) if term.op == "segment" and term.name == segment
    )
