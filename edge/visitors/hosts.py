"""The Host of a request: its name, its port, and whether it is this very machine."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["is_loopback", "needs_secure", "same_host", "split_host"]

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[^\s\[\]:/?#@\\]{1,253})(?::([0-9]{0,5}))?")
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]")
_DEFAULT_PORTS = ("", "80", "443")
_LONGEST = 512
"""Characters of a host, with whatever stands around it; some servers take a longer one."""


def split_host(host: str) -> tuple[str, str]:
    """The name in lower case without a final dot, and the port where it is not the default of http or https.
    ("", "") for what is no host (RFC 3986 section 3.2.2)."""
    found = _HOST.fullmatch(host.strip().lower()) if len(host) <= _LONGEST else None
    if found is None:
        return "", ""
    port = found[2] or ""
    return found[1].rstrip("."), "" if port in _DEFAULT_PORTS else port


def same_host(one: str, other: str) -> bool:
    """Whether both are hosts and the same one, port included."""
    return split_host(one) == split_host(other) != ("", "")


def is_loopback(host: str) -> bool:
    """localhost and the names under it (RFC 6761 section 6.3), 127.0.0.0/8 and [::1]."""
    return len(host) <= _LONGEST and _is_loopback(host)


@lru_cache(maxsize=256)
def _is_loopback(host: str) -> bool:
    return _LOOPBACK.fullmatch(split_host(host)[0]) is not None


def needs_secure(scheme: str, host: str) -> bool:
    """Whether our cookies carry `Secure` and `__Host-`: everywhere but on plain http to this machine, where not
    every browser takes such a cookie. Plain http elsewhere is most likely a proxy that ends TLS."""
    return scheme not in ("http", "ws") or not is_loopback(host)
