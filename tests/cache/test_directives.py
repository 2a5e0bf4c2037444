"""Cache-Control as it is written, and as it is meant to be misread."""

from __future__ import annotations

import pytest

from edge.cache.directives import parse_directives, seconds

READ = [
    (b"max-age=60", {b"max-age": [b"60"]}),
    (b"Max-Age=60 , PUBLIC", {b"max-age": [b"60"], b"public": [b""]}),
    (b'max-age="60"', {b"max-age": [b"60"]}),
    (b'a="no-store, max-age=1", b', {b"a": [b"no-store, max-age=1"], b"b": [b""]}),
    (b'a="\\"no-store, b", private', {b"a": [b'"no-store, b'], b"private": [b""]}),
    (b'a="no-store', {b"a": [b"no-store"]}),
    (b",, ,no-store,,", {b"no-store": [b""]}),
    (b"max-age=1, max-age=2", {b"max-age": [b"1", b"2"]}),
    (b"", {}),
]


@pytest.mark.parametrize(("value", "expected"), READ)
def test_directives_are_read(value: bytes, expected: dict[bytes, list[bytes]]) -> None:
    found = {name: arguments for name, arguments in parse_directives(value).items() if name}
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"max-age=60", 60),
        (b"max-age=0060", 60),
        (b"max-age=60, max-age=5", 5),
        (b"max-age=-1", 0),
        (b"max-age=1.5", 0),
        (b"max-age='60'", 0),
        (b"max-age=a60", 0),
        (b"max-age", 0),
        (b"max-age=" + b"9" * 30, 0),
        (b"s-maxage=60", None),
    ],
)
def test_seconds_that_cannot_be_read_are_none_at_all(value: bytes, expected: int | None) -> None:
    assert seconds(parse_directives(value), b"max-age") == expected


def test_a_megabyte_of_quotes_is_read_at_once() -> None:
    assert parse_directives(b'"' * 1_000_001 + b",no-store")
    assert parse_directives(b'\\"' * 500_000)
