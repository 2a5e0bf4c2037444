"""Which requests can be for a page, and what of them reaches the origin."""

from __future__ import annotations

import sys

import pytest

from edge.page.request import PageRequest, Requests, accepts_gzip
from edge.types import Headers, Scope
from tests.page.raw import Pairs, scope_of


def read_scope(scope: Scope, requests: Requests | None = None) -> PageRequest:
    requests = Requests(()) if requests is None else requests
    request = requests.read(scope, dict(scope["headers"]))
    assert requests.read(scope, dict(scope["headers"])) == request, "the second time, too"
    return request


def read(headers: Pairs = (), method: str = "GET") -> PageRequest:
    return read_scope(scope_of("/", headers, method))


def origin_headers(headers: Pairs) -> Headers:
    scope = scope_of("/", headers)
    return [pair for pair in read_scope(scope).origin_scope(scope)["headers"] if pair[0] != b"host"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get"])
def test_only_get_and_head_ask_for_pages(method: str) -> None:
    assert read((), method).passes == "method"


@pytest.mark.parametrize(
    "destination", [b"image", b"script", b"style", b"font", b"video", b"audio", b"worker", b"manifest", b"object"]
)
def test_what_the_browser_will_not_show_as_a_page_is_none(destination: bytes) -> None:
    assert read([(b"sec-fetch-dest", destination)]).passes == "destination"


@pytest.mark.parametrize("destination", [b"", b"empty", b"document", b"frame", b"iframe"])
def test_navigations_and_fetches_can_be_for_a_page(destination: bytes) -> None:
    assert read([(b"sec-fetch-dest", destination)]).passes is None


def test_a_request_without_fetch_metadata_can_be_for_a_page() -> None:
    assert not read().head
    assert read(method="HEAD").head


@pytest.mark.parametrize(
    ("accepted", "gzip"),
    [
        (b"gzip", True),
        (b"gzip, deflate, br", True),
        (b"br", False),
        (b"", False),
        (b"*", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"gzip;q=0.001, br", True),
        (b"br, *;q=0", False),
        (b"gzip;q=0, *", False),
        (b"GZIP;q=1", True),
        (b"x-gzip;q=0.5", True),
        (b"identity;q=1, *;q=0.5", True),
        (b"gzip;q=", True),
    ],
)
def test_whether_the_client_takes_gzip(accepted: bytes, gzip: bool) -> None:
    assert accepts_gzip(accepted) is gzip


def test_the_origin_is_asked_for_codings_that_can_be_read() -> None:
    assert origin_headers([(b"accept-encoding", b"gzip, deflate, br, zstd")]) == [(b"accept-encoding", b"gzip")]
    assert origin_headers([(b"accept-encoding", b"br")]) == [(b"accept-encoding", b"identity")]
    assert origin_headers([(b"accept-encoding", b"br"), (b"accept-encoding", b"gzip")]) == [
        (b"accept-encoding", b"gzip")
    ]


def test_other_headers_reach_the_origin_in_order_with_duplicates() -> None:
    sent = [(b"x-a", b"1"), (b"accept-encoding", b"br, gzip"), (b"x-b", b"2"), (b"x-a", b"3")]
    assert origin_headers(sent) == [(b"x-a", b"1"), (b"accept-encoding", b"gzip"), (b"x-b", b"2"), (b"x-a", b"3")]


def test_nothing_is_copied_where_nothing_changes() -> None:
    scope = scope_of("/", [(b"accept-encoding", b"gzip"), (b"accept", b"text/html")])
    assert read_scope(scope).origin_scope(scope)["headers"] is scope["headers"]


def test_our_tag_makes_the_request_unconditional() -> None:
    ours = b'W/"abc;0123456789abcdef"'
    sent = [
        (b"if-none-match", ours),
        (b"if-modified-since", b"Sat, 21 Nov 2026 00:00:00 GMT"),
        (b"if-match", b"*"),
        (b"x-kept", b"1"),
    ]
    assert origin_headers(sent) == [(b"x-kept", b"1")]
    assert read(sent).if_none_match == ours


def test_other_conditionals_pass() -> None:
    sent = [(b"if-none-match", b'"abc"'), (b"if-modified-since", b"Sat, 21 Nov 2026 00:00:00 GMT")]
    assert origin_headers(sent) == sent
    assert read(sent).if_none_match is None


def test_a_page_is_asked_for_whole() -> None:
    page = [(b"accept", b"text/html,*/*;q=0.8"), (b"range", b"bytes=0-99"), (b"if-range", b'"x"')]
    assert origin_headers(page) == page[:1]
    navigation = [(b"sec-fetch-dest", b"document"), (b"range", b"bytes=0-99")]
    assert origin_headers(navigation) == navigation[:1]


def test_a_download_may_be_asked_for_in_part() -> None:
    sent = [(b"accept", b"*/*"), (b"range", b"bytes=100-")]
    assert origin_headers(sent) == sent


def test_what_edge_would_never_see_is_not_offered_to_the_app() -> None:
    offered: dict[str, object] = {
        "http.response.pathsend": {},
        "http.response.zerocopysend": {},
        "http.response.push": {},
    }
    scope = scope_of("/", extensions=offered)
    assert read_scope(scope).origin_scope(scope)["extensions"] == {"http.response.pathsend": {}}
    assert scope["extensions"] == offered


@pytest.mark.parametrize("name", [b"accept", b"accept-encoding", b"sec-fetch-dest"])
def test_nothing_long_is_remembered(name: bytes) -> None:
    value = b"gzip" + b"," * 10_000
    held = sys.getrefcount(value)
    requests = Requests(())
    assert read_scope(scope_of("/", [(name, value)]), requests).number is None
    assert sys.getrefcount(value) == held


def test_those_that_say_the_same_have_the_same_number() -> None:
    requests = Requests([b"x-country"])

    def number(*headers: tuple[bytes, bytes], method: str = "GET") -> int | None:
        return read_scope(scope_of("/", headers, method), requests).number

    german = number((b"x-country", b"DE"), (b"x-other", b"1"))
    assert german == number((b"x-other", b"2"), (b"x-country", b"DE"))
    different = [
        number((b"x-country", b"FR")),
        number((b"x-country", b"DE"), (b"accept", b"text/html")),
        number((b"x-country", b"DE"), (b"range", b"bytes=0-1")),
        number((b"x-country", b"DE"), (b"if-none-match", b'"a"')),
        number((b"x-country", b"DE"), method="HEAD"),
    ]
    assert len({german, *different}) == 6


def test_of_several_headers_a_fact_is_of_the_last_and_the_host_the_first() -> None:
    requests = Requests([b"x-country"])
    twice = [(b"host", b"a.example"), (b"x-country", b"FR"), (b"host", b"b.example"), (b"x-country", b"DE")]
    scope = {**scope_of("/"), "headers": twice}
    once = {**scope, "headers": [(b"host", b"a.example"), (b"x-country", b"DE"), (b"range", b"x")]}
    assert read_scope(scope, requests).host == "a.example"
    other = {**scope, "headers": [*twice, (b"x-country", b"TH")]}
    assert read_scope(other, requests).number != read_scope(scope, requests).number
    assert read_scope(once, requests).number != read_scope(scope, requests).number


def test_what_is_known_of_requests_has_a_limit() -> None:
    requests = Requests(())
    numbers = [read_scope(scope_of("/", [(b"accept", b"%d" % n)]), requests).number for n in range(10_000)]
    assert len(set(numbers)) == len(numbers)
    assert len(requests._known) <= 4096
