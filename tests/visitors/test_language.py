"""Accept-Language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.visitors.language import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("DE-ch", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.8, fr;q=0.9, de;q=0.7", "fr"),
        ("en;q=0.5, fr;q=0.5", "en"),
        ("en;q=0, fr;q=0.001", "fr"),
        ("en;q=0", None),
        ("*", None),
        ("*, de;q=0.1", "de"),
        ("de;q=0.5,*;q=0.8", "de"),
        (" de ; q=0.5 ,\ten;q=0.6 ", "en"),
        ("de;Q=0.5", "de"),
        ("zh-Hant-TW;q=1.000", "zh"),
        ("sgn-ase", "sgn"),
        ("de;q=1., en", "de"),
        ("", None),
        (",,,", None),
        (";q=1", None),
        ("de;q=2, en;q=0.1", "en"),
        ("de;q=-1, en;q=0.1", "en"),
        ("de;q=0.1234, en;q=0.1", "en"),
        ("de;q=abc, en;q=0.1", "en"),
        ("de;level=1, en;q=0.1", "en"),
        ("de_DE, en;q=0.1", "en"),
        ("de-, en;q=0.1", "en"),
        ("i-klingon, x-own, en;q=0.1", "en"),
        ("verylonglanguage, en;q=0.1", "en"),
        ("dé, en;q=0.1", "en"),
        ("de fr, en;q=0.1", "en"),
    ],
)
def test_the_language_preferred_most_counts_and_malformed_ones_do_not(header: str, language: str | None) -> None:
    assert preferred_language(header) == language


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_short_tag_or_none(text: str) -> None:
    language = preferred_language(text)
    assert language is None or re.fullmatch("[a-z]{2,8}", language)


def test_long_texts_have_one_way_to_be_read() -> None:
    assert preferred_language("a-" * 500_000) is None
    assert preferred_language("de" + " " * 1_000_000 + ";") is None
    assert preferred_language("de;q=0.1," * 100_000 + "en") == "en"
