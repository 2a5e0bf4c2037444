"""What may be kept, for how long, and for whom: RFC 9111 for a shared cache."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest

from edge.cache import CacheSettings
from edge.cache.asked import Asked, Cookies, read_request
from edge.cache.terms import Moment, Terms, kept_headers, read_terms
from edge.types import Headers
from tests.cache.asking import BROWSER, NOW
from tests.page.raw import Pairs, scope_of

BEGAN, CAME = Moment(1000.0, NOW), Moment(1000.5, NOW + 0.5)
TAG = (b"etag", b'"1"')


def asked(headers: Pairs = BROWSER) -> Asked:
    found = read_request(scope_of("/", headers), Cookies())
    assert isinstance(found, Asked)
    return found


def terms(*headers: tuple[bytes, bytes], status: int = 200, **settings: Any) -> Terms | str:
    return read_terms(asked(), status, list(headers), BEGAN, CAME, CacheSettings(on=True, **settings))


def good(*headers: tuple[bytes, bytes], status: int = 200, **settings: Any) -> Terms:
    found = terms(*headers, status=status, **settings)
    assert isinstance(found, Terms), found
    return found


def control(value: bytes) -> tuple[bytes, bytes]:
    return b"cache-control", value


def at(seconds: float) -> bytes:
    return formatdate(NOW + seconds, usegmt=True).encode()


NEVER = [
    ([control(b"max-age=60"), (b"set-cookie", b"a=b")], "set-cookie"),
    ([control(b"max-age=60"), (b"set-cookie2", b"a=b")], "set-cookie"),
    ([control(b"max-age=60, No-Store")], "no-store"),
    ([control(b"max-age=60"), control(b"no-store")], "no-store"),
    ([control(b"public, max-age=60, private")], "private"),
    ([control(b'private="x-secret", max-age=60')], "private"),
    ([control(b"max-age=60"), (b"vary", b"*")], "vary"),
    ([control(b"max-age=60"), (b"vary", b"accept, *")], "vary"),
    ([control(b"max-age=60"), (b"vary", b"accept"), (b"vary", b" *")], "vary"),
    ([control(b"max-age=60"), (b"content-type", b"text/event-stream")], "event-stream"),
    ([control(b"max-age=60"), (b"surrogate-control", b"no-store")], "no-store"),
    ([control(b"max-age=60"), (b"cdn-cache-control", b"private")], "private"),
    ([], "no-freshness"),
    ([control(b"public")], "no-freshness"),
    ([(b"expires", b"0")], "no-freshness"),
]


@pytest.mark.parametrize(("headers", "why"), NEVER)
def test_what_is_never_kept(headers: Headers, why: str) -> None:
    assert terms(*headers) == why


@pytest.mark.parametrize("status", [206, 304, 400, 401, 412, 413, 416, 417, 421, 429, 431])
def test_what_a_status_says_of_the_request_is_not_kept(status: int) -> None:
    assert terms(control(b"max-age=60"), status=status) == "status"


@pytest.mark.parametrize("status", [200, 203, 204, 301, 302, 307, 308, 404, 410, 500, 503])
def test_what_the_site_says_is_good_is_good(status: int) -> None:
    assert good(control(b"max-age=60"), status=status).lifetime == 60


@pytest.mark.parametrize("status", [404, 500, 502, 503, 504])
def test_an_error_is_not_kept_to_be_asked_about(status: int) -> None:
    assert terms(TAG, status=status) == "no-freshness"


def test_a_status_that_has_to_be_understood_is() -> None:
    assert isinstance(terms(control(b"max-age=60, must-understand")), Terms)
    assert terms(control(b"max-age=60, must-understand"), status=599) == "status"


LIFETIMES = [
    ([control(b"max-age=60")], 60),
    ([control(b"max-age=60, s-maxage=5")], 5),
    ([control(b"s-maxage=5, max-age=60")], 5),
    ([control(b"max-age=60"), control(b"s-maxage=5")], 5),
    ([control(b"max-age=0, s-maxage=5"), (b"expires", b"0")], 5),
    ([control(b"max-age=99999999999")], 2**31),
    ([control(b"max-age=60"), (b"expires", at(-100))], 60),
    ([(b"expires", at(100)), (b"date", at(0))], 100),
    ([(b"expires", at(100)), (b"date", b"nonsense")], 99.5),
    ([control(b"max-age=60"), (b"surrogate-control", b"max-age=5;other")], 5),
    ([control(b"max-age=60"), (b"cdn-cache-control", b"max-age=100")], 60),
]


@pytest.mark.parametrize(("headers", "seconds"), LIFETIMES)
def test_how_long_an_answer_is_good(headers: Headers, seconds: float) -> None:
    assert good(*headers).lifetime == seconds


@pytest.mark.parametrize(
    "headers",
    [
        [TAG],
        [TAG, control(b"max-age=0")],
        [TAG, control(b"max-age=1, max-age=0")],
        [TAG, (b"expires", at(-1))],
        [TAG, (b"expires", at(100)), (b"expires", at(100))],
        [TAG, control(b"no-cache, max-age=60")],
        [TAG, control(b'no-cache="x", max-age=60')],
        [TAG, (b"pragma", b"no-cache")],
        [(b"last-modified", at(-100000))],
        [control(b"max-age=60"), (b"age", b"60")],
        [control(b"max-age=60"), (b"age", b"-1")],
        [control(b"max-age=60"), (b"age", b"1.5")],
        [control(b"max-age=60"), (b"age", b"old")],
        [control(b"max-age=60"), (b"age", b"0, 0")],
        [control(b"max-age=60"), (b"age", b"0"), (b"age", b"0")],
        [control(b"max-age=60"), (b"date", at(-61))],
    ],
)
def test_what_is_kept_only_to_be_asked_about(headers: Headers) -> None:
    found = good(*headers)
    assert not found.is_fresh(CAME.ticks)
    assert not found.can_be_shared


def test_what_says_nothing_is_good_for_as_long_as_the_operator_says() -> None:
    assert good(default_seconds=30).lifetime == 30
    assert good(control(b"public"), default_seconds=30).lifetime == 30


@pytest.mark.parametrize(
    "headers",
    [
        [control(b"no-cache")],
        [control(b"max-age=0")],
        [(b"expires", b"0")],
        [(b"pragma", b"no-cache")],
    ],
)
def test_what_says_something_is_not_good_for_longer(headers: Headers) -> None:
    found = terms(*headers, default_seconds=30)
    assert found == "no-freshness"


@pytest.mark.parametrize("status", [204, 302, 403, 404, 410, 500, 503])
def test_errors_and_passing_answers_say_it_themselves(status: int) -> None:
    assert terms(status=status, default_seconds=30) == "no-freshness"


def test_an_answer_grows_old() -> None:
    found = good(control(b"max-age=60"), (b"age", b"10"))
    assert found.age == 10.5  # and half a second on its way
    assert found.age_at(1010.5) == 20.5
    assert found.left(1010.5) == 39.5
    assert found.is_fresh(1049.0)
    assert not found.is_fresh(1050.5)


def test_no_clock_that_goes_back_makes_it_younger() -> None:
    found = good(control(b"max-age=60"))
    assert found.age_at(CAME.ticks - 1000) == found.age


def test_the_date_tells_how_old_it_came() -> None:
    assert good(control(b"max-age=60"), (b"date", at(-20))).age == 20.5
    assert good(control(b"max-age=60"), (b"date", at(20))).age == 0.5


STALE = [
    (b"max-age=60", (7.0, 9.0)),
    (b"max-age=60, stale-while-revalidate=3, stale-if-error=4", (3.0, 4.0)),
    (b"max-age=60, must-revalidate", (0.0, 0.0)),
    (b"max-age=60, must-revalidate, stale-if-error=4", (0.0, 0.0)),
    (b"max-age=60, proxy-revalidate", (0.0, 0.0)),
    (b"max-age=60, no-cache, stale-if-error=4", (0.0, 0.0)),
    (b"s-maxage=60", (0.0, 0.0)),
    (b"s-maxage=60, stale-while-revalidate=3", (3.0, 0.0)),
    (b"max-age=0, stale-while-revalidate=3", (3.0, 9.0)),
]


@pytest.mark.parametrize(("value", "expected"), STALE)
def test_what_is_stale_is_used_where_nobody_forbids_it(value: bytes, expected: tuple[float, float]) -> None:
    found = good(TAG, control(value), stale_while_revalidate=7, stale_if_error=9)
    assert (found.while_revalidating, found.if_error) == expected


def test_what_was_never_fresh_is_not_given_stale_because_of_a_setting() -> None:
    assert good(TAG, stale_while_revalidate=7).while_revalidating == 0


def test_what_chose_it_is_kept_with_it() -> None:
    found = good(control(b"max-age=60"), (b"vary", b"Accept-Language, X-Nothing"))
    assert found.varying == ((b"accept-language", b"de"), (b"x-nothing", None))


def test_what_is_compressed_is_for_those_who_can_read_it() -> None:
    found = good(control(b"max-age=60"), (b"content-encoding", b"gzip"))
    assert found.varying == ((b"accept-encoding", b"gzip"),)


def test_what_belongs_to_the_connection_is_not_kept() -> None:
    headers = [(b"connection", b"X-Hop, close"), (b"x-hop", b"1"), (b"keep-alive", b"1"), (b"te", b"1"), TAG]
    assert kept_headers(headers) == [TAG]


def test_terms_are_values() -> None:
    assert replace(good(control(b"max-age=60")), age=0.0) != good(control(b"max-age=60"))
