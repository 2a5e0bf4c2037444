"""What is true or false by itself, and how conditions are joined."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.known import env, flaws, only_flaw, rule


@pytest.mark.parametrize(
    ("text", "known", "verdict"),
    [
        ("True", {}, True),
        ("False", {}, False),
        ("new", {"new": True}, True),
        ("new", {"new": "yes"}, False),
        ("new", {}, False),
        ("not new", {}, True),
        ("utm.source", {"utm__source": "x"}, True),
        ("utm.source", {"utm__source": ""}, False),
        ("traits.tags", {"traits__tags": {"vip"}}, True),
        ("traits.tags", {"traits__tags": set()}, False),
        ("query", {"query": {"a": ""}}, True),
        ("query.a", {"query": {"a": ""}}, False),
        ("new and bot", {"new": True, "bot": True}, True),
        ("new and bot", {"new": True, "bot": False}, False),
        ("new or bot", {"new": False, "bot": True}, True),
        ("new and bot and traits.dealer", {"new": True, "bot": True, "traits__dealer": True}, True),
        ("new and bot and traits.dealer", {"new": True, "bot": True}, False),
        ("new or bot or traits.dealer", {"traits__dealer": True}, True),
        ("new or bot or traits.dealer", {}, False),
        ("path.startswith('/a')", {"path": "/abc"}, True),
        ("path.endswith('c')", {"path": "/abc"}, True),
        ("path.endswith('c')", {"path": 5}, False),
        ("like(path, '/pricing*')", {"path": "/pricing/pro"}, True),
        ("like(path, '/pricing*')", {"path": "/Pricing"}, False),
        ("like(path.lower(), '/pricing*')", {"path": "/Pricing"}, True),
        ("like(device, '*top')", {"device": "desktop"}, True),
    ],
)
def test_conditions(text: str, known: dict[str, Any], verdict: bool) -> None:
    assert rule(text).matches(env(**known)) is verdict


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("now.hour", "now.hour", "compare it, as in now.hour > 0"),
        ("now.date", "now.date", 'compare it, as in now.date >= "2026-12-24"'),
        ("device", "device", 'compare it, as in device == "phone"'),
        ("'DE'", "'DE'", 'compare a fact with it, as in country == "DE"'),
        ("country == 'DE' or 'AT'", "'AT'", 'compare a fact with it, as in country == "DE"'),
        ("3", "3", "compare it, as in 3 > 0"),
        ("like(path)", "like(path)", 'write it as in like(path, "/x*")'),
        ("like(path, city)", "like(path, city)", 'write it as in like(path, "/x*")'),
        ("like(now.hour, '1*')", "now.hour", 'write it as in like(path, "/x*")'),
        ("like('/x', '/x')", "'/x'", 'write it as in like(path, "/x*")'),
        ("like(pth, '/x')", "pth", "did you mean path?"),
        ("like(path, 'pricing*')", "'pricing*'", 'write "/pricing*"'),
        ("path.startswith()", "path.startswith()", 'write it as in path.startswith("/x")'),
        ("path.startswith('')", "path.startswith('')", 'write it as in path.startswith("/x")'),
        ("path.startswith(('/a', '/b'))", "path.startswith(('/a', '/b'))", 'write it as in path.startswith("/x")'),
        ("path.startswith('*/x')", "'*/x'", 'write "/*/x"'),
        ("path.lower().endswith('X')", "'X'", 'write "x"'),
        ("not hour", "hour", "did you mean now.hour?"),
    ],
)
def test_what_is_no_condition_has_its_place_and_its_cure(text: str, place: str, cure: str) -> None:
    found = only_flaw(text)
    assert (found[0], found[2]) == (place, cure)


def test_a_pattern_of_a_path_may_begin_with_a_wildcard() -> None:
    assert rule("like(path, '*.html')").matches(env(path="/x.html"))
    assert rule("path.endswith('html')").matches(env(path="/x.html"))


def test_every_flaw_is_told_in_the_order_of_the_text() -> None:
    text = "hour > 3 and not (device == 'fone' or path.startswith('x')) and now.hour"
    assert [text[flaw.start : flaw.end] for flaw in flaws(text)] == ["hour", "'fone'", "'x'", "now.hour"]
