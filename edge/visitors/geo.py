"""Where the visitor is, out of the headers of the CDN in front of the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

__all__ = ["Geo", "read_country", "read_place"]

_MAX_BYTES = 384  # 128 characters, percent-encoded
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_UNKNOWN = frozenset({"XX", "ZZ"})  # Cloudflare and App Engine for "not known"; Cloudflare's T1 (Tor) has a digit


@dataclass(frozen=True, slots=True)
class Geo:
    """The names of the headers that the site trusts, as `[geo]` in edge.toml gives them; "" for none. Trust one
    only where a CDN sets it on every request: `CF-IPCountry`, `CloudFront-Viewer-Country`, `X-Vercel-IP-City`."""

    country: str = ""
    region: str = ""
    city: str = ""


@lru_cache(maxsize=1024)
def read_country(value: bytes) -> str | None:
    """ISO 3166-1 alpha-2 in upper case; None for anything else and for the CDNs' codes for "not known"."""
    text = value.decode("latin-1").strip()
    if not _COUNTRY.fullmatch(text):  # before it is in upper case, which for a sharp s is two letters
        return None
    return None if text.upper() in _UNKNOWN else text.upper()


@lru_cache(maxsize=1024)
def read_place(value: bytes) -> str | None:
    """A region or city: UTF-8 or else Latin-1, percent-encoded (as Vercel does) or not. None for what is empty,
    has control characters, or more than 384 bytes."""
    if len(value) > _MAX_BYTES:
        return None
    value = unquote_to_bytes(value)
    try:
        text = value.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = value.decode("latin-1").strip()
    return text if text.isprintable() and text else None
