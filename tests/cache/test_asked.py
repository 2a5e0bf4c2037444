"""What is asked of the cache, and what is none of its business."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from edge.cache.asked import Asked, Cookies, read_request
from tests.cache.asking import BROWSER
from tests.page.raw import Pairs, scope_of

COOKIES = Cookies(["_ga", "_ga_*", "theme"])


def key(path: str = "/", headers: Pairs = BROWSER, **more: Any) -> object:
    found = read_request(scope_of(path, headers, **more), COOKIES)
    assert isinstance(found, Asked), found
    return found.place, found.kind


def why(headers: Pairs, **more: Any) -> str:
    found = read_request(scope_of("/", [*BROWSER, *headers], **more), COOKIES)
    assert isinstance(found, str)
    return found


NEVER = [
    ((b"cookie", b"session=1"), "cookie"),
    ((b"cookie", b"_ga=1; session=1"), "cookie"),
    ((b"cookie", b"__Host-edge=1; session=1"), "cookie"),
    ((b"cookie", b"edge=1"), "cookie"),  # Edge's own on https is another
    ((b"cookie", b"_gat=1"), "cookie"),
    ((b"cookie", b"theme"), ""),
    ((b"cookie", b"=1"), "cookie"),
    ((b"cookie", b"\xff=1"), "cookie"),
    ((b"authorization", b"Basic YTpi"), "authorization"),
    ((b"proxy-authorization", b"Basic YTpi"), "authorization"),
    ((b"content-length", b"5"), "body"),
    ((b"transfer-encoding", b"chunked"), "body"),
    ((b"expect", b"100-continue"), "body"),
    ((b"upgrade", b"h2c"), "upgrade"),
    ((b"if-match", b'"1"'), "precondition"),
    ((b"if-unmodified-since", b"x"), "precondition"),
    ((b"x-forwarded-user", b"alice"), "identity"),
    ((b"x-auth-request-email", b"alice@shop.example"), "identity"),
    ((b"remote-user", b"alice"), "identity"),
    ((b"cf-access-jwt-assertion", b"x"), "identity"),
    ((b"x-goog-authenticated-user-id", b"1"), "identity"),
    ((b"x-amzn-oidc-identity", b"1"), "identity"),
    ((b"x-ms-client-principal", b"1"), "identity"),
    ((b"x-forwarded-client-cert", b"x"), "identity"),
    ((b"x-ssl-client-s-dn", b"x"), "identity"),
    ((b"x-api-key", b"x"), "identity"),
    ((b"x-csrf-token", b"x"), "identity"),
    ((b"accept", b"text/event-stream"), "event-stream"),
    ((b"x-original-url", b"/admin"), "header"),
    ((b"x-rewrite-url", b"/admin"), "header"),
    ((b"x-original-uri", b"/admin"), "header"),
    ((b"x-http-method-override", b"POST"), "header"),
    ((b"x-http-method", b"POST"), "header"),
    ((b"x-method-override", b"POST"), "header"),
    ((b"x-override-url", b"/admin"), "header"),
    ((b"x-middleware-subrequest", b"1"), "header"),
    ((b"x_forwarded_host", b"evil"), "header"),
    ((b"x-forwarded_host", b"evil"), "header"),
    ((b"content_length", b"5"), "header"),
    ((b"proxy", b"evil"), "header"),
    ((b"connection", b"close, Accept-Language"), "connection"),
    ((b"connection", b"x-forwarded-host"), "connection"),
    ((b"host", b"evil.example"), "host"),
]


@pytest.mark.parametrize(("header", "reason"), [case for case in NEVER if case[1]])
def test_what_could_be_made_for_one_or_for_another_is_passed_by(header: tuple[bytes, bytes], reason: str) -> None:
    assert why([header]) == reason


@pytest.mark.parametrize(
    "host", [b"", b"a b", b"a/b", b"a@b", b"a,b", b"a:b", b"shop.example:1:2", b"[::1", b"a\x00"]
)
def test_a_host_has_to_be_one(host: bytes) -> None:
    scope = scope_of("/")
    scope["headers"] = [(b"host", host)]
    assert read_request(scope, COOKIES) == "host"
    scope["headers"] = []
    assert read_request(scope, COOKIES) == "host"


@pytest.mark.parametrize("target", [b"http://evil.example/", b"*", b"evil"])
def test_a_target_begins_with_a_slash(target: bytes) -> None:
    assert why([], raw_path=target) == "target"


SAME = [
    [(b"user-agent", b"another")],
    [(b"referer", b"https://evil.example/")],
    [(b"x-forwarded-for", b"192.0.2.9")],
    [(b"x-real-ip", b"192.0.2.9")],
    [(b"forwarded", b"for=192.0.2.9")],
    [(b"cache-control", b"no-cache")],
    [(b"cookie", b"__Host-edge=1")],
    [(b"cookie", b"_ga=1; _ga_X1=2;theme=dark; __Host-edge-preview=1;")],
    [(b"cookie", b"_ga=1"), (b"cookie", b"theme=1")],
    [(b"content-length", b"0")],
    [(b"connection", b"Keep-Alive, TE")],
    [(b"if-none-match", b'"1"')],
    [(b"range", b"bytes=0-1")],
]


@pytest.mark.parametrize("headers", SAME[:4] + SAME[5:], ids=str)
def test_what_says_nothing_of_the_page_makes_no_other_key(headers: Pairs) -> None:
    assert key("/", [*BROWSER, *headers]) == key()


def test_who_forwarded_it_makes_no_other_key() -> None:
    one = [(b"forwarded", b'for=192.0.2.1;host=shop.example, for="[2001:db8::1]:1"')]
    other = [(b"forwarded", b'for=192.0.2.2;host=shop.example, for="[2001:db8::2]:1"')]
    evil = [(b"forwarded", b'for=192.0.2.1;host=evil.example, for="[2001:db8::1]:1"')]
    assert key("/", one) == key("/", other) != key("/", evil)


OTHER: list[tuple[str, Pairs, dict[str, object]]] = [
    ("/a", [], {}),
    ("/?a", [], {}),
    ("//", [], {}),
    ("/%2F", [], {}),
    ("/;", [], {}),
    ("/", [(b"x-forwarded-host", b"evil.example")], {}),
    ("/", [(b"x-forwarded-proto", b"http")], {}),
    ("/", [(b"x-forwarded-port", b"1")], {}),
    ("/", [(b"x-forwarded-prefix", b"/evil")], {}),
    ("/", [(b"x-forwarded-scheme", b"nothttps")], {}),
    ("/", [(b"x-forwarded-server", b"evil.example")], {}),
    ("/", [(b"x-host", b"evil.example")], {}),
    ("/", [(b"forwarded", b"host=evil.example")], {}),
    ("/", [(b"x-requested-with", b"XMLHttpRequest")], {}),
    ("/", [(b"hx-request", b"true")], {}),
    ("/", [(b"origin", b"https://evil.example")], {}),
    ("/", [(b"accept", b"application/json")], {}),
    ("/", [], {"scheme": "http"}),
    ("/", [], {"edge.target": b"/?"}),
]


@pytest.mark.parametrize(("path", "headers", "more"), OTHER)
def test_what_may_make_another_page_makes_another_key(path: str, headers: Pairs, more: dict[str, object]) -> None:
    assert key(path, [*BROWSER, *headers], **more) != key()


def test_what_somebody_before_us_made_of_the_path_makes_another_key() -> None:
    scope = scope_of("/", BROWSER)
    scope["path"] = "/de"
    found = read_request(scope, COOKIES)
    assert isinstance(found, Asked)
    assert (found.place, found.kind) != key()


class User:
    is_authenticated = True


@pytest.mark.parametrize(
    "more",
    [
        {"user": User()},
        {"session": {"name": "alice"}},
        {"extensions": {"tls": {"client_cert_name": "CN=alice"}}},
        {"extensions": {"tls": {"client_cert_chain": ["..."]}}},
    ],
    ids=("user", "session", "certificate", "chain"),
)
def test_whom_the_server_or_a_middleware_knows_is_passed_by(more: dict[str, Any]) -> None:
    assert why([], **more) == "identity"


def test_nobody_is_nobody() -> None:
    class Nobody:
        is_authenticated = False

    more: dict[str, Any] = {"user": Nobody(), "session": {}, "extensions": {"tls": {"client_cert_name": None}}}
    assert isinstance(read_request(scope_of("/", **more), COOKIES), Asked)


def test_hosts_are_kept_apart_by_port_and_not_by_case() -> None:
    scope = scope_of("/")
    keys = set()
    for host in (b"a.example", b"A.Example", b"a.example:8080", b"b.example"):
        scope["headers"] = [(b"host", host)]
        found = read_request(scope, COOKIES)
        assert isinstance(found, Asked)
        keys.add(found.place)
    assert len(keys) == 3


def test_on_this_machine_edges_cookie_has_a_plain_name() -> None:
    scope = scope_of("/", scheme="http")
    scope["headers"] = [(b"host", b"127.0.0.1:8000"), (b"cookie", b"edge=1; edge-preview=2")]
    assert isinstance(read_request(scope, COOKIES), Asked)


def test_the_app_gets_to_see_no_cookie() -> None:
    found = read_request(scope_of("/", [*BROWSER, (b"cookie", b"_ga=1; __Host-edge=2")]), COOKIES)
    assert isinstance(found, Asked)
    assert b"cookie" not in dict(found.headers)


def test_lines_of_a_header_are_one_list() -> None:
    headers = [(b"accept-encoding", b"gzip ,  br"), (b"accept-encoding", b"DEFLATE")]
    found = read_request(scope_of("/", headers), COOKIES)
    assert isinstance(found, Asked)
    assert found.value(b"accept-encoding") == b"gzip,br,deflate"
    assert found.value(b"x-none") is None


def test_no_long_name_is_remembered() -> None:
    name = b"x-" + b"y" * 10_000
    held = sys.getrefcount(name)
    assert key(headers=[*BROWSER, (name, b"1")]) == key()
    assert sys.getrefcount(name) == held
