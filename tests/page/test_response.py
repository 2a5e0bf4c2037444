"""Which responses may be rewritten."""

from __future__ import annotations

from typing import Any

import pytest

from edge.page.response import PageResponse, Responses, settled
from tests.page.raw import Pairs

HTML = (b"content-type", b"text/html; charset=utf-8")


def read(*headers: tuple[bytes, bytes], status: int = 200, error_pages: bool = False) -> PageResponse | str:
    return Responses(error_pages).read(status, settled(headers))


def test_a_page_may_be_rewritten() -> None:
    assert read(HTML, (b"ETag", b'"x"')) == PageResponse("text/html; charset=utf-8", False, b'"x"')
    assert read((b"Content-Type", b"Text/HTML"), (b"content-encoding", b"gzip")) == PageResponse(
        "Text/HTML", True, None
    )


@pytest.mark.parametrize(
    "headers",
    [
        [list(HTML), [b"x-more", b"1"]],
        [(b"content-type", bytearray(HTML[1])), (b"x-more", memoryview(b"1"))],
        [[bytearray(HTML[0]), HTML[1]], (b"x-more", b"1")],
        [(memoryview(bytearray(HTML[0])), HTML[1]), (b"x-more", b"1")],
    ],
    ids=["lists", "values", "names", "views"],
)
def test_headers_may_be_lists_and_texts_that_can_be_changed(headers: Any) -> None:
    known = read(HTML, (b"x-more", b"1"))
    found = read(*headers)
    assert isinstance(known, PageResponse)
    assert isinstance(found, PageResponse)
    assert (found, found.private) == (known, known.private)


@pytest.mark.parametrize("more", [[(b"x-echo", b"x" * 20_000)], [(b"x", b"1")] * 500], ids=["long", "many"])
def test_of_what_a_visitor_may_have_the_app_say_little_is_kept(more: Pairs) -> None:
    responses = Responses()
    assert responses.read(200, (HTML, *more)) == responses.read(200, (HTML,))
    assert len(responses._known) == 1


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "not html"),
        ([(b"content-type", b"application/json")], "not html"),
        ([(b"content-type", b"text/event-stream")], "not html"),
        ([(b"content-type", b"application/xhtml+xml")], "not html"),
        ([(b"content-type", b"text/html-sandboxed")], "not html"),
        ([HTML, (b"cache-control", b"max-age=3, No-Transform")], "no-transform"),
        ([HTML, (b"cache-control", b"max-age=3"), (b"cache-control", b"no-transform")], "no-transform"),
        ([HTML, (b"content-disposition", b'Attachment; filename="a.html"')], "attachment"),
        ([HTML, (b"content-range", b"bytes 0-9/10")], "range"),
        ([HTML, (b"content-encoding", b"br")], "coding"),
        ([HTML, (b"content-encoding", b"gzip, br")], "coding"),
    ],
)
def test_everything_else_passes(headers: Pairs, reason: str) -> None:
    assert read(*headers) == reason


@pytest.mark.parametrize("status", [201, 204, 206, 301, 304, 404, 500])
def test_only_200_is_a_page(status: int) -> None:
    assert read(HTML, status=status) == "status"


def test_error_pages_are_pages_by_option() -> None:
    assert isinstance(read(HTML, status=404, error_pages=True), PageResponse)
    assert isinstance(read(HTML, status=503, error_pages=True), PageResponse)
    assert read(HTML, status=304, error_pages=True) == "status"
