"""JSON pointers: the examples of RFC 6901, and what people write instead."""

from __future__ import annotations

from typing import Any

import pytest

from edge.remote.pointer import ABSENT, Pointer, pointer_flaw

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_it_finds_what_the_rfc_says(text: str, value: object) -> None:
    assert Pointer(text).find(DOCUMENT) == value


def test_an_escaped_tilde_before_a_digit_stays_one() -> None:
    assert Pointer("/~01").find({"~1": "here", "/": "there"}) == "here"


@pytest.mark.parametrize(
    "text", ["/none", "/foo/2", "/foo/-", "/foo/-1", "/foo/01", "/foo/x", "/foo/0/x", "//x", "/foo/" + "9" * 5_000]
)
def test_where_nothing_stands_it_says_so(text: str) -> None:
    assert Pointer(text).find(DOCUMENT) is ABSENT


@pytest.mark.parametrize("document", [None, 3, "text", True, []])
def test_in_a_document_of_another_shape_nothing_stands(document: object) -> None:
    assert Pointer("/foo").find(document) is ABSENT


def test_null_is_a_value() -> None:
    assert Pointer("/a").find({"a": None}) is None


@pytest.mark.parametrize(
    ("text", "span", "cure"),
    [
        ("account.plan", (0, 12), "write /account/plan"),
        ("$.account.plan", (0, 14), "write /account/plan"),
        ("plan", (0, 4), "write /plan"),
        ("/a~2b", (2, 3), "write ~0 for ~, and ~1 for /"),
        ("/a~", (2, 3), "write ~0 for ~, and ~1 for /"),
    ],
)
def test_other_notations_are_told_from_pointers(text: str, span: tuple[int, int], cure: str) -> None:
    flaw = pointer_flaw(text)
    assert flaw is not None
    assert ((flaw.start, flaw.end), flaw.cure) == (span, cure)
    with pytest.raises(ValueError, match="JSON pointer"):
        Pointer(text)


def test_a_pointer_has_no_flaw() -> None:
    assert [pointer_flaw(text) for text in ("", "/", "/a/b", "/a~0b~1c")] == [None] * 4
