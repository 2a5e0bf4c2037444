"""Pages that come plain and leave gzipped, where the site asks for that."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from edge import EdgeMiddleware
from tests.page.raw import Answer, Pairs, ask, html, replying, start, whole
from tests.page.sites import GERMAN, PAGE, Front

COMPRESS = {"edge.toml": 'compress = true\nerror_pages = true\n[geo]\ncountry = "CF-IPCountry"'}
GZIP = (b"accept-encoding", b"gzip, br")
HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())


def said(answer: Answer, name: bytes) -> list[bytes]:
    return [value for key, value in answer.headers if key == name]


def coding(answer: Answer) -> list[bytes]:
    return said(answer, b"content-encoding")


@pytest.mark.parametrize("asked", [[GERMAN, GZIP], [GZIP]], ids=["tailored", "default"])
def test_a_page_with_slots_leaves_gzipped_for_whoever_takes_that(front: Front, asked: Pairs) -> None:
    edge = front(whole(PAGE, [(b"etag", b'"1"'), (b"vary", b"cookie")]), COMPRESS)
    for _ in range(3):
        answer = ask(edge, "/", asked)
        assert coding(answer) == [b"gzip"]
        assert said(answer, b"vary") == [b"cookie", b"accept-encoding"]
        assert said(answer, b"content-length") == [b"%d" % len(answer.body)]
        assert gzip.decompress(answer.body) == (HALLO if GERMAN in asked else PAGE)


@pytest.mark.parametrize("accepted", [[], [(b"accept-encoding", b"br")], [(b"accept-encoding", b"gzip;q=0")]])
def test_nobody_else_gets_it_so_and_caches_are_told(front: Front, accepted: Pairs) -> None:
    answer = ask(front(html(PAGE), COMPRESS), "/", [GERMAN, *accepted])
    assert (answer.body, coding(answer)) == (HALLO, [])
    assert said(answer, b"vary") == [b"accept-encoding"]


def test_without_the_setting_what_comes_plain_leaves_so(front: Front) -> None:
    answer = ask(front(html(PAGE)), "/", [GERMAN, GZIP])
    assert (answer.body, coding(answer), said(answer, b"vary")) == (HALLO, [], [])


@pytest.mark.unchopped("a page that comes whole is compressed piece by piece")
def test_nothing_is_compressed_anew_for_each_visitor(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    compressor = zlib.compressobj

    def counted(*given: Any) -> Any:
        made.append(1)
        return compressor(*given)

    page = PAGE.replace(b"<footer>", b"<p>" + b"long enough to stand for itself " * 9 + b"</p><footer>")
    edge = front(html(page), COMPRESS)
    for query in ("", "?utm_source=news"):
        for _ in range(3):
            ask(edge, "/" + query, [GERMAN, GZIP])
    monkeypatch.setattr(zlib, "compressobj", counted)
    for number in range(20):
        seen = ask(
            edge, "/?utm_source=news" if number % 2 else "/", [GERMAN, GZIP, (b"user-agent", b"%d" % number)]
        )
        assert b"Kl\xc3\xa4nge" in gzip.decompress(seen.body)
        assert (b"30 days" in gzip.decompress(seen.body)) is (number % 2 == 1)
    assert not made


def test_a_page_in_pieces_leaves_gzipped_as_it_comes(front: Front) -> None:
    answer = ask(front(html(PAGE[:150], PAGE[150:]), COMPRESS), "/", [GERMAN, GZIP])
    assert coding(answer) == [b"gzip"]
    assert gzip.decompress(answer.body) == HALLO
    opened = zlib.decompressobj(31)
    first = opened.decompress(next(one["body"] for one in answer.messages if one.get("body")))
    assert first, "what has left can be read"


@pytest.mark.unchopped("whether a page that comes in pieces has slots, shows once it has left")
def test_what_has_no_slots_or_is_no_page_is_left_alone(front: Front) -> None:
    plain = b"<p>nothing to see</p>"
    assert coding(ask(front(html(plain), COMPRESS), "/", [GZIP])) == []
    assert coding(ask(front(replying(start(), {"type": "http.response.body"})), "/", [GZIP])) == []


def test_what_the_site_has_compressed_is_compressed_once(front: Front) -> None:
    packed = html(gzip.compress(PAGE), headers=[(b"content-encoding", b"gzip")])
    answer = ask(front(packed, COMPRESS), "/", [GERMAN, GZIP])
    assert coding(answer) == [b"gzip"]
    assert gzip.decompress(answer.body) == HALLO


def test_head_tells_what_get_would(front: Front) -> None:
    edge: EdgeMiddleware = front(html(PAGE), COMPRESS)
    answer = ask(edge, "/", [GERMAN, GZIP], "HEAD")
    assert (coding(answer), said(answer, b"vary"), said(answer, b"content-length")) == (
        [b"gzip"],
        [b"accept-encoding"],
        [],
    )


def test_a_browser_that_has_it_is_told_so(front: Front) -> None:
    edge = front(whole(PAGE, [(b"etag", b'"1"')]), COMPRESS)
    (tag,) = said(ask(edge, "/", [GERMAN, GZIP]), b"etag")
    again = ask(edge, "/", [GERMAN, GZIP, (b"if-none-match", tag)])
    assert (again.status, again.body, coding(again)) == (304, b"", [])
    assert said(again, b"vary") == [b"accept-encoding"]


def test_a_page_that_could_not_be_made_leaves_plain(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("edge.page.squeezed.Squeezed.gzip", fail)
    answer = ask(front(whole(PAGE), COMPRESS), "/", [GERMAN, GZIP])
    assert (answer.body, coding(answer)) == (PAGE, [])
    assert said(answer, b"content-length") == [b"%d" % len(PAGE)]
