"""The address of the service, ready to be asked for a visitor."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx

from edge.remote.address_text import VISITOR

__all__ = ["Address"]

_PATH_AND_QUERY = "!$%&'()*+,-./:;=?@_~"
"""What stands for itself there (RFC 3986 section 3.4), besides letters and digits."""


class Address:
    """An address without flaws, ready to be asked."""

    __slots__ = ("_parts", "host", "port", "secure")

    def __init__(self, text: str) -> None:
        scheme, _, rest = text.partition("://")
        host = re.match(r"[^/?]*", rest)
        assert host is not None
        target = rest[host.end() :]
        if not target.startswith("/"):
            target = "/" + target
        base = f"{scheme.lower()}://{host[0]}"
        first, *others = (quote(part, safe=_PATH_AND_QUERY) for part in target.split(VISITOR))
        self._parts = (base + first, *others)
        url = httpx.URL(base)
        self.secure = url.scheme == "https"
        self.host = url.raw_host.decode("ascii")
        self.port = url.port or (443 if self.secure else 80)

    def url(self, visitor: str) -> httpx.URL:
        """The address for this visitor's id, which is percent-encoded, slashes too."""
        return httpx.URL(quote(visitor, safe="").join(self._parts))
