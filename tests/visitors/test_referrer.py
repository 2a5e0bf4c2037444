"""Where visitors come from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.facts import BUILTIN
from edge.visitors import referrer
from edge.visitors.referrer import NO_REFERRER, read_referrer


@pytest.mark.parametrize(
    ("url", "host", "kind"),
    [
        ("https://www.google.com/", "google.com", "search"),
        ("https://www.google.co.uk/url?q=x", "google.co.uk", "search"),
        ("https://google.de", "google.de", "search"),
        ("http://www.google.com.br/", "google.com.br", "search"),
        ("https://docs.google.com/document/d/1", "docs.google.com", "other"),
        ("https://google.com.evil.example/", "google.com.evil.example", "other"),
        ("https://notgoogle.com/", "notgoogle.com", "other"),
        ("https://www.bing.com/", "bing.com", "search"),
        ("https://cn.bing.com/", "cn.bing.com", "search"),
        ("https://duckduckgo.com/", "duckduckgo.com", "search"),
        ("https://search.yahoo.com/", "search.yahoo.com", "search"),
        ("https://r.search.yahoo.com/_ylt=1", "r.search.yahoo.com", "search"),
        ("https://de.search.yahoo.com/", "de.search.yahoo.com", "search"),
        ("https://yandex.ru/", "yandex.ru", "search"),
        ("https://yandex.com.tr/", "yandex.com.tr", "search"),
        ("https://m.baidu.com/", "m.baidu.com", "search"),
        ("https://www.ecosia.org/", "ecosia.org", "search"),
        (
            "android-app://com.google.android.googlequicksearchbox/",
            "com.google.android.googlequicksearchbox",
            "search",
        ),
        ("https://l.facebook.com/", "l.facebook.com", "social"),
        ("https://m.facebook.com", "m.facebook.com", "social"),
        ("http://t.co/abc", "t.co", "social"),
        ("https://www.t.co/abc", "t.co", "social"),
        ("https://at.co/", "at.co", "other"),
        ("https://x.com/", "x.com", "social"),
        ("https://netflix.com/", "netflix.com", "other"),
        ("https://www.linkedin.com/feed/", "linkedin.com", "social"),
        ("https://out.reddit.com/", "out.reddit.com", "social"),
        ("https://www.pinterest.de/", "pinterest.de", "social"),
        ("https://de.pinterest.com/", "de.pinterest.com", "social"),
        ("https://go.bsky.app/", "go.bsky.app", "social"),
        ("https://news.ycombinator.com/", "news.ycombinator.com", "social"),
        ("android-app://com.linkedin.android/", "com.linkedin.android", "social"),
        ("https://mail.google.com/mail/u/0", "mail.google.com", "mail"),
        ("https://outlook.live.com/", "outlook.live.com", "mail"),
        ("https://mail.proton.me/", "mail.proton.me", "mail"),
        ("https://webmail.example.org/", "webmail.example.org", "mail"),
        ("https://mail.ru/", "mail.ru", "other"),
        ("https://e.mail.ru/", "e.mail.ru", "mail"),
        ("https://deref-gmx.net/mail/client", "deref-gmx.net", "mail"),
        ("android-app://com.google.android.gm", "com.google.android.gm", "mail"),
        ("https://example.org/page?q=1#x", "example.org", "other"),
        ("HTTPS://EXAMPLE.ORG:8443/", "example.org", "other"),
        ("https://example.org./", "example.org", "other"),
        ("https://user:pass@example.org/", "example.org", "other"),
        ("https://[2001:db8::1]:80/", "[2001:db8::1]", "other"),
        ("https://192.0.2.7/", "192.0.2.7", "other"),
        ("https://shop.example/", "shop.example", "site"),
        ("https://www.shop.example/page", "shop.example", "site"),
        ("http://SHOP.example:8080/", "shop.example", "site"),
        ("https://blog.shop.example/", "blog.shop.example", "other"),
    ],
)
def test_a_referrer_is_a_host_and_a_kind(url: str, host: str, kind: str) -> None:
    found = read_referrer(url, "www.shop.example:443")
    assert (found.url, found.host, found.kind) == (url, host, kind)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "about:blank",
        "/page",
        "//example.org/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://a b/",
        "x",
    ],
)
def test_what_is_no_address_of_a_page_says_nothing(url: str) -> None:
    assert read_referrer(url, "shop.example") == NO_REFERRER


def test_a_site_without_a_host_has_no_pages_of_its_own() -> None:
    assert read_referrer("https://example.org/", "").kind == "other"


def test_every_entry_of_the_table_is_found_and_is_of_a_declared_kind() -> None:
    choices = next(fact.choices for fact in BUILTIN if fact.name == "referrer.kind")
    for host, kind in referrer._KINDS.items():
        assert kind in choices
        assert read_referrer(f"https://{host}/", "shop.example").kind == kind
        assert read_referrer(f"https://sub.{host}/", "shop.example").kind == kind
        shorter = host.partition(".")[2]
        assert referrer._KINDS.get(shorter) != kind, f"{host} is said by {shorter} already"


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_makes_it_raise(text: str, host: str) -> None:
    read_referrer(text, host)
    assert read_referrer("https://" + text, host).url in (None, "https://" + text)


def test_long_hosts_are_nothing_and_patterns_never_go_back() -> None:
    assert read_referrer("https://" + "a." * 100_000, "shop.example") == NO_REFERRER
    assert read_referrer("https://" + "a@" * 100_000, "shop.example") == NO_REFERRER
    assert not re.search(r"\][*+](?!\+)", referrer._URL.pattern), "every repeat in it is possessive"
