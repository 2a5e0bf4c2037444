"""Consent, as a site's banner leaves it behind."""

from __future__ import annotations

import pytest

from edge.types import Headers
from edge.visitors import Consent

YES = frozenset({"yes", "all"})


def cookie(*lines: bytes) -> Headers:
    return [(b"host", b"example.com"), *((b"cookie", line) for line in lines)]


def test_where_none_is_needed_everybody_has_given_it() -> None:
    assert Consent().allowed([])


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ([], False),
        (cookie(b"consent=1"), True),
        (cookie(b"a=1; consent=anything; b=2"), True),
        (cookie(b"a=1", b"consent=1"), True),
        (cookie(b"consent="), False),
        (cookie(b"consent"), False),
        (cookie(b"Consent=1"), False),
        (cookie(b"xconsent=1; consents=1; a=consent=1"), False),
    ],
)
def test_presence_of_a_cookie(headers: Headers, allowed: bool) -> None:
    assert Consent(cookie="consent").allowed(headers) is allowed


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (b"yes", True),
        (b"all", True),
        (b'"yes"', True),
        (b"Yes", False),
        (b"yes!", False),
        (b"ye", False),
        (b"%79es", False),
        (b"no", False),
        (b"", False),
        (b"\xff", False),
    ],
)
def test_value_of_a_cookie_exactly(value: bytes, allowed: bool) -> None:
    assert Consent(cookie="consent", values=YES).allowed(cookie(b"consent=" + value)) is allowed


def test_a_yes_beside_a_no_is_no() -> None:
    assert Consent(cookie="c", values=YES).allowed(cookie(b"c=yes; c=all"))
    assert not Consent(cookie="c", values=YES).allowed(cookie(b"c=yes; c=no"))
    assert not Consent(cookie="c", values=YES).allowed(cookie(b"c=yes", b"c=no"))


@pytest.mark.parametrize(
    ("headers", "values", "allowed"),
    [
        ([], frozenset(), False),
        ([(b"x-consent", b"1")], frozenset(), True),
        ([(b"x-consent", b"")], frozenset(), False),
        ([(b"x-consent", b"yes")], YES, True),
        ([(b"x-consent", b"no")], YES, False),
        ([(b"x-consent", b"yes"), (b"x-consent", b"no")], YES, False),
        ([(b"cookie", b"X-Consent=yes")], YES, False),
    ],
)
def test_presence_or_value_of_a_header_of_any_case(
    headers: Headers, values: frozenset[str], allowed: bool
) -> None:
    assert Consent(header="X-Consent", values=values).allowed(headers) is allowed


def test_a_cookie_and_a_header_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match="not by both"):
        Consent(cookie="a", header="b")
