"""What the texts of `[serve]` may be. Each function gives the flaw in a text, or None."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from edge.errors import Flaw

__all__ = [
    "FlawOf",
    "host_flaw",
    "is_folder",
    "listen_flaw",
    "one_host_flaw",
    "origin_flaw",
    "path_flaw",
    "peer_flaw",
    "prefix_flaw",
    "url_flaw",
]

FlawOf = Callable[[str], Flaw | None]

_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]")
_PORT = re.compile(r"[a-z]+://[^/?#@]*:([0-9]+)/?")
_PREFIX = re.compile(r"/[!-~]*")


def is_folder(origin: str) -> bool:
    """Whether an origin is written as a folder, not as an address."""
    return "://" not in origin and not origin.startswith("unix:")


def origin_flaw(text: str) -> Flaw | None:
    if is_folder(text):
        if re.fullmatch(r"(localhost|[0-9.]+|\[[0-9A-Fa-f:]+\]):\d+", text) or not text.strip():
            return Flaw("this is no URL", f"write http://{text or '127.0.0.1:8080'}", 0, len(text))
        return None
    if text.startswith("unix:"):
        if text.startswith("unix:/"):
            return None
        return Flaw("the path of a Unix socket begins with a slash", "write unix:/run/app.sock", 0, len(text))
    return _url_flaw(text)


def _url_flaw(text: str) -> Flaw | None:
    example = "write a URL such as http://127.0.0.1:8080, or the path of a folder"
    number = _PORT.fullmatch(text)
    if number is not None and not 0 < int(number[1][:9]) <= 65_535:
        return Flaw(f"there is no port {number[1]}", "ports go from 1 to 65535", *number.span(1))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return Flaw(f'"{text}" is no URL', example, 0, len(text))
    if parts.scheme not in ("http", "https"):
        return Flaw(f'there is no way to "{parts.scheme}://"', example, 0, len(parts.scheme) + 3)
    if not parts.hostname or port == 0 or any(not char.isprintable() or char == " " for char in text):
        return Flaw(f'"{text}" is no URL', example, 0, len(text))
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        cure = f"write {parts.scheme}://{parts.netloc.rpartition('@')[2]}: paths are passed on as they come"
        return Flaw("an origin is a scheme, a host and a port", cure, 0, len(text))
    return None


def peer_flaw(text: str) -> Flaw | None:
    try:
        if text != "unix":
            ipaddress.ip_network(text, strict=False)
    except ValueError:
        cure = 'write an address, a network such as "10.0.0.0/8", or "unix"'
        return Flaw(f'"{text}" is no address', cure, 0, len(text))
    return None


def url_flaw(text: str) -> Flaw | None:
    """As `origin_flaw`, where no folder can be."""
    if is_folder(text) and origin_flaw(text) is None:
        cure = 'write a URL such as http://127.0.0.1:8080; a folder stands alone, as origin = "…" below [serve]'
        return Flaw("this is no URL", cure, 0, len(text))
    return origin_flaw(text)


def listen_flaw(text: str) -> Flaw | None:
    if re.fullmatch(r"[A-Za-z0-9._-]+", text) or (
        text.count(":") > 1 and re.fullmatch(r"[0-9A-Fa-f:.%\w]+", text)
    ):
        return None
    cure = "write an address alone, such as 127.0.0.1, or 0.0.0.0 for all of them; the port has a key of its own"
    return Flaw(f'"{text}" is no address to listen at', cure, 0, len(text))


def host_flaw(text: str) -> Flaw | None:
    if _HOST.fullmatch(text):
        return None
    cure = "write a name without scheme, port and path: www.example.com, or *.example.com for all below it"
    return Flaw(f'"{text}" is no host', cure, 0, len(text))


def one_host_flaw(text: str) -> Flaw | None:
    if text.startswith("*"):
        return Flaw("this is one host, not several", "write one name: shop.example.com", 0, len(text))
    return host_flaw(text)


def prefix_flaw(text: str) -> Flaw | None:
    if _PREFIX.fullmatch(text) and not set("?#*%") & set(text):
        return None
    return Flaw(f'"{text}" is no path', 'write the beginning of a path: "/shop"', 0, len(text))


def path_flaw(text: str) -> Flaw | None:
    if text.strip() and "\0" not in text:
        return None
    return Flaw("this is no path", "write the path of a file, or leave the key out", 0, len(text))
