"""`*` is any run of characters, `?` any one; a text is matched whole, in one pass."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.rules import like


@pytest.mark.parametrize(
    ("pattern", "text", "verdict"),
    [
        ("/pricing", "/pricing", True),
        ("/pricing", "/pricing/", False),
        ("/pricing*", "/pricing/pro", True),
        ("/pricing*", "/price", False),
        ("*.html", "/a.html", True),
        ("/*/edit", "/posts/5/edit", True),
        ("/*/edit", "/edit", False),
        ("ab*bc", "abc", False),
        ("/v?/x", "/v1/x", True),
        ("/v?/x", "/v/x", False),
        ("*a?c*", "xxabcxx", True),
        ("*", "", True),
        ("?*", "", False),
        ("/a.b", "/axb", False),
        ("/[ab]", "/a", False),
        ("*?*", "\n", True),
        ("*a*b*c*", "xaxbxc", True),
        ("*a*b*c*", "xaxcxb", False),
    ],
)
def test_patterns(pattern: str, text: str, verdict: bool) -> None:
    assert like(pattern)(text) is verdict


@settings(max_examples=500, deadline=None)
@given(st.text("ab*?\n", max_size=9), st.text("ab?\n", max_size=12))
def test_it_is_what_a_regular_expression_would_say(pattern: str, text: str) -> None:
    regex = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    assert like(pattern)(text) is bool(re.fullmatch(regex, text, re.DOTALL))


@pytest.mark.parametrize(
    "pattern", ["*a" * 100 + "b", "*" + "a?" * 500 + "b*", "*a?" * 300 + "*b", "?" * 900 + "*b"]
)
def test_no_text_makes_it_backtrack(pattern: str) -> None:
    # A backtracking matcher would not come back from these within the age of the universe.
    assert like(pattern)("a" * 60_000) is False
