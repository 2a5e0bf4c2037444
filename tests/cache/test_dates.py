"""Dates of HTTP."""

from __future__ import annotations

import pytest

from edge.cache.dates import parse_date

SECONDS = 784111777.0


@pytest.mark.parametrize(
    "value",
    [b"Sun, 06 Nov 1994 08:49:37 GMT", b"Sunday, 06-Nov-94 08:49:37 GMT", b"Sun Nov  6 08:49:37 1994"],
)
def test_the_three_forms_are_one_date(value: bytes) -> None:
    assert parse_date(value) == SECONDS


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"0",
        b"-1",
        b"Sun, 06 Nov 1994 08:49:37 UTC",
        b"Sun, 06 Nov 1994 08:49:37 AEST",
        b"Sun, 6 Nov 1994 08:49:37 GMT",
        b"Sun, 06 Nov 94 08:49:37 GMT",
        b"Sun 06 Nov 1994 08:49:37 GMT",
        b"Sun, 06 nov 1994 08:49:37 GMT",
        b"Sun, 99 Nov 1994 08:49:37 GMT",
        b"Sun, 06 Foo 1994 08:49:37 GMT",
        b"Sun, 06 Nov 1994 08:49:61 GMT",
        b"Sun, 06 Nov 0000 08:49:37 GMT",
    ],
)
def test_what_only_looks_like_one_is_none(value: bytes) -> None:
    assert parse_date(value) is None


def test_two_digits_mean_the_year_that_is_near() -> None:
    assert parse_date(b"Sunday, 22-Nov-26 00:00:00 GMT") == 1795305600.0
