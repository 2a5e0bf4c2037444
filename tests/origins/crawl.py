"""All of a site, asked for at both doors."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.hosts.wire import Reply
from tests.origins.pair import Pair

__all__ = ["Crawled", "crawl", "everything", "some"]

Follow = Callable[[str], bool]
"""Which targets a crawl asks for."""

_LINK = re.compile(r"""\s(?:href|src|action|data-src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SRCSET = re.compile(r'\ssrcset="([^"]*)"')
_XML = re.compile(
    r"<(?:link|loc|guid|comments|wfw:commentRss|id|uri)\b[^>]*>\s*([^<\s]+)|\s(?:url|href|apiLink)=\"([^\"]*)\""
)
_STYLE = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
_JSON_LINKS = ("href", "link", "source_url")
_SAFE = re.compile(r"[!-~]+")


def everything(target: str) -> bool:
    return True


def some(most: int, follow: Follow = everything) -> Follow:
    """At most so many targets of each form, which is the target without its numbers and names."""
    forms: Counter[str] = Counter()

    def sampled(target: str) -> bool:
        if not follow(target):
            return False
        path, _, query = target.partition("?")
        parts = path.split("/")
        form = "/".join([*parts[:2], *("-" if part else "" for part in parts[2:-1]), parts[-1].rpartition(".")[2]])
        form = re.sub(r"\d+|%\w\w|=[^&]*", "", f"{form}?{query}")
        forms[form] += 1
        return forms[form] <= most

    return sampled


@dataclass
class Crawled:
    """What was found: the status and the media type of each target, and what differs through Edge."""

    statuses: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    differences: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> list[str]:
        return [target for target, found in self.kinds.items() if found == kind]


def crawl(pair: Pair, start: Iterable[str], *, follow: Follow = everything, most: int = 3000) -> Crawled:
    """Asks for all that can be reached from `start` on the same host, by links of all kinds."""
    found = Crawled()
    waiting = list(dict.fromkeys(start))
    known = set(waiting)
    while waiting:
        target = waiting.pop(0)
        assert len(found.statuses) < most, "this does not end"
        reply, _, unlike = pair.both("GET", target)
        found.statuses[target] = reply.status
        found.kinds[target] = _kind(reply)
        if unlike:
            found.differences[target] = unlike
        for link in _links(reply):
            local = _local(pair.direct.host, target, link)
            if local and local not in known:
                known.add(local)
                if follow(local):
                    waiting.append(local)
    return found


def _kind(reply: Reply) -> str:
    return (reply.header(b"content-type") or b"").partition(b";")[0].decode().strip().lower()


def _links(reply: Reply) -> list[str]:
    gzipped = reply.header(b"content-encoding") == b"gzip"
    body = gzip.decompress(reply.body) if gzipped else reply.body
    kind, text = _kind(reply), body.decode("utf-8", "replace")
    links = []
    for name, value in reply.headers:
        if name in (b"location", b"x-pingback"):
            links.append(value.decode("latin-1"))
        elif name == b"link":
            links += re.findall(r"<([^>]*)>", value.decode("latin-1"))
    if kind == "text/html":
        links += _first_or_second(_LINK, text)
        links += [item.split()[0] for value in _SRCSET.findall(text) for item in value.split(",") if item.strip()]
    elif kind.endswith("xml"):
        links += _first_or_second(_XML, text)
    elif kind.endswith("json") and text:
        links += _hrefs(json.loads(text))
    if kind in ("text/html", "text/css"):
        links += _first_or_second(_STYLE, text)
    return links


def _first_or_second(pattern: re.Pattern[str], text: str) -> list[str]:
    return [unescape(one or other) for one, other in pattern.findall(text)]


def _hrefs(value: object) -> list[str]:
    """The links in a JSON document."""
    if isinstance(value, list):
        return [link for item in value for link in _hrefs(item)]
    if not isinstance(value, dict):
        return []
    own = [link for key, link in value.items() if key in _JSON_LINKS and isinstance(link, str)]
    return own + [link for item in value.values() for link in _hrefs(item)]


def _local(host: str, base: str, link: str) -> str:
    """Path and query of a link that stays on this host, as a browser would ask for it, else nothing."""
    link = "".join(char if _SAFE.match(char) else _escaped(char) for char in link.strip())
    try:
        parts = urlsplit(urljoin(f"http://{host}{base}", link))
    except ValueError:
        return ""
    if parts.netloc != host or parts.scheme not in ("http", "https"):
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
