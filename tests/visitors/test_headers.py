"""Values out of request headers."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.visitors import header_values
from edge.visitors.headers import cookie_values

PIECES = [b"a=", b"a", b"=", b";", b"; ", b" ", b"\t", b'"', b"1", b"xa=2", b"\xff"]


def test_every_value_of_a_header_in_order() -> None:
    headers = [(b"cookie", b"a=1"), (b"host", b"h"), (b"cookie", b"b=2")]
    assert header_values(headers, b"cookie") == [b"a=1", b"b=2"]
    assert header_values(headers, b"origin") == []


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map(b"".join))
@example(b'a=1; xa=2; a="3" ; a=a=4; a')
def test_cookies_are_found_as_by_cutting_at_each_semicolon(header: bytes) -> None:
    pairs = [pair.strip(b" \t") for pair in header.split(b";")]
    assert cookie_values(header, b"a=") == [pair[2:].strip(b' \t"') for pair in pairs if pair.startswith(b"a=")]
