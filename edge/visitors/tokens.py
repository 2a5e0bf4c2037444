"""Signed tokens: the one place where Edge signs and verifies.

A token is `payload.signed_at.signature`. Each kind has a salt and an age of its own, so that none verifies as
another; the clock comes in as an argument.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from itsdangerous import BadData, BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

from edge.errors import TokenError
from edge.visitors.keys import Keys

__all__ = ["COOKIE", "DAY", "PREVIEW", "SKEW", "Kind", "Signed", "Tokens"]

DAY = 86_400
SKEW = 120
"""Seconds by which the clocks of two machines that share keys may differ."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a token is for. `max_age` in seconds."""

    salt: str
    max_age: int


COOKIE = Kind("edge.cookie", 400 * DAY)
PREVIEW = Kind("edge.preview", DAY // 2)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a verified token says. `signed_at` in unix seconds."""

    payload: bytes
    signed_at: int


class _Hmac(SigningAlgorithm):
    """HMAC-SHA256 (RFC 2104), in one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


class _Signer(Signer):
    """Derives its keys as `Signer` does, each of them once."""

    def __init__(self, secrets: tuple[bytes, ...], salt: str) -> None:
        super().__init__(secrets, salt, key_derivation="hmac", digest_method=hashlib.sha256, algorithm=_Hmac())
        self._derived: dict[str | bytes | None, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        derived = self._derived.get(secret_key)
        if derived is None:
            derived = self._derived[secret_key] = super().derive_key(secret_key)
        return derived


class Tokens:
    """Signs and verifies one kind of token. The newest key signs; any key verifies."""

    def __init__(self, keys: Keys, kind: Kind) -> None:
        self._max_age = kind.max_age
        self._signer = _Signer(keys.secrets, kind.salt)

    def sign(self, payload: bytes, now: float) -> bytes:
        """The token of `payload`, which may be any bytes that fit where the token goes."""
        return self._signer.sign(b"%b.%d" % (payload, now))

    def verify(self, token: bytes, now: float) -> Signed:
        """What `token` says; raises TokenError unless we signed it, as this kind, and its time has come and not
        gone. Exactly one text verifies for each token: base64 alone would take several."""
        signature = token.rpartition(b".")[2]
        if not _is_canonical(signature):
            raise TokenError("the signature is not canonical base64")
        try:
            payload, _, stamp = self._signer.unsign(token).rpartition(b".")
            signed = Signed(payload, int(stamp))
        except (BadSignature, ValueError):
            # from None: these errors carry the token's text.
            raise TokenError("the signature is not ours, or not of this kind") from None
        if not self.is_current(signed.signed_at, now):
            raise TokenError("the token is too old, or from the future")
        return signed

    def is_current(self, signed_at: int, now: float) -> bool:
        """Whether a token signed then is still, or already, good."""
        return -SKEW <= now - signed_at <= self._max_age + SKEW


def _is_canonical(signature: bytes) -> bool:
    try:
        return base64_encode(base64_decode(signature)) == signature
    except BadData:
        return False
