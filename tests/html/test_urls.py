"""How far a URL's beginning settles where it leads."""

from __future__ import annotations

import pytest

from edge.html.urls import extend_url, reach, url_attribute


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "start"),
        (" \t", "start"),
        ("a", "name"),
        ("java", "name"),
        ("/", "path"),
        ("\\", "path"),
        ("&#47;", "path"),
        ("//", "host"),
        ("//a.example", "host"),
        ("/\\", "host"),
        ("/\t/a", "host"),
        ("https:", "host"),
        ("https:a", "host"),
        ("HTTPS://a", "host"),
        ("https://a/", "settled"),
        ("https://a?", "settled"),
        ("//a/b", "settled"),
        ("/a", "settled"),
        ("a/b:c", "settled"),
        ("?a", "settled"),
        ("#", "settled"),
        ("mailto:", "settled"),
        ("tel:+49", "settled"),
        ("javascript:", "unsafe"),
        (" java\nscript:a", "unsafe"),
        ("javascript&colon;", "unsafe"),
        ("javascript&#58;", "unsafe"),
        ("javascript&#5", "unsafe"),
        ("a&", "unsafe"),
        ("data:", "unsafe"),
        (":", "unsafe"),
        ("/a&", "settled"),
    ],
)
def test_reach(value: str, expected: str) -> None:
    assert reach(value) == expected


def test_url_attributes() -> None:
    assert all(map(url_attribute, ("href", "src", "xlink:href", "srcset", "formaction", "ping")))
    assert not any(map(url_attribute, ("title", "class", "hrefs", "data-href", "srcdoc")))


def test_what_is_settled_or_hopeless_stays_so() -> None:
    assert extend_url("href", "", "/a/b") == "?"
    assert reach(extend_url("href", extend_url("href", "", "javascript:"), "/")) == "unsafe"
    assert reach(extend_url("href", "a", "b" * 999)) == "unsafe"
    assert extend_url("href", "a", "&am") == "a&am"


def test_of_a_list_only_the_last_member_counts() -> None:
    assert extend_url("srcset", "", "/a.png 1x, ") == ""
    assert extend_url("srcset", "", "/a.png 1x, b") == "b"
    assert extend_url("ping", "javascript:", " /a") == "?"
