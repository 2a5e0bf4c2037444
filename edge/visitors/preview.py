"""Previews: a signed permission to look at one host as a persona, for a while."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous.encoding import base64_decode, base64_encode

from edge.errors import TokenError
from edge.types import Headers
from edge.visitors.cookie import attributes
from edge.visitors.headers import cookie_values, header_values
from edge.visitors.hosts import same_host, split_host
from edge.visitors.keys import Keys
from edge.visitors.tokens import PREVIEW, Tokens

__all__ = ["Preview", "Previews", "carries_preview", "is_local", "is_same_origin"]

_MAX_LENGTH = 2048
_PREFIXES = {True: b"__Host-edge-preview=", False: b"edge-preview="}


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview that holds. `persona` is None for "as myself"; `signed_at` in unix seconds."""

    persona: str | None
    signed_at: int


class Previews:
    """Makes and reads preview tokens, and the cookie that carries one: `__Host-edge-preview`, or `edge-preview`
    where `secure` is False (hosts.needs_secure). The cookie ends with the browser's session."""

    def __init__(self, keys: Keys) -> None:
        self._tokens = Tokens(keys, PREVIEW)

    def make(self, host: str, persona: str, now: float) -> str:
        """A token, safe in cookies and URLs, to see `host` as `persona`, or as oneself with ""."""
        payload = base64_encode(json.dumps([_plain(host), persona]).encode())
        return self._tokens.sign(payload, now).decode("ascii")

    def read(self, token: str | bytes, host: str, now: float) -> Preview | None:
        """The preview that `token` grants on `host` now; None for whatever is wrong with it."""
        raw = token.encode("utf-8", "replace") if isinstance(token, str) else token
        if len(raw) > _MAX_LENGTH:
            return None
        try:
            signed = self._tokens.verify(raw, now)
            granted, persona = json.loads(base64_decode(signed.payload))
        except (TokenError, ValueError):
            return None
        return Preview(persona or None, signed.signed_at) if same_host(granted, host) else None

    def read_cookie(self, cookie_headers: Iterable[bytes], host: str, secure: bool, now: float) -> Preview | None:
        """The preview that the first cookie of ours carries."""
        prefix = _PREFIXES[secure]
        for header in cookie_headers:
            if prefix in header:  # hardly ever
                for token in cookie_values(header, prefix):
                    return self.read(token, host, now)
        return None

    def set_cookie(self, token: str, secure: bool) -> bytes:
        """The value of a Set-Cookie header that starts the preview. Lax, so that a link in an e-mail or a CMS
        opens its page in preview too."""
        return b"%b=%b%b" % (_name(secure), token.encode("ascii"), attributes(secure))

    def delete_cookie(self, secure: bool) -> bytes:
        """The value of a Set-Cookie header that ends it."""
        return b"%b=; Max-Age=0%b" % (_name(secure), attributes(secure))


def carries_preview(cookie: bytes) -> bool:
    """Whether a Cookie header may hold a preview."""
    return b"edge-preview=" in cookie


def is_same_origin(headers: Headers, host: str) -> bool:
    """Whether a request that changes a preview comes from a page of `host` itself, or from the browser's own hand.

    | Sec-Fetch-Site | Origin | answer |
    | --- | --- | --- |
    | same-origin, none | any | yes |
    | same-site, cross-site, anything else | any | no |
    | absent (plain http, old browsers) | this host | yes |
    | absent | another host, null | no |
    | absent | absent | no: browsers send Origin with every POST |

    A header that is sent twice counts as anything else. The scheme is not compared: behind a proxy that ends TLS
    we do not know it.
    """
    site, origin = header_values(headers, b"sec-fetch-site"), header_values(headers, b"origin")
    if site:
        return site in ([b"same-origin"], [b"none"])
    if len(origin) != 1:
        return False
    return same_host(origin[0].decode("latin-1").partition("://")[2], host)


def is_local(path: str) -> bool:
    """Whether a link to `path` stays on this site: `//host` and `/\\host` would leave it."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()


def _name(secure: bool) -> bytes:
    return b"__Host-edge-preview" if secure else b"edge-preview"


def _plain(host: str) -> str:
    return ":".join(filter(None, split_host(host)))
