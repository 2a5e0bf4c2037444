"""Sends Edge requests that are as long as can be, in a process of its own: `python -m tests.security.long_requests
FOLDER SECONDS`. Each gets so many seconds of the processor; what was printed last says which one needed more."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from edge import EdgeMiddleware
from edge.types import Headers
from tests.page.raw import Answer, ask, html
from tests.page.sites import KEY, NOW, PAGE, write_site

__all__ = ["ANSWERS", "REQUESTS", "SITE"]

MEGABYTE = 1 << 20
MANY = 10_000

SITE: Mapping[str, str] = MappingProxyType(
    {
        "edge.toml": """
            [geo]
            country = "cf-ipcountry"
            region = "cf-region"
            city = "cf-ipcity"
            [consent]
            cookie = "consent"
            value = ["yes", "all"]
            [pages]
            no_slots = ["/none/*", "!/none/*a*b*c"]
        """,
        "experiences.toml": """
            [by-path]
            slot = "hero"
            for = 'like(path, "*a?b*c?d*") or path.endswith("x") or path.lower() == "x"'
            show = "all"
            paths = ["/*a*b*", "!/*c*d*"]
            [by-query]
            slot = "hero"
            for = 'like(query.q, "*a?b*") or query["a"] == "x" or like(utm.campaign, "*?x*")'
            show = "all"
            [by-headers]
            slot = "hero"
            for = 'like(referrer.url, "*a?b*") or language == "xx" or browser == "edge" and new'
            show = "all"
            [all]
            slot = "offer"
            show = "all"
        """,
        "blocks/all.html": """
            <p title="{{ path }}">{{ query.q or "" }} {{ referrer.url or "" }} {{ city or "" }}</p>
            {% for name, value in query|items %}
            <a href="/x?{{ name|urlencode }}={{ value|urlencode }}">x</a>
            {% endfor %}
        """,
    }
)

REQUESTS: Mapping[str, tuple[str, bytes, Headers]] = MappingProxyType(
    {
        "a path": ("/" + "a" * MEGABYTE, b"", []),
        "a path of slashes": ("/" * MEGABYTE, b"", []),
        "a path of dots": ("/.." * (MEGABYTE // 3), b"", []),
        "a path that is nearly like": ("/" + "axb" * (MEGABYTE // 3), b"", []),
        "a path of prefixes": ("/_edge" * (MEGABYTE // 6), b"", []),
        "a path of other letters": ("/" + "\u20ac" * (MEGABYTE // 3), b"", []),
        "a query": ("/", b"q=" + b"a" * MEGABYTE, []),
        "a query of ampersands": ("/", b"&" * MEGABYTE, []),
        "a query of equals signs": ("/", b"=" * MEGABYTE, []),
        "a query of per cent": ("/", b"q=" + b"%" * MEGABYTE, []),
        "a query of escapes": ("/", b"q=" + b"%41" * (MEGABYTE // 3), []),
        "a query of broken escapes": ("/", b"q=" + b"%zz%" * (MEGABYTE // 4), []),
        "a query of pluses": ("/", b"q=" + b"+" * MEGABYTE, []),
        "ten thousand parameters": ("/", b"&".join(b"a%d=b" % n for n in range(MANY)), []),
        "one parameter ten thousand times": ("/", b"&".join([b"utm_source=b"] * MANY), []),
        "a link without end": ("/_edge/preview", b"token=" + b"a" * MEGABYTE + b"&next=/" + b"a" * MEGABYTE, []),
        "a link of parameters": ("/_edge/preview", b"&".join(b"a%d=b" % n for n in range(MANY)), []),
        "a token of dots": ("/_edge/preview", b"token=" + b"." * 2000, []),
        "ten thousand headers": ("/", b"", [(b"x-%d" % n, b"v") for n in range(MANY)]),
        "ten thousand Accept-Encodings": ("/", b"", [(b"accept-encoding", b"gzip;q=0")] * MANY),
        "ten thousand Cookies": ("/", b"", [(b"cookie", b"__Host-edge=a.1.a; consent=yes")] * MANY),
        "ten thousand Hosts": ("/", b"", [(b"host", b"a.example")] * MANY),
        "ten thousand Referers": ("/", b"", [(b"referer", b"https://a.example/")] * MANY),
        "ten thousand If-None-Matches": ("/", b"", [(b"if-none-match", b'"a;0123456789abcdef"')] * MANY),
        "ten thousand cookies": ("/", b"", [(b"cookie", b"; ".join(b"a%d=b" % n for n in range(MANY)))]),
        "ten thousand of ours": ("/", b"", [(b"cookie", b"; ".join([b"__Host-edge=a.1.a"] * MANY))]),
        "ten thousand consents": ("/", b"", [(b"cookie", b"; ".join([b"consent=no"] * MANY))]),
        "a cookie": ("/", b"", [(b"cookie", b"__Host-edge=" + b"a" * MEGABYTE)]),
        "a cookie of names": ("/", b"", [(b"cookie", b"__Host-edge=" * (MEGABYTE // 12))]),
        "a cookie of semicolons": ("/", b"", [(b"cookie", b";" * MEGABYTE + b"__Host-edge=a")]),
        "a cookie of blanks": ("/", b"", [(b"cookie", b" " * MEGABYTE + b"__Host-edge=a" + b" " * MEGABYTE)]),
        "a cookie of blanks and names": ("/", b"", [(b"cookie", b" __Host-edge= " * (MEGABYTE // 14))]),
        "a cookie of quotes": ("/", b"", [(b"cookie", b'consent="' + b'"' * MEGABYTE)]),
        "a cookie of a preview": ("/", b"", [(b"cookie", b"__Host-edge-preview=" + b"a.b." * (MEGABYTE // 4))]),
        "a Host": ("/", b"", [(b"host", b"a" * MEGABYTE)]),
        "a Host of dots": ("/", b"", [(b"host", b"." * MEGABYTE)]),
        "a Host of brackets": ("/", b"", [(b"host", b"[" + b":" * MEGABYTE + b"]")]),
        "a User-Agent": ("/", b"", [(b"user-agent", b"Mozilla " * (MEGABYTE // 8))]),
        "a User-Agent of robots": ("/", b"", [(b"user-agent", b"cubot" * (MEGABYTE // 5))]),
        "a language": ("/", b"", [(b"accept-language", b"de-" * (MEGABYTE // 3))]),
        "languages": ("/", b"", [(b"accept-language", b"de;q=0.1," * (MEGABYTE // 9))]),
        "commas for languages": ("/", b"", [(b"accept-language", b"," * MEGABYTE)]),
        "codings": ("/", b"", [(b"accept-encoding", b"gzip;q=0," * (MEGABYTE // 9))]),
        "commas for codings": ("/", b"", [(b"accept-encoding", b";" + b"," * MEGABYTE)]),
        "types": ("/", b"", [(b"accept", b"text/html," * (MEGABYTE // 10)), (b"range", b"bytes=0-")]),
        "a Referer": ("/", b"", [(b"referer", b"https://" + b"a" * MEGABYTE)]),
        "a Referer of dots": ("/", b"", [(b"referer", b"https://" + b"a." * (MEGABYTE // 2))]),
        "a Referer of users": ("/", b"", [(b"referer", b"https://" + b"a@" * (MEGABYTE // 2) + b"/")]),
        "tags": ("/", b"", [(b"if-none-match", b'"a", ' * (MEGABYTE // 5))]),
        "tags like ours": ("/", b"", [(b"if-none-match", b";0123456789abcde" * (MEGABYTE // 16))]),
        "quotes for tags": ("/", b"", [(b"if-none-match", b';0123456789abcdef"' + b'"' * MEGABYTE)]),
        "places": ("/", b"", [(b"cf-ipcity", b"%41" * (MEGABYTE // 3)), (b"cf-ipcountry", b" " * MEGABYTE)]),
        "a destination": ("/", b"", [(b"sec-fetch-dest", b"document," * (MEGABYTE // 9))]),
    }
)
"""By name: path, query, headers besides a Host."""

ANSWERS: Mapping[str, Headers] = MappingProxyType(
    {
        "a type": [(b"content-type", b"text/html" + b";" * MEGABYTE)],
        "charsets": [(b"content-type", b"text/html" + b";charset=x" * (MEGABYTE // 10))],
        "an open charset": [(b"content-type", b'text/html;charset="' + b"x" * MEGABYTE)],
        "blanks in a type": [(b"content-type", b"text/html; charset" + b" " * MEGABYTE + b"=utf-8")],
        "directives": [(b"cache-control", b"a=b, " * (MEGABYTE // 5))],
        "blanks for directives": [(b"cache-control", b"a" + b" " * MEGABYTE + b"b")],
        "quotes for directives": [(b"cache-control", b'a="' * (MEGABYTE // 3))],
        "a tag": [(b"etag", b'"' + b"x" * MEGABYTE + b'"')],
        "quotes for a tag": [(b"etag", b'"' * MEGABYTE)],
        "ten thousand headers": [(b"x-%d" % n, b"v") for n in range(MANY)],
        "ten thousand Varys": [(b"vary", b"cookie")] * MANY,
        "a length": [(b"content-length", b"1" * MEGABYTE)],
        "a disposition": [(b"content-disposition", b" " * MEGABYTE + b"attachment")],
        "a coding": [(b"content-encoding", b" " * MEGABYTE)],
    }
)
"""By name: headers of an origin that means no good, besides its Content-Type."""

_HTML = (b"content-type", b"text/html; charset=utf-8")


def _build(folder: Path, headers: Headers) -> EdgeMiddleware:
    own = [] if any(name == b"content-type" for name, _ in headers) else [_HTML]
    app = html(PAGE, headers=[*own, *headers])
    return EdgeMiddleware(app, folder, environ={"EDGE_SECRET_KEYS": KEY}, clock=lambda: NOW)


def _whole(answer: Answer) -> bool:
    return answer.status in (200, 303, 403, 404) and not answer.messages[-1].get("more_body", False)


def main(folder: Path, seconds: float) -> None:
    edge = _build(write_site(folder, SITE), [])
    for name, (path, query, headers) in REQUESTS.items():
        for method in ("GET", "HEAD", "POST"):
            print(f"{method} with {name}", flush=True)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer = ask(edge, path, headers, method, [query[:20_000]], query_string=query)
            assert _whole(answer), (name, method, answer.status)
    for name, headers in ANSWERS.items():
        print(f"answered with {name}", flush=True)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        assert _whole(ask(_build(folder, headers), "/", [(b"accept-encoding", b"gzip")]))
    print(f"{3 * len(REQUESTS) + len(ANSWERS)} requests")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
