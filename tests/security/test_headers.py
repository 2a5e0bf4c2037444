"""What a visitor sends breaks no header of an answer, and sends nobody to another site."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes

import pytest

from edge import EdgeMiddleware
from tests.page.raw import Answer, Pairs, ask, html
from tests.page.sites import PAGE, Front
from tests.security.carriers import headers_of, query_of
from tests.security.payloads import PAYLOADS
from tests.security.shape import shape

PERSONA = {"personas.toml": '[hans]\ncountry = "DE"'}
SAME = (b"sec-fetch-site", b"same-origin")

ELSEWHERE = (
    "https://evil.example/",
    "HTTPS://evil.example/",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "/\\evil.example/",
    "\\/evil.example/",
    "\\\\evil.example/",
    "/\\/evil.example/",
    "//\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "/\r/evil.example/",
    "/\t\\evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "\x00//evil.example/",
    "\x01//evil.example/",
    "/\x00/evil.example/",
    "/\x0b/evil.example/",
    "/ /evil.example/",
    "/\u00a0/evil.example/",
    "/\u2028/evil.example/",
    "/\u3000/evil.example/",
    "/\ufeff/evil.example/",
    "/\u00ad/evil.example/",
    "/\u200b/evil.example/",
    "/\uff0fevil.example/",
    "\uff0f\uff0fevil.example/",
    "/\u2215evil.example/",
    "/\u2044evil.example/",
    "/\uff3cevil.example/",
    "/%2fevil.example/",
    "/%2f%2fevil.example/",
    "/%5cevil.example/",
    "/%09/evil.example/",
    "/%0a/evil.example/",
    "/%0d/evil.example/",
    "%2f%2fevil.example/",
    "/.//evil.example/",
    "/..//evil.example/",
    "/./\\evil.example/",
    "/x/..//evil.example/",
    "/x/../../evil.example/",
    "/;//evil.example/",
    "/?//evil.example/",
    "/#//evil.example/",
    "?next=//evil.example/",
    "#//evil.example/",
    ".//evil.example/",
    "evil.example",
    "@evil.example",
    "/@evil.example",
    ":80@evil.example",
    "//shop.example@evil.example/",
    "//evil.example#@shop.example/",
    "//evil.example?@shop.example/",
    "https://shop.example@evil.example/",
    "https://shop.example.evil.example/",
    "https://shop.example:443@evil.example/",
    "//[::1]/",
    "//2130706433/",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "x:y",
    ":",
    "",
    "/",
    "//",
    "\\",
)
BREAKING = (
    "/\r\nSet-Cookie: a=b",
    "/\nSet-Cookie: a=b",
    "/\rSet-Cookie: a=b",
    "/x\r\n\r\n<script>alert(1)</script>",
    "/%0d%0aSet-Cookie:%20a=b",
    "/%250d%250aSet-Cookie:%20a=b",
    "/\u560d\u560aSet-Cookie: a=b",
    "/\u010d\u010aSet-Cookie: a=b",
    "/\x85Set-Cookie: a=b",
    "/\u2028Set-Cookie: a=b",
    "/\x00x",
    "/\x0bx",
    "/\x0cx",
    "/\x1bx",
    "/\x7fx",
    "/\x80x\xff",
    "/caf\u00e9?\u20ac=\U0001f600",
    "/\ud800",
    "/" + "x" * 5000,
    "/" + "\u20ac" * 2000,
)
TARGETS = (*ELSEWHERE, *BREAKING)


def _wrong(answer: Answer) -> str:
    """What is wrong with an answer's headers, if anything."""
    for name, value in answer.start["headers"]:
        if any(byte < 0x20 or byte == 0x7F for byte in bytes(value)) or not bytes(name).isascii():
            return f"{name!r} is broken: {value!r}"
    names = [name for name, _ in answer.headers]
    single = ("location", "content-length", "content-type", "etag", "cache-control")
    twice = [name for name in single if names.count(name.encode()) > 1]
    return f"{twice} stand there twice" if twice else ""


def _is_local(location: bytes) -> bool:
    """Whether a browser stays on the site, however it reads the Location (https://url.spec.whatwg.org)."""
    return (
        location[:1] == b"/"
        and location[1:2] not in (b"/", b"\\")
        and all(0x20 < byte < 0x7F for byte in location)
    )


@pytest.fixture
def edge(front: Front) -> EdgeMiddleware:
    return front(html(PAGE, headers=[(b"etag", b'"1"')]), PERSONA)


