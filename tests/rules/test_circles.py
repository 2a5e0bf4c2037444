"""Segments may name segments: not in a circle, and not too deep."""

from __future__ import annotations

from edge.rules import Rule, check_segments, find_circles, parse_rule
from edge.rules.circles import DEEPEST_SEGMENTS
from tests.rules.known import FACTS


def named(**names: str) -> dict[str, Rule]:
    """Segments by name, each with the segments that it names."""
    return {
        name: parse_rule(
            " or ".join(["new", *(f'"{other}" in segments' for other in others.split())]), FACTS, list(names)
        )
        for name, others in names.items()
    }


def test_segments_that_build_on_each_other_are_fine() -> None:
    rules = named(a="b c", b="c", c="")
    assert find_circles(rules) == ()
    assert check_segments(rules) == {}


def test_a_circle_is_spelled_out_where_it_begins() -> None:
    rules = named(x="a", a="b", b="c", c="a")
    assert find_circles(rules) == (("a", "b", "c", "a"),)
    (flaw,) = check_segments(rules)["a"]
    assert "a → b → c → a" in flaw.cause
    assert rules["a"].text[flaw.start : flaw.end] == '"b" in segments'


def test_a_segment_that_names_itself_is_a_circle() -> None:
    assert find_circles(named(a="a")) == (("a", "a"),)


def test_every_circle_apart_is_told() -> None:
    rules = named(a="b", b="a", c="c", d="e a", e="d")
    assert find_circles(rules) == (("a", "b", "a"), ("c", "c"), ("d", "e", "d"))
    assert sorted(check_segments(rules)) == ["a", "c", "d"]


def test_a_name_without_a_rule_is_left_to_others() -> None:
    rules = named(a="b", b="")
    del rules["b"]
    assert check_segments(rules) == {}


def test_a_tower_of_segments_has_a_height() -> None:
    links = {f"s{n}": f"s{n + 1}" for n in range(DEEPEST_SEGMENTS - 1)}
    rules = named(**links, **{f"s{DEEPEST_SEGMENTS - 1}": ""})
    assert check_segments(rules) == {}
    taller = named(top="s0", higher="top", **links, **{f"s{DEEPEST_SEGMENTS - 1}": ""})
    assert list(check_segments(taller)) == ["top"]


def test_a_thousand_segments_in_a_row_are_checked_without_recursion() -> None:
    rules = named(**{f"s{n}": f"s{n + 1}" for n in range(1500)}, s1500="s0")
    ((*circle,),) = find_circles(rules)
    assert len(circle) == 1502
