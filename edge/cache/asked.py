"""What a request asks of the cache, or why it is none of its business.

The key of an answer is everything that may have made it what it is: host and target, to the byte; the scheme; and
every header by which frameworks let a request choose another page. What an answer depends on besides, its `Vary`
says. A request that could have an answer made for itself alone neither reads nor fills the cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from urllib.parse import quote

from edge.types import Headers, Scope
from edge.visitors import needs_secure

__all__ = ["Asked", "Cookies", "Kind", "Place", "place_of", "read_request"]

Place = tuple[bytes, bytes]
"""Host in lower case with its port, as the client wrote it, and the exact target."""

Kind = tuple[object, ...]
"""What besides the place makes one answer another: compared as a whole."""

# They say nothing by which pages are chosen without a word in `Vary`. X-Forwarded-For is as the client's own
# address: a site whose pages depend on that has to say so in any case.
_PLAIN = frozenset(
    b"""accept-charset accept-encoding accept-language cache-control cdn-loop dnt keep-alive pragma priority
    purpose referer save-data sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode
    sec-fetch-site sec-fetch-user sec-gpc sec-purpose te traceparent tracestate upgrade-insecure-requests
    user-agent via x-appengine-user-ip x-forwarded-for x-real-ip x-request-id""".split()
)
_CONDITIONS = frozenset((b"if-none-match", b"if-modified-since", b"range", b"if-range"))

# These choose another page, another address, another form of it, or what the page says of its own address.
_KEYED = re.compile(
    rb"x-(?:forwarded|host$|original-host$|scheme$|url-scheme$|https$|script-name$|requested-with$|pjax|inertia|up-"
    rb"|livewire|nextjs)|forwarded$|front-end-https$|origin$|hx-|turbo-|rsc$|next-"
)

# Behind these, the site answers for another address or method than the one that was asked for, or for one client.
_NEVER: dict[bytes, str] = {
    b"authorization": "authorization",
    b"proxy-authorization": "authorization",
    b"if-match": "precondition",
    b"if-unmodified-since": "precondition",
    b"transfer-encoding": "body",
    b"expect": "body",
    b"upgrade": "upgrade",
    b"proxy": "header",
}
_TURNING = re.compile(rb"x-(?:original|rewrite)-ur[il]|.*override|x-http-|x-method|x-middleware-|x-invoke-")

# A proxy that has asked who somebody is says so in a header of its own: X-Forwarded-User, X-Auth-Request-Email,
# Cf-Access-Jwt-Assertion, X-Forwarded-Client-Cert. No list of these is ever complete.
_WHOSE = re.compile(
    rb"auth|user|token|nonce|session|jwt|oidc|key|identity|principal|cert|ssl-client|assertion|secret|credential|account"
    rb"|login|mail|group|role|member|customer|tenant"
)

_CONNECTION = re.compile(rb"(?i)[\t ]*+(?:(?:close|keep-alive|te)[\t ]*+(?:,[\t ]*+|$))*+")
_HOST = re.compile(rb"(?:[a-z0-9._-]++|\[[0-9a-f:.]++\])(?::[0-9]{1,5}+)?+")
_WHO = re.compile(rb"(?i)(?:for|by)=(?:\"[^\"]*+\"?+|[^;,\"]*+)")


class Cookies:
    """The cookies that no answer depends on: Edge's own, and those that the site names, globs among them."""

    def __init__(self, ignored: Iterable[str] = ()) -> None:
        names = "|".join(translate(name) for name in ignored)
        self._ignored = re.compile(names or r"(?!)")

    def are_ignored(self, value: bytes, scheme: str, host: bytes) -> bool:
        """Whether the Cookie header `value` has no others."""
        own: tuple[str, ...] | None = None
        for pair in value.split(b";"):
            name = pair.partition(b"=")[0].strip(b" \t").decode("latin-1")
            if self._ignored.fullmatch(name) or (not name and b"=" not in pair):
                continue
            if own is None:
                secure = needs_secure(scheme, host.decode("latin-1"))
                own = ("__Host-edge", "__Host-edge-preview") if secure else ("edge", "edge-preview")
            if name not in own:
                return False
        return True


