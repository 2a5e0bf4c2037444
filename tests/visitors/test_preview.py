"""Preview tokens and who may ask for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.types import Headers
from edge.visitors import Keys, Preview, Previews, is_same_origin
from edge.visitors.tokens import COOKIE, SKEW, Tokens

NOW = 1_800_000_000
KEYS = Keys((b"a key of thirty-two bytes, first!",))
PREVIEWS = Previews(KEYS)
HOST = "example.com"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=50))
def test_a_preview_is_as_the_persona_it_was_made_for(persona: str) -> None:
    token = PREVIEWS.make(HOST, persona, NOW)
    assert PREVIEWS.read(token, HOST, NOW) == Preview(persona, NOW)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."), "safe anywhere"


def test_without_a_persona_it_is_as_oneself() -> None:
    assert PREVIEWS.read(PREVIEWS.make(HOST, "", NOW), HOST, NOW) == Preview(None, NOW)


@pytest.mark.parametrize("host", ["EXAMPLE.com", "example.com:443", "example.com."])
def test_it_holds_on_its_host_however_that_is_written(host: str) -> None:
    assert PREVIEWS.read(PREVIEWS.make(HOST, "Ann", NOW), host, NOW)


@pytest.mark.parametrize("host", ["", "www.example.com", "example.com:8000", "example.com.evil", "com"])
def test_it_holds_on_no_other_host(host: str) -> None:
    assert PREVIEWS.read(PREVIEWS.make(HOST, "Ann", NOW), host, NOW) is None


def test_a_token_for_no_host_holds_nowhere() -> None:
    assert PREVIEWS.read(PREVIEWS.make("", "Ann", NOW), "", NOW) is None


@pytest.mark.parametrize(
    ("age", "holds"),
    [(-SKEW - 1, False), (-SKEW, True), (12 * 3600 + SKEW, True), (12 * 3600 + SKEW + 1, False)],
)
def test_it_holds_for_twelve_hours(age: int, holds: bool) -> None:
    assert (PREVIEWS.read(PREVIEWS.make(HOST, "Ann", NOW), HOST, NOW + age) is not None) is holds


def test_forged_and_foreign_tokens_grant_nothing() -> None:
    token = PREVIEWS.make(HOST, "Ann", NOW)
    as_cookie = Tokens(KEYS, COOKIE).sign(token.rpartition(".")[0].rpartition(".")[0].encode(), NOW)
    for other in ("", "x", token[:-1], token + "=", "A" + token, token + "A" * 5000, "é" + token, "\ud800"):
        assert PREVIEWS.read(other, HOST, NOW) is None
    assert PREVIEWS.read(as_cookie, HOST, NOW) is None
    assert Previews(Keys((b"a key of thirty-two bytes, other!",))).read(token, HOST, NOW) is None


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_reading_raise(token: bytes) -> None:
    assert PREVIEWS.read(token, HOST, NOW) is None
    assert PREVIEWS.read_cookie([token, b"__Host-edge-preview=" + token], HOST, True, NOW) is None


@pytest.mark.parametrize(
    ("secure", "name", "flags"),
    [
        (True, b"__Host-edge-preview", b"; Path=/; Secure; HttpOnly; SameSite=Lax"),
        (False, b"edge-preview", b"; Path=/; HttpOnly; SameSite=Lax"),
    ],
)
def test_its_cookie_lasts_for_the_browsers_session(secure: bool, name: bytes, flags: bytes) -> None:
    token = PREVIEWS.make(HOST, "Ann", NOW)
    header = PREVIEWS.set_cookie(token, secure)
    assert header == name + b"=" + token.encode() + flags
    pair = header.partition(b";")[0]
    assert PREVIEWS.read_cookie([b"a=1", b"b=2; " + pair], HOST, secure, NOW) == Preview("Ann", NOW)
    assert PREVIEWS.read_cookie([pair], HOST, not secure, NOW) is None
    assert PREVIEWS.delete_cookie(secure) == name + b"=; Max-Age=0" + flags


def test_the_visitors_cookie_is_no_preview() -> None:
    token = PREVIEWS.make(HOST, "Ann", NOW).encode()
    assert PREVIEWS.read_cookie([b"__Host-edge=" + token], HOST, True, NOW) is None
    assert PREVIEWS.read_cookie([], HOST, True, NOW) is None


def fetch(site: str | None = None, origin: str | None = None) -> Headers:
    pairs = [(b"sec-fetch-site", site), (b"origin", origin)]
    return [(name, value.encode()) for name, value in pairs if value is not None]


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        (fetch("same-origin"), True),
        (fetch("none"), True),
        (fetch("same-origin", "https://example.com"), True),
        (fetch("same-site"), False),
        (fetch("cross-site"), False),
        (fetch("cross-site", "https://example.com"), False),
        (fetch("Same-Origin"), False),
        (fetch(""), False),
        (fetch("same-origin") + fetch("cross-site"), False),
        (fetch("same-origin") * 2, False),
        (fetch(None, "https://example.com"), True),
        (fetch(None, "http://EXAMPLE.com:80"), True),
        (fetch(None, "https://example.com:8443"), False),
        (fetch(None, "https://evil.com"), False),
        (fetch(None, "https://example.com.evil.com"), False),
        (fetch(None, "https://evil.com/example.com"), False),
        (fetch(None, "null"), False),
        (fetch(None, ""), False),
        (fetch(None, "example.com"), False),
        (fetch(None, "https://example.com") * 2, False),
        ([], False),
    ],
)
def test_only_a_page_of_the_host_itself_may_change_a_preview(headers: Headers, allowed: bool) -> None:
    assert is_same_origin(headers, "example.com") is allowed


def test_a_request_without_a_host_is_from_nowhere() -> None:
    assert not is_same_origin(fetch(None, "null"), "")
    assert not is_same_origin(fetch(None, "https://"), "")
