"""The validator of a page that depends on the visitor."""

from __future__ import annotations

import pytest

from edge.html import Fill
from edge.page.validators import composite, digest, matches

KEY = b"k" * 32
HERO = Fill(b"<h1>Hallo</h1>", "inside")


def test_the_same_blocks_have_the_same_digest() -> None:
    one = digest({"hero": HERO, "offer": Fill(b"x")}, KEY)
    assert digest({"offer": Fill(b"x"), "hero": HERO}, KEY) == one
    assert len(one) == 16
    assert int(one, 16) < 2**64


@pytest.mark.parametrize(
    "fills",
    [
        {},
        {"offer": HERO},
        {"hero": Fill(b"<h1>Hello</h1>", "inside")},
        {"hero": Fill(b"<h1>Hallo</h1>", "append")},
        {"hero": Fill(b"<h1>Hallo</h1>", "inside", ((b"id", b"x"),))},
        {"hero": HERO, "offer": Fill(b"")},
        {"hero": HERO, "offer": Fill(None, "remove")},
    ],
)
def test_whatever_else_is_shown_has_another(fills: dict[str, Fill]) -> None:
    assert digest(fills, KEY) != digest({"hero": HERO}, KEY)


def test_a_digest_tells_nothing_to_who_lacks_the_key() -> None:
    assert digest({"hero": HERO}, KEY) != digest({"hero": HERO}, b"other")


def test_nothing_in_a_slot_is_not_the_slots_own_content() -> None:
    named = ((b"id", b"x"),)
    assert digest({"a": Fill(None, "inside", named)}, KEY) != digest({"a": Fill(b"", "inside", named)}, KEY)


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        (b'"v1"', b'W/"v1;00"'),
        (b'W/"v1"', b'W/"v1;00"'),
        (b' "v1" ', b'W/"v1;00"'),
        (b'""', b'W/";00"'),
        (b"v1", None),
        (b'"v1", "v2"', None),
        (b"", None),
    ],
)
def test_the_tag_is_made_of_the_origins(origin: bytes, ours: bytes | None) -> None:
    assert composite(origin, b"00") == ours


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (b'W/"v1;00"', True),
        (b'"v1;00"', True),
        (b'"other", W/"v1;00"', True),
        (b'"a,b",W/"v1;00" , "c"', True),
        (b'"v1;01"', False),
        (b'"v1"', False),
        (b"*", False),
        (b"v1;00", False),
        (b'"', False),
    ],
)
def test_tags_compare_weakly(asked: bytes, found: bool) -> None:
    assert matches(asked, b'W/"v1;00"') is found
