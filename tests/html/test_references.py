"""Character references in attribute values."""

from __future__ import annotations

import pytest

from edge.html.references import decode


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hero", "hero"),
        ("h&#101;r&#x6F;", "hero"),
        ("h&#101ro", "hero"),
        ("a&amp;b", "a&b"),
        ("a&amp", "a&"),
        ("a&amp,b", "a&,b"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&copying", "&copying"),
        ("&notit;", "&notit;"),
        ("&notin;", "∉"),
        ("&nosuch;", "&nosuch;"),
        ("&", "&"),
        ("he\0ro", "he\ufffdro"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_a_value_is_what_scripts_would_read(written: str, meant: str) -> None:
    assert decode(written) == meant
