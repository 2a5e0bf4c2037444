"""Signed tokens: the forging matrix."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import Signer

from edge.errors import TokenError
from edge.visitors import Keys
from edge.visitors.tokens import COOKIE, PREVIEW, SKEW, Kind, Tokens

NOW = 1_800_000_000
KEYS = Keys((b"a key of thirty-two bytes, first!", b"a key of thirty-two bytes, second"))
TOKENS = Tokens(KEYS, COOKIE)
KINDS = [COOKIE, PREVIEW, Kind("edge.link", 3600)]


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2**40))
def test_what_was_signed_comes_back_with_its_time(payload: bytes, now: int) -> None:
    signed = TOKENS.verify(TOKENS.sign(payload, now), now)
    assert (signed.payload, signed.signed_at) == (payload, now)


@pytest.mark.parametrize("made", KINDS, ids=lambda kind: kind.salt)
@pytest.mark.parametrize("read", KINDS, ids=lambda kind: kind.salt)
def test_no_kind_verifies_as_another(made: Kind, read: Kind) -> None:
    token = Tokens(KEYS, made).sign(b"payload", NOW)
    if made is read:
        assert Tokens(KEYS, read).verify(token, NOW).payload == b"payload"
    else:
        with pytest.raises(TokenError, match="not ours"):
            Tokens(KEYS, read).verify(token, NOW)


def test_each_kind_has_its_own_age() -> None:
    assert PREVIEW.max_age == 12 * 3600
    assert COOKIE.max_age == 400 * 86_400
    Tokens(KEYS, COOKIE).verify(Tokens(KEYS, COOKIE).sign(b"", NOW), NOW + 86_400)
    with pytest.raises(TokenError, match="too old"):
        Tokens(KEYS, PREVIEW).verify(Tokens(KEYS, PREVIEW).sign(b"", NOW), NOW + 86_400)


@pytest.mark.parametrize("age", [-SKEW, -1, 0, 1, 3600, 3600 + SKEW])
def test_clocks_may_differ_by_two_minutes(age: int) -> None:
    tokens = Tokens(KEYS, Kind("edge.link", 3600))
    assert tokens.verify(tokens.sign(b"p", NOW), NOW + age).signed_at == NOW


@pytest.mark.parametrize("age", [-SKEW - 1, 3600 + SKEW + 1, -NOW, 10**15])
def test_but_not_by_more(age: int) -> None:
    tokens = Tokens(KEYS, Kind("edge.link", 3600))
    with pytest.raises(TokenError, match="too old, or from the future"):
        tokens.verify(tokens.sign(b"p", NOW), NOW + age)


def test_the_newest_key_signs_and_any_key_verifies() -> None:
    token = TOKENS.sign(b"p", NOW)
    assert Tokens(Keys(KEYS.secrets[1:]), COOKIE).verify(token, NOW).payload == b"p"
    more = Keys((*KEYS.secrets, b"a third key, newer than the others"))
    assert Tokens(more, COOKIE).verify(token, NOW).payload == b"p"
    with pytest.raises(TokenError):
        Tokens(Keys(KEYS.secrets[:1]), COOKIE).verify(token, NOW)


def test_exactly_one_text_verifies() -> None:
    """base64 alone would take up to four last characters, padding, and any byte that is not of its alphabet."""
    token = TOKENS.sign(b"payload", NOW)
    alphabet = (string.ascii_letters + string.digits + "-_=+/. !\n\x00").encode()
    others = {token[:at] + bytes([byte]) + token[at + 1 :] for at in range(len(token)) for byte in alphabet}
    others |= {token[:at] + bytes([byte]) + token[at:] for at in range(len(token) + 1) for byte in alphabet}
    others |= {token[:at] for at in range(len(token))} | {token + b"=" * n for n in range(1, 5)}
    for other in others - {token}:
        with pytest.raises(TokenError):
            TOKENS.verify(other, NOW)


def test_the_library_alone_would_take_more_than_one() -> None:
    """What the test above guards against is real."""
    signer = Signer(b"k" * 16)
    assert signer.validate(signer.sign(b"p") + b"=")


@pytest.mark.parametrize(
    "token", [b"", b".", b"..", b"...", b"a", b"a.b.c", b".1800000000.", b"\xff.\xff.\xff", b"a.b." + b"=" * 43]
)
def test_what_is_no_token_does_not_verify(token: bytes) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(token, NOW)


def test_a_text_signed_with_our_key_but_without_a_time_does_not_verify() -> None:
    signer = TOKENS._signer
    for text in (b"payload", b"payload.", b"payload.soon"):
        with pytest.raises(TokenError):
            TOKENS.verify(signer.sign(text), NOW)


def test_signatures_are_sha256_under_a_key_derived_by_hmac() -> None:
    """SHA-1 is the library's default."""
    signature = TOKENS.sign(b"p", NOW).rpartition(b".")[2]
    assert len(base64.urlsafe_b64decode(signature + b"=")) == 32
    assert TOKENS._signer.key_derivation == "hmac"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(token: bytes) -> None:
    with pytest.raises(TokenError):
        TOKENS.verify(token, NOW)


def test_an_error_does_not_carry_the_token() -> None:
    token = TOKENS.sign(b"payload", NOW)
    with pytest.raises(TokenError) as caught:
        TOKENS.verify(token + b"A", NOW)
    with pytest.raises(TokenError) as foreign:
        Tokens(Keys((b"another key entirely, long",)), COOKIE).verify(token, NOW)
    for error in (caught.value, foreign.value):
        assert "payload" not in str(error)
        assert error.__suppress_context__ or error.__context__ is None
