"""Lines of the access log: what they say, and that nobody can forge one."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.door.entry import FORMATS, LONGEST, Entry

AT = 1795320306.5  # Sunday 22 November 2026, 04:05:06.5 UTC

ENTRY = Entry(
    at=AT,
    client="203.0.113.9",
    status=200,
    method="GET",
    target=b"/a?b=c",
    size=67,
    seconds=0.0123456,
    referrer=b"https://other.example/",
    agent=b"Tester/1.0",
    host=b"shop.example",
    scheme="https",
    tailored=("hero",),
    cache=b"Edge; hit",
)


def test_the_common_format_is_that_of_ncsa() -> None:
    line = b'203.0.113.9 - - [22/Nov/2026:04:05:06 +0000] "GET /a?b=c HTTP/1.1" 200 67\n'
    assert FORMATS["common"](ENTRY) == line


def test_the_combined_format_is_that_of_apache_and_nginx() -> None:
    line = FORMATS["combined"](ENTRY)
    assert line.startswith(FORMATS["common"](ENTRY)[:-1])
    assert line.endswith(b' "https://other.example/" "Tester/1.0"\n')


def test_json_says_more() -> None:
    assert json.loads(FORMATS["json"](ENTRY)) == {
        "time": "2026-11-22T04:05:06.500Z",
        "client": "203.0.113.9",
        "method": "GET",
        "target": "/a?b=c",
        "version": "1.1",
        "scheme": "https",
        "host": "shop.example",
        "status": 200,
        "bytes": 67,
        "ms": 12.35,
        "referrer": "https://other.example/",
        "agent": "Tester/1.0",
        "tailored": ["hero"],
        "cache": "Edge; hit",
    }


def test_what_was_refused_has_no_request() -> None:
    refused = Entry(AT, "unix", 400)
    assert FORMATS["common"](refused) == b'unix - - [22/Nov/2026:04:05:06 +0000] "-" 400 -\n'
    assert FORMATS["combined"](refused).endswith(b'"-" 400 0 "-" "-"\n')


@pytest.mark.parametrize(("status", "shown"), [(200, b" 499 "), (502, b" 502 ")])
def test_an_aborted_answer_shows_in_every_format(status: int, shown: bytes) -> None:
    aborted = Entry(AT, "::1", status, "GET", b"/", aborted=True)
    assert shown in FORMATS["combined"](aborted)
    assert json.loads(FORMATS["json"](aborted))["aborted"] is True


COMBINED = re.compile(
    rb'[0-9a-f.:]+ - - \[[^]]+\] "[A-Z]+ [!#-\[\]-~]*(?:\\x[0-9A-F]{2}[!#-\[\]-~]*)*(?: HTTP/1\.1)" \d{3} \d+'
    rb' "[ !#-~]*" "[ !#-~]*"\n'
)
ANY = st.binary(max_size=60)


@given(ANY, ANY, ANY)
def test_nothing_that_a_visitor_sends_forges_a_line_or_a_field(
    target: bytes, referrer: bytes, agent: bytes
) -> None:
    entry = Entry(AT, "::1", 200, "GET", target.replace(b" ", b""), referrer=referrer, agent=agent, host=agent)
    line = FORMATS["combined"](entry)
    assert COMBINED.fullmatch(line), line
    assert line.count(b'"') == 6
    found = FORMATS["json"](entry)
    assert found.count(b"\n") == 1
    assert found.isascii()
    assert json.loads(found)["client"] == "::1"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("byte", [b"a", b'"', b"\\", b"\xff"])
def test_a_line_is_never_longer_than_what_is_written_in_one_go(name: str, byte: bytes) -> None:
    much = byte * 16_000
    entry = Entry(AT, "::1", 200, "GET", much, referrer=much, agent=much, host=much, cache=much)
    entry.tailored = ("s" * 100,) * 100
    line = FORMATS[name](entry)
    assert len(line) <= LONGEST
    assert line.endswith(b"\n")