class Asked:
    """A request that the cache may answer. `headers` are the client's without its cookies; `conditions` those that
    ask for less than the whole answer, by name."""

    __slots__ = ("conditions", "head", "headers", "kind", "place")

    def __init__(self, place: Place, kind: Kind, head: bool, headers: Headers, conditions: Headers) -> None:
        self.place = place
        self.kind = kind
        self.head = head
        self.headers = headers
        self.conditions: dict[bytes, bytes] = {}
        for name, value in conditions:
            known = self.conditions.get(name)
            self.conditions[name] = value if known is None else known + b", " + value

    def value(self, name: bytes) -> bytes | None:
        """What the request says by a header, in one line; None where it has none."""
        values = [value for key, value in self.headers if key == name]
        if not values:
            return None
        joined = b",".join(values)
        if b"," in joined:  # RFC 9110 section 5.3: lines make a list, whose blanks mean nothing
            joined = b",".join(one.strip(b" \t") for one in joined.split(b","))
        return joined.lower() if name in _IN_ANY_CASE else joined

    def for_everybody(self) -> Asked:
        """The same without what this client asks less for."""
        return Asked(self.place, self.kind, False, self.whole(), [])

    def whole(self) -> Headers:
        """The headers by which the whole answer is asked for."""
        return [pair for pair in self.headers if pair[0] not in _CONDITIONS]


_IN_ANY_CASE = frozenset((b"accept-encoding", b"accept-language", b"accept-charset"))


def read_request(scope: Scope, cookies: Cookies) -> Asked | str:
    """What is asked, or in a word why the cache has no part in it."""
    if _is_known(scope):
        return "identity"
    headers: Headers = scope["headers"]
    odd = [pair for pair in headers if pair[0] not in _PLAIN]
    hosts = [value.lower() for name, value in odd if name == b"host"]
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
        return "host"
    scheme: str = scope.get("scheme", "http")
    accept = b""
    keyed: Headers = []
    conditions: Headers = []
    with_cookies = False
    for pair in odd:
        name, value = pair
        if name == b"accept":
            accept += value
        elif name in _CONDITIONS:
            conditions.append(pair)
        elif name == b"cookie":
            if not cookies.are_ignored(value, scheme, hosts[0]):
                return "cookie"
            with_cookies = True
        elif name != b"host" and (why := _unusual(name, value, keyed)):
            return why
    if b"event-stream" in accept:
        return "event-stream"
    target = _target(scope)
    if target[:1] != b"/":
        return "target"
    if with_cookies:
        headers = [pair for pair in headers if pair[0] != b"cookie"]
    kind = (scheme, scope["path"], scope.get("edge.target"), _wanted(accept), *keyed)
    return Asked((hosts[0], target), kind, scope["method"] == "HEAD", headers, conditions)


def _is_known(scope: Scope) -> bool:
    """Whether something before us has found out who is asking: the server by a certificate, or a middleware."""
    if scope.get("session") or getattr(scope.get("user"), "is_authenticated", False):
        return True
    tls = (scope.get("extensions") or {}).get("tls")
    return bool(tls and (tls.get("client_cert_chain") or tls.get("client_cert_name")))


def place_of(scope: Scope) -> Place | None:
    """Where a request of any kind is for; None where that is not clear."""
    hosts = [value.lower() for name, value in scope["headers"] if name == b"host"]
    target = _target(scope)
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None or target[:1] != b"/":
        return None
    return hosts[0], target


def _unusual(name: bytes, value: bytes, keyed: Headers) -> str:
    """Why a request with this header is none of the cache's business, if so. Puts it with the key where it has to
    be there."""
    if name == b"connection":  # what it names may be dropped on the way, though `Vary` speaks of it
        return "" if _CONNECTION.fullmatch(value) is not None else "connection"
    if name == b"content-length":
        return "body" if value.strip(b"0") else ""
    what = _sort_of(name) if len(name) <= _LONGEST_NAME else _sort_of.__wrapped__(name)
    if what == _IN_KEY:
        keyed.append((name, _WHO.sub(b"", value) if name == b"forwarded" else value))
        return ""
    return what


_IN_KEY = "in the key"
_LONGEST_NAME = 64
"""Bytes of a name that is worth remembering."""


@lru_cache(256)  # a few names come again and again
def _sort_of(name: bytes) -> str:
    """Why nothing with a header of this name is kept; or that its value stands in the key; or nothing."""
    if name in _NEVER:
        return _NEVER[name]
    if _WHOSE.search(name) is not None:
        return "identity"
    if b"_" in name or _TURNING.match(name) is not None:
        return "header"  # behind CGI and WSGI an underscore is a hyphen
    return _IN_KEY if _KEYED.match(name) is not None else ""


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=~-._").encode("ascii")
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def _wanted(accept: bytes) -> int:
    """A page or data: some sites give either under one address, and forget to say so."""
    return (b"text/html" in accept) + 2 * (b"json" in accept)
