"""Conditional requests and ranges, answered from what is kept."""

from __future__ import annotations

import pytest

from tests.cache.asking import cached, fresh, note, site_of
from tests.page.raw import Answer, ask

TAGGED = fresh(60, (b"etag", b'"one"'), (b"last-modified", b"Sun, 06 Nov 1994 08:49:37 GMT"))
TEXT = b"0123456789"


def asked(*headers: tuple[bytes, bytes], method: str = "GET") -> Answer:
    cache = cached(site_of([*TAGGED, (b"content-type", b"text/plain")], body=TEXT))
    ask(cache)
    answer = ask(cache, "/", headers, method)
    assert note(answer) == b"Edge; hit; ttl=60"
    return answer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"if-none-match", b'"one"'),
        (b"if-none-match", b'W/"one"'),
        (b"if-none-match", b'"zero", "one", "two"'),
        (b"if-none-match", b"*"),
        (b"if-modified-since", b"Sun, 06 Nov 1994 08:49:37 GMT"),
        (b"if-modified-since", b"Sunday, 06-Nov-94 08:49:38 GMT"),
    ],
)
def test_who_has_it_already_is_told_so(name: bytes, value: bytes) -> None:
    answer = asked((name, value))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.header(b"etag") == b'"one"'
    assert answer.header(b"content-type") is None
    assert answer.header(b"content-length") is None


@pytest.mark.parametrize(
    "headers",
    [
        [(b"if-none-match", b'"two"')],
        [(b"if-none-match", b"one")],
        [(b"if-none-match", b'"two"'), (b"if-modified-since", b"Sun, 06 Nov 2094 08:49:37 GMT")],
        [(b"if-modified-since", b"Sun, 06 Nov 1994 08:49:36 GMT")],
        [(b"if-modified-since", b"yesterday")],
    ],
)
def test_who_has_another_gets_it(headers: list[tuple[bytes, bytes]]) -> None:
    answer = asked(*headers)
    assert (answer.status, answer.body) == (200, TEXT)


@pytest.mark.parametrize(
    ("wanted", "part", "place"),
    [
        (b"bytes=0-0", b"0", b"bytes 0-0/10"),
        (b"bytes=2-4", b"234", b"bytes 2-4/10"),
        (b"Bytes = 8-", b"89", b"bytes 8-9/10"),
        (b"bytes=8-100", b"89", b"bytes 8-9/10"),
        (b"bytes=-3", b"789", b"bytes 7-9/10"),
        (b"bytes=-100", TEXT, b"bytes 0-9/10"),
    ],
)
def test_a_part_is_cut_from_the_whole(wanted: bytes, part: bytes, place: bytes) -> None:
    answer = asked((b"range", wanted))
    assert (answer.status, answer.body, answer.header(b"content-range")) == (206, part, place)
    assert answer.header(b"content-length") == b"%d" % len(part)


@pytest.mark.parametrize("wanted", [b"bytes=10-", b"bytes=10-20", b"bytes=-0"])
def test_a_part_that_is_not_there(wanted: bytes) -> None:
    answer = asked((b"range", wanted))
    assert (answer.status, answer.body, answer.header(b"content-range")) == (416, b"", b"bytes */10")


@pytest.mark.parametrize(
    "wanted",
    [b"bytes=4-2", b"bytes=0-1,3-4", b"bytes=-", b"lines=1-2", b"bytes=a-b", b"0-1", b"bytes=" + b"9" * 99],
)
def test_what_is_no_single_part_gets_the_whole(wanted: bytes) -> None:
    answer = asked((b"range", wanted))
    assert (answer.status, answer.body) == (200, TEXT)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (b'"one"', 206),
        (b"Sun, 06 Nov 1994 08:49:37 GMT", 206),
        (b'W/"one"', 200),
        (b'"two"', 200),
        (b"Sun, 06 Nov 1994 08:49:38 GMT", 200),
    ],
)
def test_a_part_is_only_of_the_same(condition: bytes, status: int) -> None:
    assert asked((b"range", b"bytes=0-1"), (b"if-range", condition)).status == status


def test_head_gets_the_headers() -> None:
    answer = asked(method="HEAD")
    assert (answer.status, answer.body, answer.header(b"content-length")) == (200, b"", b"10")


def test_a_part_of_what_is_not_kept_is_the_sites_affair() -> None:
    site = site_of([*TAGGED, (b"content-range", b"bytes 0-1/10")], 206, b"01")
    cache = cached(site)
    for _ in range(2):
        answer = ask(cache, "/", [(b"range", b"bytes=0-1")])
        assert (answer.status, answer.body) == (206, b"01")
        assert site.header(b"range") == b"bytes=0-1"
    assert site.times == 2


def test_a_condition_on_what_is_not_kept_is_the_sites_affair() -> None:
    site = site_of([(b"etag", b'"one"')], 304, b"")
    cache = cached(site)
    for _ in range(2):
        assert ask(cache, "/", [(b"if-none-match", b'"one"')]).status == 304
    assert site.times == 2
    assert len(cache.memory.store) == 0


def test_an_error_that_is_kept_has_no_parts() -> None:
    cache = cached(site_of(TAGGED, 404, TEXT))
    ask(cache)
    assert ask(cache, "/", [(b"range", b"bytes=0-1"), (b"if-none-match", b'"one"')]).status == 404
