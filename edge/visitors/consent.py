"""Whether this visitor may be known: what the site's consent banner left behind."""

from __future__ import annotations

from dataclasses import dataclass

from edge.types import Headers
from edge.visitors.headers import cookie_values, header_values

__all__ = ["Consent"]


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent by the cookie or the header of that name, one of them; with neither, none is needed.

    `values` are those that mean yes, compared as they stand in the request, byte for byte; without any, presence
    is enough. A cookie's name is case-sensitive, a header's is not.
    """

    cookie: str = ""
    header: str = ""
    values: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.cookie and self.header:
            raise ValueError("consent is by a cookie or by a header, not by both")

    def allowed(self, headers: Headers) -> bool:
        """Whether a request with these headers has it. What is empty is no, and so is a yes beside a no."""
        if not self.cookie and not self.header:
            return True
        said = self._said(headers)
        return bool(said) and all(value in self.values if self.values else bool(value) for value in said)

    def _said(self, headers: Headers) -> list[str]:
        if self.header:
            found = header_values(headers, self.header.lower().encode())
        else:
            prefix = self.cookie.encode() + b"="
            found = [value for line in header_values(headers, b"cookie") for value in cookie_values(line, prefix)]
        return [value.decode("utf-8", "replace") for value in found]