def _link(edge: EdgeMiddleware, target: str) -> Answer:
    coded = quote(target.encode("utf-8", "replace"), safe="")
    return ask(edge, f"{edge.preview_path('shop.example', 'hans')}&next={coded}")


def _button(edge: EdgeMiddleware, target: str, cookie: bytes) -> Answer:
    form = b"persona=&next=" + quote(target.encode("utf-8", "replace"), safe="").encode()
    return ask(edge, "/_edge/preview", [(b"cookie", cookie), SAME], "POST", [form])


def _locations(edge: EdgeMiddleware) -> Iterator[tuple[str, bytes]]:
    """Where each target leads, from a link and from a button of the bar."""
    cookie = (_link(edge, "/").header(b"set-cookie") or b"").partition(b";")[0]
    for target in TARGETS:
        for answer in (_link(edge, target), _button(edge, target, cookie)):
            assert answer.status == 303
            assert not _wrong(answer), target
            assert answer.header(b"cache-control") == b"private, no-store, max-age=0"
            assert sum(name == b"set-cookie" for name, _ in answer.headers) <= 1
            yield target, answer.header(b"location") or b""


def test_no_link_and_no_button_leads_away(edge: EdgeMiddleware) -> None:
    found = [(target, location) for target, location in _locations(edge) if not _is_local(location)]
    assert not found


def test_they_lead_to_where_they_say(edge: EdgeMiddleware) -> None:
    """Or the test above would hold of one that always leads to the first page."""
    for target in ("/pricing?a=1&b=2#c", "/caf%C3%A9", "/a//b", "/a\\b", "/@a:b"):
        location = _link(edge, target).header(b"location")
        assert location == target.replace("\\", "%5C").encode()


def test_nothing_that_is_sent_breaks_a_header(edge: EdgeMiddleware) -> None:
    """Every payload in every header, in the path, in the query and as token: no server lets all of them through,
    and Edge does not lean on that."""
    for payload in (*PAYLOADS[::3], *TARGETS):
        raw = payload.encode("utf-8", "replace")
        path = raw.decode().partition("?")[0]
        headers = [
            *headers_of(payload)[1:],
            (b"if-none-match", raw),
            (b"x-forwarded-proto", raw),
            (b"accept-encoding", raw),
        ]
        token = b"token=" + quote_from_bytes(raw).encode() + b"&next=" + quote_from_bytes(raw).encode()
        asked: list[tuple[str, Pairs, str]] = [
            ("/" + path, headers, "GET"),
            ("/_edge/" + path, headers, "GET"),
            ("/_edge/preview", [(b"host", raw), *headers], "GET"),
            ("/_edge/preview", headers, "POST"),
        ]
        for to, sent, method in asked:
            answer = ask(edge, to, sent, method, query_string=token + b"&" + query_of(payload))
            assert not _wrong(answer), (to, payload)
            assert answer.status in (200, 303, 403, 404)


SET_VALUES = (
    "a\r\nb",
    'a" onclick="alert(1)',
    "a' onclick='alert(1)",
    "a> <script>alert(1)</script>",
    "a`b",
    "&quot; onclick=alert(1)",
    "&#34; onclick=alert(1)",
    "&#x22; onclick=alert(1)",
    "\x00\x0b\x1b",
    "\u20ac\u2028\U0001f600",
    "x" * 10_000,
)


@pytest.mark.parametrize("value", SET_VALUES)
@pytest.mark.parametrize(
    "tag",
    [
        "<img data-edge-slot=hero src=/a>",
        "<img src='/a' data-edge-slot='hero' alt=a/>",
        '<img/data-edge-slot="hero"alt>',
    ],
)
def test_a_set_attribute_stays_one_attribute(front: Front, tag: str, value: str) -> None:
    written = "".join(f"\\U{ord(char):08x}" for char in value)
    site = {"experiences.toml": f'[h]\nslot = "hero"\nset = {{ alt = "{written}", title = "{written}" }}'}
    page = f"<p>a</p>{tag}<p>b</p>".encode()
    harmless = ask(
        front(html(page), {"experiences.toml": '[h]\nslot = "hero"\nset = { alt = "x", title = "x" }'})
    ).body
    answer = ask(front(html(page), site))
    assert not _wrong(answer)
    assert shape(answer.body, encoding="utf-8") == shape(harmless, encoding="utf-8")
