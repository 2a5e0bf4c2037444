"""Hosts: names, ports, and this very machine."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.visitors import is_loopback, needs_secure
from edge.visitors.hosts import same_host, split_host


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("example.com", ("example.com", "")),
        ("Example.COM.", ("example.com", "")),
        ("example.com:443", ("example.com", "")),
        ("example.com:80", ("example.com", "")),
        ("example.com:", ("example.com", "")),
        ("example.com:8080", ("example.com", "8080")),
        ("[::1]:8000", ("[::1]", "8000")),
        ("[2001:DB8::1]", ("[2001:db8::1]", "")),
        ("", ("", "")),
        ("a b", ("", "")),
        ("user@example.com", ("", "")),
        ("example.com/path", ("", "")),
        ("::1", ("", "")),
        ("example.com:999999", ("", "")),
        ("x" * 254, ("", "")),
    ],
)
def test_a_host_is_a_name_and_a_port(host: str, parts: tuple[str, str]) -> None:
    assert split_host(host) == parts


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST:8000", True),
        ("localhost.", True),
        ("shop.localhost", True),
        ("a.b.localhost:1", True),
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("127.255.3.4", True),
        ("[::1]:8000", True),
        ("", False),
        ("example.com", False),
        ("notlocalhost", False),
        ("localhost.example.com", False),
        (".localhost", False),
        ("127.0.0.1.example.com", False),
        ("128.0.0.1", False),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("[::2]", False),
        ("a b.localhost", False),
    ],
)
def test_loopback_names(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("scheme", "host", "secure"),
    [
        ("https", "example.com", True),
        ("https", "localhost", True),
        ("http", "example.com", True),
        ("http", "", True),
        ("http", "localhost:8000", False),
        ("ws", "127.0.0.1", False),
    ],
)
def test_only_plain_http_to_this_machine_goes_without_secure(scheme: str, host: str, secure: bool) -> None:
    assert needs_secure(scheme, host) is secure


def test_hosts_are_the_same_with_the_same_port() -> None:
    assert same_host("Example.com:443", "example.com")
    assert not same_host("example.com:8000", "example.com:8001")
    assert not same_host("", "")


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_makes_them_raise(one: str, other: str) -> None:
    assert isinstance(is_loopback(one), bool)
    assert isinstance(same_host(one, other), bool)


def test_nothing_long_is_remembered() -> None:
    host = "x" * 10_000 + ".localhost"
    held = sys.getrefcount(host)
    assert needs_secure("http", host)
    assert split_host(host) == ("", "")
    assert sys.getrefcount(host) == held
