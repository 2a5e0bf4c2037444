"""What a browser makes of a page, by a parser that has nothing of ours: everything in it that a value must not
change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from justhtml import JustHTML

__all__ = ["SCHEMES", "attributes_of", "is_code", "nodes_of", "parsed", "shape", "url_shape", "urls"]

SCHEMES = frozenset(("", "http", "https", "mailto", "tel"))
"""Of URLs that lead somewhere and run nothing; "" is that of a relative one."""

_URLS = frozenset(
    """action archive background cite classid codebase data formaction href hx-get icon itemid longdesc lowsrc
    manifest poster profile src usemap xlink:href xml:base""".split()  # noqa: SIM905
)
_LISTS = frozenset(("srcset", "imagesrcset", "ping", "attributionsrc"))
_CODE_PREFIXES = ("on", "@", ":", "x-", "v-", "ng-", "hx-on", "hx-v", "data-ng-", "data-on-", "data-bind")
_CODE = frozenset(("style", "srcdoc", "_"))
_ANIMATED = frozenset(("values", "from", "to", "by", "attributename"))

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
_IGNORED = "".join(map(chr, range(0x21)))


def parsed(page: str | bytes, *, scripting: bool = True, encoding: str | None = None) -> Any:
    return JustHTML(page, sanitize=False, scripting_enabled=scripting, encoding=encoding).root


def nodes_of(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """Every node with its depth, the contents of templates too."""
    for child in node.children or ():
        yield depth, child
        yield from nodes_of(child, depth + 1)
        content = getattr(child, "template_content", None)
        if content is not None:
            yield from nodes_of(content, depth + 1)


def shape(
    page: str | bytes, *, scripting: bool = True, encoding: str | None = None, free: bool = False
) -> list[object]:
    """Elements with their names, namespaces, depth and attributes; comments and doctypes with what they say; what
    is code, but for its strings and numbers; of URLs what they settle, or nothing if they are `free`."""
    found: list[object] = []
    for depth, node in nodes_of(parsed(page, scripting=scripting, encoding=encoding)):
        if node.name.startswith(("#", "!")):
            if node.name != "#text":
                found.append((depth, node.name, node.data if node.name == "#comment" else None))
            continue
        attributes = [(name, _value(node.name, name, value, free)) for name, value in attributes_of(node)]
        found.append((depth, node.namespace, node.name, attributes, _code(node)))
    return found


def urls(page: str | bytes) -> list[str]:
    """Every URL in a page's attributes."""
    found: list[str] = []
    for _, node in nodes_of(parsed(page)):
        for name, value in attributes_of(node):
            found += [value] if name in _URLS else _members(value) if name in _LISTS else []
    return found


def is_code(element: str, attribute: str) -> bool:
    """Whether some browser or well-known library takes the attribute's value for code."""
    animated = attribute in _ANIMATED and element.startswith(("animate", "set"))
    refreshing = element == "meta" and attribute in ("content", "http-equiv")
    return attribute in _CODE or attribute.startswith(_CODE_PREFIXES) or animated or refreshing


def attributes_of(node: Any) -> list[tuple[str, str]]:
    """Name and value of each attribute, sorted; none of what is no element."""
    attributes = getattr(node, "attrs", None) or {}
    return sorted((name.replace(" ", ":"), value or "") for name, value in attributes.items())


def _value(element: str, name: str, value: str, free: bool) -> object:
    if is_code(element, name):
        return _NUMBER.sub("0", value)
    if name in _URLS or name in _LISTS:
        return None if free else [url_shape(url) for url in ([value] if name in _URLS else _members(value))]
    return None


def _members(value: str) -> list[str]:
    return [part.split()[0] for part in re.split(r",\s|\s,", value) if part.split()]


def url_shape(url: str) -> tuple[object, ...]:
    """Scheme, host, how many segments the path has and which of them lead upwards, the parameters but for their
    texts, and whether there is a fragment: as browsers read it (https://url.spec.whatwg.org/#url-parsing)."""
    url = re.sub(r"[\t\n\r]", "", url.strip(_IGNORED))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", url)
    name = scheme[1].lower() if scheme else ""
    rest, fragment, _ = url[scheme.end() if scheme else 0 :].partition("#")
    path, asked, query = rest.partition("?")
    leads = name in ("", "http", "https")  # mailto: and tel: have no host
    path = path.replace("\\", "/") if leads else path
    host = re.match(r"//([^/]*)", path) if leads else None
    segments = path[host.end() if host else 0 :].split("/")
    dots = [segment.lower() for segment in segments if _DOTS.fullmatch(segment)]
    parameters = [pair.partition("=")[1] for pair in query.split("&")]
    return name, host[1] if host else None, len(segments), dots, asked, parameters, fragment


def _code(node: Any) -> str | None:
    if node.name not in ("script", "style"):
        return None
    text = "".join(child.data or "" for child in node.children or ())
    return _NUMBER.sub("0", _STRING.sub('""', text) if node.name == "script" else text)
