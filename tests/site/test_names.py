"""Names in messages."""

from __future__ import annotations

import pytest

from edge.site.names import hint, listed, plain_name


def test_names_are_listed_as_one_says_them() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == '"a"'
    assert listed(["a", "b"]) == '"a" and "b"'
    assert listed(["a", "b", "c"]) == '"a", "b" and "c"'


def test_a_long_list_is_cut() -> None:
    assert listed("abcd", limit=2) == '"a", "b" and 2 more'


def test_a_hint_is_the_nearest_name_else_what_was_given_else_all() -> None:
    assert hint("contry", ["country", "city"]) == 'did you mean "country"?'
    assert hint("xyz", ["country"], "look it up") == "look it up"
    assert hint("xyz", ["country"]) == 'there is "country"'
    assert hint("xyz", []) == ""


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("käufer", "kaeufer"),
        ("ka\u0308ufer", "kaeufer"),
        ("Straße", "Strasse"),
        ("élève æsir", "eleve-aesir"),
        ("日本", "my-name"),
        ("a.b", "a.b"),
    ],
)
def test_a_name_in_the_letters_of_names(name: str, plain: str) -> None:
    assert plain_name(name) == plain
