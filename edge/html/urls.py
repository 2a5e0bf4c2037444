"""Attributes that hold URLs, and how far a URL's beginning settles where it leads."""

from __future__ import annotations

import html
import re
from typing import Literal

__all__ = ["Reach", "extend_url", "reach", "url_attribute"]

Reach = Literal[
    "start",  # nothing yet: what follows chooses scheme and host
    "name",  # letters that may become a scheme: safe only if no `:` can follow
    "host",  # the host is being written
    "settled",  # scheme and host stand: what follows is path, query or fragment
    "path",  # as settled, but a slash next would make a host of it
    "unsafe",  # another scheme than http, https, mailto, tel, or one that cannot be told
]

_URL = re.compile(
    "action|archive|background|cite|classid|codebase|data|dynsrc|formaction|href|icon|itemid|longdesc|lowsrc|"
    "manifest|poster|profile|src|usemap|xlink:href|xml:base"
)
_LISTS = frozenset(("attributionsrc", "srcset", "imagesrcset", "ping"))
_LONGEST = 256
_UNSURE = "\0:"

_IGNORED = re.compile(r"[\t\n\r]|^[\x00-\x20]+")  # URL standard: stripped before parsing
_OPEN_REFERENCE = re.compile(r"&#?\w*+")
_HOST = re.compile(r"(?:https?:[/\\]*|[/\\]{2,})[^/\\?#]*\Z", re.I)
_SCHEME = re.compile(r"([^/\\?#:]*):")


def url_attribute(name: str) -> bool:
    """Whether the attribute holds a URL or a list of them."""
    return name in _LISTS or _URL.fullmatch(name) is not None


def extend_url(name: str, value: str, text: str) -> str:
    """The beginning of a URL after more of the attribute's value, kept short: of a list only the last member, and
    what is settled or hopeless stays so."""
    value += text
    if name in _LISTS:
        value = re.split(r"[\s,]", value)[-1]
    if len(value) < _LONGEST and _unfinished(value) < len(value):
        return value
    settled = reach(value)
    if settled == "settled":
        return "?"
    return _UNSURE if settled == "unsafe" or len(value) >= _LONGEST else value


def reach(value: str) -> Reach:
    """What the beginning of a URL, as written in an attribute, has settled."""
    begun = _unfinished(value)
    if begun < len(value):  # what follows would become a part of the reference
        return "settled" if reach(value[:begun]) == "settled" else "unsafe"
    url = _IGNORED.sub("", html.unescape(value))
    if not url:
        return "start"
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https", "mailto", "tel"):
        return "unsafe"
    if _HOST.match(url):
        return "host"
    if url in ("/", "\\"):
        return "path"
    if scheme or re.search(r"[/\\?#]", url):
        return "settled"
    return "name"


def _unfinished(value: str) -> int:
    """Where the character references at the end begin that more text could be a part of; the end for none."""
    begun = len(value)
    while (at := value.rfind("&", 0, begun)) >= 0 and _OPEN_REFERENCE.fullmatch(value, at, begun):
        begun = at
    return begun
