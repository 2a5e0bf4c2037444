"""Reading request headers: what stands in them, and cookies out of the Cookie header."""

from __future__ import annotations

from edge.types import Headers

__all__ = ["cookie_values", "header_values"]


def header_values(headers: Headers, name: bytes) -> list[bytes]:
    """Every value of the header `name` (in lower case, as ASGI gives them), in order."""
    return [value for key, value in headers if key == name]


def cookie_values(header: bytes, prefix: bytes) -> list[bytes]:
    """Every value in a Cookie header (RFC 6265 section 4.2) of the cookie whose name and `=` are `prefix`.

    Spaces and quotes around it are taken off. Before the name only spaces and tabs count as none, as for browsers:
    with other white space it is another name, one that a subdomain may set. Each byte is looked at a fixed number
    of times: a name can only stand at the start of a pair, so after any hit the search goes on behind that pair's
    end.
    """
    before, found, behind = header.partition(prefix)
    if not found:
        return []
    if prefix not in behind and (not before or before.endswith(b"; ")):  # as browsers send it
        return [behind.partition(b";")[0].strip(b' \t"')]
    at = len(before)
    values = []
    while at >= 0:
        start = header.rfind(b";", 0, at) + 1
        end = header.find(b";", at)
        if end < 0:
            end = len(header)
        if not header[start:at].strip(b" \t"):
            values.append(header[at + len(prefix) : end].strip(b' \t"'))
        at = header.find(prefix, end)
    return values
