"""What of a request the origin sees, beyond what test_passing shows on real connections."""

from __future__ import annotations

from typing import Any

import pytest

from edge.serve.request_headers import request_headers, target_of
from tests.page.raw import scope_of

Pairs = list[tuple[bytes, bytes]]


def headers(given: Pairs, host: bytes | None = None, **more: Any) -> Pairs:
    return request_headers(scope_of("/", given, **more), host)[1:]


@pytest.mark.parametrize(
    ("cookie", "kept"),
    [
        (b"__Host-edge=x", None),
        (b"__Host-edge=x; __Host-edge-preview=y", None),
        (b"__Host-edge=x; a=1", b"a=1"),
        (b"__Host-edge=x; __Host-edge=y; a=1; b", b"a=1; b"),
        (b"a=1; __Host-edge=x", b"a=1"),
        (b"a=1;__Host-edge=x;b=2", b"a=1;b=2"),
        (b"a=1;  __Host-edge=x ;  b=2", b"a=1;  b=2"),
        (b"a=1; __Host-edge=x; ", b"a=1; "),
        (b"a=1; ;; b==c=;", b"a=1; ;; b==c=;"),
        (b'a="1; __Host-edge=x"', b'a="1'),
        (b"a=__Host-edge=x", b"a=__Host-edge=x"),
        (b"__host-edge=theirs", b"__host-edge=theirs"),
        (b"__Host-edges=theirs; x__Host-edge=theirs", b"__Host-edges=theirs; x__Host-edge=theirs"),
        (b"edge=theirs; edge-preview=theirs", b"edge=theirs; edge-preview=theirs"),
        (b"__Host-edge", b"__Host-edge"),
        (b"\xe9=\xff; __Host-edge=x", b"\xe9=\xff"),
    ],
)
def test_cookies_of_ours_go_and_others_keep_their_bytes(cookie: bytes, kept: bytes | None) -> None:
    assert headers([(b"cookie", cookie)]) == ([] if kept is None else [(b"cookie", kept)])


def test_on_a_plain_loopback_host_ours_have_other_names() -> None:
    scope = scope_of("/", scheme="http")
    scope["headers"] = [
        (b"host", b"localhost:8000"),
        (b"cookie", b"edge=x; a=1; edge-preview=y; __Host-edge=theirs"),
    ]
    assert request_headers(scope)[1:] == [(b"cookie", b"a=1; __Host-edge=theirs")]


def test_the_host_may_be_replaced_where_it_stands() -> None:
    scope = scope_of("/")
    scope["headers"] = [(b"a", b"b"), (b"host", b"shop.example"), (b"c", b"d")]
    assert request_headers(scope, b"inside:8080") == [(b"a", b"b"), (b"host", b"inside:8080"), (b"c", b"d")]


def test_of_two_lengths_chunks_win() -> None:
    given = [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")]
    assert headers(given, method="POST") == [(b"transfer-encoding", b"chunked")]


@pytest.mark.parametrize(("method", "chunked"), [("POST", True), ("GET", False), ("HEAD", False)])
def test_a_body_over_http_2_needs_no_announcement(method: str, chunked: bool) -> None:
    expected = [(b"transfer-encoding", b"chunked")] if chunked else []
    assert headers([], method=method, http_version="2") == expected
    assert headers([(b"content-length", b"5")], method=method, http_version="2") == [(b"content-length", b"5")]


def test_without_a_body_nothing_is_expected() -> None:
    assert headers([(b"expect", b"100-continue")]) == []
    given = [(b"content-length", b"5"), (b"expect", b"100-continue")]
    assert headers(given, method="POST") == given


@pytest.mark.parametrize(
    ("raw_path", "query", "exact", "target"),
    [
        (b"/a", b"", None, b"/a"),
        (b"/a", b"b", None, b"/a?b"),
        (b"/a", b"", b"/a?", b"/a?"),
        (b"/%C3%A9", b"%FF", b"/\xc3\xa9?\xff", b"/\xc3\xa9?\xff"),
        (b"/changed", b"", b"/a?", b"/changed"),
        (b"/a", b"changed", b"/a?b", b"/a?changed"),
        (b"*", b"", b"*", b"*"),
    ],
)
def test_the_exact_target_holds_unless_somebody_changed_it(
    raw_path: bytes, query: bytes, exact: bytes | None, target: bytes
) -> None:
    more: dict[str, Any] = {} if exact is None else {"edge.target": exact}
    assert target_of(scope_of("/", raw_path=raw_path, query_string=query, **more)) == target


def test_a_server_may_not_know_the_raw_path() -> None:
    scope = scope_of("/caf\xe9/a b;c?d")
    del scope["raw_path"]
    assert target_of(scope) == b"/caf%C3%A9/a%20b;c?d"
