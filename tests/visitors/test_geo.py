"""Country, region and city, as CDNs say them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.visitors.geo import read_country, read_place


@pytest.mark.parametrize(
    ("value", "country"),
    [
        (b"DE", "DE"),
        (b"de", "DE"),
        (b" GB ", "GB"),
        (b"", None),
        (b"XX", None),
        (b"xx", None),
        (b"ZZ", None),
        (b"T1", None),
        (b"D", None),
        (b"DEU", None),
        (b"DE, US", None),
        (b"\xc4\xd6", None),
        (b"\xc3\x84", None),
        (b"\xdf", None),
        (b"Germany", None),
    ],
)
def test_a_country_is_two_letters(value: bytes, country: str | None) -> None:
    assert read_country(value) == country


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (b"Berlin", "Berlin"),
        (b" New York ", "New York"),
        ("São Paulo".encode(), "São Paulo"),
        (b"S\xe3o Paulo", "São Paulo"),
        (b"S%C3%A3o%20Paulo", "São Paulo"),
        (b"S%E3o", "São"),
        (b"100%", "100%"),
        (b"BY", "BY"),
        (b"", None),
        (b"%20", None),
        (b"a%00b", None),
        (b"a\x7fb", None),
        (b"a%0D%0Ab", None),
        (b"x" * 385, None),
    ],
)
def test_a_place_is_text_however_it_is_encoded(value: bytes, place: str | None) -> None:
    assert read_place(value) == place


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_no_bytes_make_them_raise(value: bytes) -> None:
    assert read_country(value) is None or len(value.strip()) == 2
    place = read_place(value)
    assert place is None or place.isprintable()
