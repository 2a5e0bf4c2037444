"""One response on its way out: what is tailored, what passes, and that nothing is lost when something fails."""

from __future__ import annotations

import asyncio
import gzip
import logging
import zlib
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, Pairs, ask, exchange, html, replying, scope_of, start, whole
from tests.page.sites import GERMAN, PAGE, Front

HTML = (b"content-type", b"text/html; charset=utf-8")
HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())
BOTH = HALLO.replace(b"Free shipping", b"<b>30 days free for news</b>")


def cut(page: bytes, size: int) -> list[bytes]:
    return [page[at : at + size] for at in range(0, len(page), size)]


# A page that is complete in its first message.


def test_a_page_is_made_for_its_visitor(front: Front) -> None:
    answer = ask(front(whole(PAGE)), "/?utm_source=news", [GERMAN])
    assert answer.body == BOTH
    assert answer.header(b"content-length") == str(len(BOTH)).encode()
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


@pytest.mark.parametrize("pieces", [(PAGE,), (PAGE[:60], PAGE[60:])], ids=["whole", "in pieces"])
def test_an_app_may_use_again_what_it_has_sent(front: Front, pieces: tuple[bytes, ...]) -> None:
    """Servers that send a start at once do not mind what becomes of it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        value, message = bytearray(HTML[1]), start()
        message["headers"] = [[HTML[0], value]]
        await send(message)
        value[:] = b"text/plain"
        message.clear()
        for count, piece in enumerate(pieces, 1):
            message.update(type="http.response.body", body=piece, more_body=count < len(pieces))
            await send(message)

    answer = ask(front(app), "/", [GERMAN])
    assert answer.status == 200
    assert answer.header(b"content-type") == HTML[1]
    assert answer.body == HALLO


def test_another_visitor_gets_the_default(front: Front) -> None:
    answer = ask(front(html(PAGE)))
    assert answer.body == PAGE
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


def test_a_page_without_slots_keeps_everything_of_the_origin(front: Front) -> None:
    headers = [(b"ETag", b'"x"'), (b"cache-control", b"public, max-age=60"), (b"Content-Length", b"9")]
    app = html(b"<p>hi</p>", headers=headers)
    assert ask(front(app), "/", [GERMAN]).told == ask(app).told


def test_a_plan_that_is_kept_gives_the_same_page(front: Front) -> None:
    app = front(html(PAGE))
    first = ask(app, "/", [GERMAN])
    assert ask(app, "/", [GERMAN]).told == first.told
    assert ask(app).body == PAGE
    assert app.setup is not None
    assert app.setup.plans.find("/", PAGE, "text/html; charset=utf-8") is not None


def test_a_page_that_changes_is_read_again(front: Front) -> None:
    pages = [PAGE, PAGE.replace(b"end", b"fin"), PAGE]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await html(pages.pop())(scope, receive, send)

    edge = front(app)
    answers = [ask(edge, "/", [GERMAN]).body for _ in range(3)]
    assert answers == [HALLO, HALLO.replace(b"end", b"fin"), HALLO]


def test_headers_keep_their_order_and_duplicates(front: Front) -> None:
    headers = [(b"Set-Cookie", b"a=1"), (b"X-A", b"1"), (b"Set-Cookie", b"b=2")]
    answer = ask(front(html(PAGE, headers=headers)), "/", [GERMAN])
    assert list(answer.start["headers"])[:4] == [HTML, *headers]


def test_body_and_more_body_and_headers_are_optional_keys(front: Front) -> None:
    bare: list[Message] = [{"type": "http.response.start", "status": 200}, {"type": "http.response.body"}]
    assert ask(front(replying(*bare))).messages == bare
    empty: list[Message] = [start([HTML]), {"type": "http.response.body"}]
    assert ask(front(replying(*empty))).messages == empty


def test_the_status_is_the_origins(front: Front) -> None:
    app = front(html(PAGE, status=404), {"edge.toml": "error_pages = true\n[geo]\ncountry = 'CF-IPCountry'"})
    answer = ask(app, "/", [GERMAN])
    assert (answer.status, answer.body) == (404, HALLO)


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1251", "shift_jis", "utf-8"])
def test_blocks_are_written_in_the_pages_charset(front: Front, charset: str) -> None:
    app = replying(start([(b"content-type", b"text/html; charset=" + charset.encode())]), {
        "type": "http.response.body", "body": PAGE,
    })  # fmt: skip
    body = ask(front(app), "/", [GERMAN]).body
    if charset == "iso-8859-1":
        assert "Klänge für alle".encode("latin-1") in body
    elif charset == "utf-8":
        assert "Klänge für alle".encode() in body
    else:
        assert b"Kl&#228;nge f&#252;r alle" in body


@pytest.mark.parametrize("charset", ["utf-16", "iso-2022-jp", "hz-gb-2312"])
def test_a_charset_that_cannot_be_written_passes(front: Front, charset: str) -> None:
    known = [(b"content-type", b"text/html; charset=" + charset.encode()), (b"content-length", b"%d" % len(PAGE))]
    app = replying(start(known), {"type": "http.response.body", "body": PAGE})
    assert ask(front(app), "/", [GERMAN]).told == ask(app).told


# Conditional requests.


def test_a_page_with_slots_has_a_validator_of_its_own(front: Front) -> None:
    app = front(whole(PAGE, [(b"etag", b'"v1"'), (b"last-modified", b"Sat, 21 Nov 2026 00:00:00 GMT")]))
    default, german = ask(app), ask(app, "/", [GERMAN])
    for answer in (default, german):
        tag = answer.header(b"etag")
        assert tag is not None
        assert tag.startswith(b'W/"v1;')
        assert answer.header(b"last-modified") is None
    assert default.header(b"etag") != german.header(b"etag")
    assert ask(app).header(b"etag") == default.header(b"etag")


def test_a_page_that_its_visitor_has_is_not_sent_again(front: Front) -> None:
    seen: list[Scope] = []
    inner = whole(PAGE, [(b"etag", b'"v1"')])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await inner(scope, receive, send)

    edge = front(app)
    tag = ask(edge, "/", [GERMAN]).header(b"etag")
    assert tag is not None
    asked = [(b"if-none-match", tag), (b"if-modified-since", b"Sat, 21 Nov 2026 00:00:00 GMT")]
    answer = ask(edge, "/", [GERMAN, *asked])
    assert (answer.status, answer.body) == (304, b"")
    assert answer.header(b"etag") == tag
    assert answer.header(b"content-type") is None
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
    assert not {b"if-none-match", b"if-modified-since"} & {name for name, _ in seen[-1]["headers"]}
    # Somebody else's tag: the page, whole.
    other = ask(edge, "/", asked)
    assert (other.status, other.body) == (200, PAGE)


def test_a_304_of_the_origin_passes_and_no_page_gets_lost(front: Front) -> None:
    app = replying(start([(b"etag", b'"v1"')], 304), {"type": "http.response.body", "body": b""})
    answer = ask(front(app), "/", [GERMAN, (b"if-none-match", b'"v1"')])
    assert answer.messages == ask(app).messages


def test_a_page_without_a_tag_gets_none(front: Front) -> None:
    assert ask(front(html(PAGE)), "/", [GERMAN]).header(b"etag") is None


# A page in several messages.


@pytest.mark.parametrize("size", [1, 3, 17, 64, 1000])
def test_a_streamed_page_is_made_for_its_visitor(front: Front, size: int) -> None:
    app = front(html(*cut(PAGE, size), b"", headers=[(b"etag", b'"x"'), (b"x-a", b"1")]))
    answer = ask(app, "/?utm_source=news", [GERMAN])
    assert answer.body == BOTH
    assert answer.header(b"content-length") is None
    assert answer.header(b"etag") is None
    assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"
    assert answer.messages[-1].get("more_body", False) is False
    assert ask(app).body == PAGE
    assert ask(app, "/?utm_source=news", [GERMAN]).body == BOTH


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_a_streamed_page_that_has_changed_is_read_again(front: Front, size: int) -> None:
    pages = [PAGE, PAGE.replace(b"end", b"fin"), PAGE.replace(b"everyone", b"all of you"), PAGE]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await html(*cut(pages.pop(0), size), b"")(scope, receive, send)

    edge = front(app)
    answers = [ask(edge, "/", [GERMAN]).body for _ in range(4)]
    assert answers == [HALLO, HALLO.replace(b"end", b"fin"), HALLO, HALLO]


@pytest.mark.parametrize("size", [1, 17, 1000])
def test_a_page_of_known_length_is_taken_whole_however_it_was_cut(front: Front, size: int) -> None:
    known = [(b"content-length", b"%d" % len(PAGE)), (b"etag", b'"v1"')]
    whole = ask(front(html(PAGE, headers=known)), "/", [GERMAN])
    edge = front(html(*cut(PAGE, size), b"", headers=known))
    answer = ask(edge, "/", [GERMAN])
    assert (answer.start, answer.body) == (whole.start, HALLO)
    tag = answer.header(b"etag")
    assert tag is not None
    assert ask(edge, "/", [GERMAN, (b"if-none-match", tag)]).status == 304


def test_a_page_of_known_length_without_slots_keeps_everything_of_the_origin(front: Front) -> None:
    page = b"<p>row</p>" * 20_000
    headers = [(b"content-length", b"%d" % len(page)), (b"etag", b'"x"')]
    app = html(*cut(page, 65_536), headers=headers)
    answer = ask(front(app), "/", [GERMAN])
    assert (answer.start, answer.body) == (ask(app).start, page)


def test_a_long_page_of_known_length_is_streamed(front: Front) -> None:
    page = PAGE + b" " * (1 << 20)
    app = html(*cut(page, 65_536), headers=[(b"content-length", b"%d" % len(page))])
    answer = ask(front(app), "/", [GERMAN])
    assert answer.body == HALLO + b" " * (1 << 20)
    assert len(answer.bodies) > 10


@pytest.mark.parametrize("length", [b"5", b"100", b"9999"])
@pytest.mark.parametrize("size", [1, 40, 1000])
def test_a_page_of_another_length_than_it_says_passes(front: Front, size: int, length: bytes) -> None:
    app = html(*cut(PAGE, size), headers=[(b"content-length", length)])
    answer = ask(front(app), "/", [GERMAN])
    assert (answer.start, answer.body) == (ask(app).start, PAGE)
    assert answer.messages[-1].get("more_body", False) is False


@pytest.mark.parametrize("length", [b"", b"x", b"-5", b"1" * 99, b"5, 5"])
def test_a_length_that_is_none_is_ignored(front: Front, length: bytes) -> None:
    app = front(html(PAGE[:50], PAGE[50:], headers=[(b"content-length", length)]))
    assert ask(app, "/", [GERMAN]).body == HALLO


def test_a_part_of_a_page_of_known_length_reaches_the_visitor_when_the_app_raises(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML, (b"content-length", b"500")]))
        await send({"type": "http.response.body", "body": PAGE[:60], "more_body": True})
        raise LookupError("mine")

    answer = Answer()
    with pytest.raises(LookupError):
        asyncio.run(exchange(front(app), scope_of("/", [GERMAN]), answer))
    assert (answer.body, answer.header(b"content-length")) == (PAGE[:60], b"500")
    assert answer.messages[-1]["more_body"] is True


def test_an_unknown_message_within_a_page_of_known_length_comes_in_its_place(front: Front) -> None:
    odd: Message = {"type": "http.response.zerocopysend", "file": 3}
    first: Message = {"type": "http.response.body", "body": PAGE[:60], "more_body": True}
    answer = ask(front(replying(start([HTML, (b"content-length", b"500")]), first, odd)), "/", [GERMAN])
    assert answer.told[1:] == [first, odd]


def test_what_is_certain_leaves_before_the_next_chunk_comes(front: Front) -> None:
    answer = Answer()
    seen: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        for chunk in (b"<p>one</p>", b'<p>two</p><main data-edge-slot="hero">de', b"fault</main>three", b""):
            await send({"type": "http.response.body", "body": chunk, "more_body": bool(chunk)})
            seen.append(answer.body)

    asyncio.run(exchange(front(app), scope_of("/", [GERMAN]), answer))
    assert seen[0] == b"<p>one</p>"
    assert seen[1].startswith(b"<p>one</p><p>two</p>")
    assert b"default" not in seen[1]
    assert seen[2].endswith("Klänge für alle</h1></main>three".encode())


def test_a_streamed_page_that_is_declared_without_slots_passes(front: Front) -> None:
    settings = {"edge.toml": '[pages]\nno_slots = ["/blog/*"]\n[geo]\ncountry = "CF-IPCountry"'}
    app = html(PAGE[:50], PAGE[50:], headers=[(b"etag", b'"x"')])
    edge = front(app, settings)
    assert ask(edge, "/blog/1", [GERMAN]).told == ask(app).told
    assert ask(edge, "/other", [GERMAN]).body == HALLO


def test_a_streamed_page_waits_for_its_charset(front: Front) -> None:
    head = b"<!doctype html><meta charset=windows-1251>"
    app = replying(
        start([(b"content-type", b"text/html")]),
        {"type": "http.response.body", "body": head[:20], "more_body": True},
        {"type": "http.response.body", "body": head[20:] + PAGE, "more_body": True},
        {"type": "http.response.body"},
    )
    assert b"Kl&#228;nge" in ask(front(app), "/", [GERMAN]).body


def test_a_streamed_page_in_a_charset_that_cannot_be_written_passes(front: Front) -> None:
    body = PAGE.decode().encode("utf-16")
    app = replying(
        start([(b"content-type", b"text/html")]),
        {"type": "http.response.body", "body": body[:33], "more_body": True},
        {"type": "http.response.body", "body": body[33:], "more_body": False},
    )
    assert ask(front(app), "/", [GERMAN]).body == body


def test_server_sent_events_pass_as_they_come(front: Front) -> None:
    app = replying(
        start([(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]),
        {"type": "http.response.body", "body": b'data: <main data-edge-slot="hero">\n\n', "more_body": True},
        {"type": "http.response.body", "body": b"", "more_body": False},
    )
    assert ask(front(app), "/", [GERMAN]).told == ask(app).told


# Compressed pages.


@pytest.mark.parametrize("size", [5, 100_000])
@pytest.mark.parametrize("takes_gzip", [True, False])
def test_a_gzipped_page_is_opened_and_closed_again(front: Front, size: int, takes_gzip: bool) -> None:
    packed = gzip.compress(PAGE)
    app = html(*cut(packed, size), headers=[(b"content-encoding", b"gzip")])
    asked = [GERMAN, (b"accept-encoding", b"gzip, br")] if takes_gzip else [GERMAN]
    answer = ask(front(app), "/", asked)
    assert (answer.header(b"content-encoding") == b"gzip") is takes_gzip
    assert (gzip.decompress(answer.body) if takes_gzip else answer.body) == HALLO
    assert answer.header(b"vary") == b"accept-encoding"


def test_a_gzipped_page_that_shows_its_default_keeps_its_bytes(front: Front) -> None:
    packed = gzip.compress(PAGE)
    app = front(whole(packed, [(b"content-encoding", b"gzip")]))
    assert ask(app, "/", [(b"accept-encoding", b"gzip")]).body == packed


@pytest.mark.parametrize(
    "body",
    [b"not gzip at all", gzip.compress(PAGE)[:-6], gzip.compress(b"\0" * (33 << 20))],
    ids=["text", "cut", "bomb"],
)
def test_what_cannot_be_opened_passes(front: Front, body: bytes) -> None:
    app = whole(body, [(b"content-encoding", b"gzip")])
    assert ask(front(app), "/", [GERMAN, (b"accept-encoding", b"gzip")]).told == ask(app).told


def test_a_streamed_bomb_reaches_its_visitor_in_flat_memory(front: Front) -> None:
    page = PAGE + b" " * (8 << 20)
    packed = gzip.compress(page)
    app = html(*cut(packed, 4096), b"", headers=[(b"content-encoding", b"gzip")])
    answer = ask(front(app), "/", [GERMAN])
    assert answer.body == HALLO + b" " * (8 << 20)
    assert max(map(len, answer.bodies)) <= 128 * 1024


def test_a_streamed_page_cut_short_stays_cut(front: Front) -> None:
    packed = gzip.compress(PAGE * 50)
    app = html(packed[:100], packed[100:-20], headers=[(b"content-encoding", b"gzip")])
    answer = Answer()
    with pytest.raises(Exception, match="cut short"):
        asyncio.run(exchange(front(app), scope_of("/", [GERMAN]), answer))
    assert answer.messages[-1]["more_body"] is True


def test_chunks_of_a_gzipped_stream_leave_as_they_come(front: Front) -> None:
    packer = zlib.compressobj(wbits=31)
    chunks = [packer.compress(b"<p>one</p>") + packer.flush(zlib.Z_SYNC_FLUSH), packer.flush()]
    answer, seen = Answer(), []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML, (b"content-encoding", b"gzip")]))
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": chunk is chunks[0]})
            seen.append(zlib.decompressobj(31).decompress(answer.body))

    asyncio.run(exchange(front(app), scope_of("/", [GERMAN, (b"accept-encoding", b"gzip")]), answer))
    assert seen[0] == b"<p>one</p>"


# HEAD, files, other kinds of message.


def test_head_says_what_a_streamed_get_would(front: Front) -> None:
    app = html(b"", headers=[(b"content-length", b"500"), (b"etag", b'"x"'), (b"x-a", b"1")])
    answer = ask(front(app), "/", [GERMAN], "HEAD")
    assert answer.body == b""
    assert answer.headers == [HTML, (b"x-a", b"1"), (b"cache-control", b"private, no-cache, max-age=0")]


def test_head_of_a_page_declared_without_slots_passes(front: Front) -> None:
    app = html(b"", headers=[(b"content-length", b"500"), (b"etag", b'"x"')])
    edge = front(app, {"edge.toml": '[pages]\nno_slots = ["/"]'})
    assert ask(edge, "/", (), "HEAD").messages == ask(app).messages


@pytest.mark.parametrize("padding", [0, 3 << 20])
def test_html_offered_by_pathsend_is_read(front: Front, tmp_path: Path, padding: int) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(PAGE + b" " * padding)
    app = replying(start([HTML]), {"type": "http.response.pathsend", "path": str(file)})
    answer = ask(front(app), "/", [GERMAN])
    assert answer.body == HALLO + b" " * padding
    assert {m["type"] for m in answer.messages} == {"http.response.start", "http.response.body"}


def test_other_files_and_lost_files_are_the_servers_affair(front: Front, tmp_path: Path) -> None:
    for headers in ([(b"content-type", b"image/png")], [HTML]):
        app = replying(start(headers), {"type": "http.response.pathsend", "path": str(tmp_path / "no")})
        assert ask(front(app), "/", [GERMAN]).messages == ask(app).messages


def test_messages_of_unknown_type_pass_in_their_place(front: Front) -> None:
    hint: Message = {"type": "http.response.early_hint", "links": [b"</a.css>"]}
    debug: Message = {"type": "http.response.debug", "info": {}}
    trailers: Message = {"type": "http.response.trailers", "headers": [], "more_trailers": False}
    body: Message = {"type": "http.response.body", "body": PAGE, "more_body": False}
    answer = ask(front(replying(hint, debug, start([HTML]), body, trailers)), "/", [GERMAN])
    assert [m["type"].rpartition(".")[2] for m in answer.told] == [
        "early_hint", "debug", "start", "body", "trailers",
    ]  # fmt: skip
    assert answer.body == HALLO


def test_an_unknown_message_in_the_middle_ends_the_tailoring_but_loses_nothing(front: Front) -> None:
    parts = cut(PAGE, 70)
    bodies: list[Message] = [{"type": "http.response.body", "body": part, "more_body": True} for part in parts]
    odd: Message = {"type": "http.response.zerocopysend", "file": 3, "more_body": True}
    app = replying(start([HTML]), bodies[0], odd, *bodies[1:], {"type": "http.response.body"})
    answer = ask(front(app), "/", [GERMAN])
    assert answer.body == PAGE
    at = answer.messages.index(odd)
    assert b"".join(m.get("body", b"") for m in answer.messages[:at]) == parts[0]


def test_an_unknown_message_in_place_of_the_body_passes(front: Front) -> None:
    odd: Message = {"type": "http.response.zerocopysend", "file": 3}
    messages = [start([HTML]), odd]
    assert ask(front(replying(*messages)), "/", [GERMAN]).messages == messages


# Faults.


def test_what_the_app_raises_is_raised_on(front: Front) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        ask(front(app))


@pytest.mark.parametrize("sent", [1, 2, 3])
def test_what_left_before_the_app_raised_reaches_the_visitor(front: Front, sent: int) -> None:
    messages: list[Message] = [
        start([HTML]),
        {"type": "http.response.body", "body": PAGE[:60], "more_body": True},
        {"type": "http.response.body", "body": PAGE[60:80], "more_body": True},
    ][:sent]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await replying(*messages)(scope, receive, send)
        raise LookupError("mine")

    answer = Answer()
    with pytest.raises(LookupError):
        asyncio.run(exchange(front(app), scope_of("/", [GERMAN]), answer))
    assert answer.status == 200
    assert answer.body == b"".join(m.get("body", b"") for m in messages)


@pytest.mark.parametrize("chunks", [1, 2])
@pytest.mark.parametrize(
    "broken",
    [
        "edge.page.whole.parse_plan",
        "edge.page.flow.Stream.feed",
        "edge.page.flow.Stream.take",
        "edge.page.showing.decide",
    ],
)
def test_whatever_fails_in_edge_the_visitor_gets_the_page(
    front: Front, monkeypatch: pytest.MonkeyPatch, broken: str, chunks: int, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("@".join(["secret", "example.com"]))  # in pieces: a traceback quotes this line

    app = front(whole(PAGE) if chunks == 1 else html(*cut(PAGE, len(PAGE) // chunks + 1)))
    monkeypatch.setattr(broken, fail)
    touched = "whole" not in broken or chunks == 1
    answer = ask(app, "/", [GERMAN])
    if broken.startswith("edge.page.flow") and chunks == 1:
        assert answer.body == HALLO
        return
    if touched:
        assert answer.body == PAGE
        assert app.counts["defaulted", "failed"] >= 1
        assert "ZeroDivisionError" in caplog.text
        assert "secret@example.com" not in caplog.text
        assert answer.header(b"cache-control") == b"private, no-cache, max-age=0"


def test_a_failing_cookie_reader_costs_nothing_but_the_tailoring(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    app = front(html(PAGE))
    monkeypatch.setattr("edge.page.callers.Callers.find", fail)
    assert ask(app, "/", [GERMAN, (b"cookie", b"a=1")]).body == PAGE
    monkeypatch.undo()
    assert ask(app, "/", [GERMAN, (b"cookie", b"a=1")]).body == HALLO


def test_a_block_that_fails_leaves_the_default_and_the_other_slots(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    app = front(
        html(PAGE),
        {
            "experiences.toml": """
                [hero]
                slot = "hero"
                show = "name"
                [offer]
                slot = "offer"
                show = "trial"
            """,
            "facts.toml": '[traits.first_name]\nkind = "text"',
            "blocks/name.html": "<p>{{ traits.first_name }}</p>",
        },
    )
    answer = ask(app, "/?utm_source=news")
    assert answer.body == PAGE.replace(b"Free shipping", b"<b>30 days free for news</b>")
    assert app.counts == {("tailored", "offer"): 1, ("defaulted", "failed"): 1}
    assert "block name" in caplog.text


def test_a_client_that_leaves_cancels_cleanly(front: Front) -> None:
    began, over = asyncio.Event(), []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        await send({"type": "http.response.body", "body": PAGE[:70], "more_body": True})
        began.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            over.append("cancelled")
            raise

    async def run() -> Answer:
        answer = Answer()
        task = asyncio.create_task(exchange(front(app), scope_of("/", [GERMAN]), answer))
        await began.wait()
        sent = len(answer.messages)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(answer.messages) == sent
        return answer

    answer = asyncio.run(run())
    assert over == ["cancelled"]
    assert PAGE.startswith(answer.body)


def test_a_server_that_refuses_to_send_is_heard_by_the_app(front: Front) -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await html(PAGE)(scope, receive, send)
        except OSError as error:
            heard.append(str(error))

    async def refuse(message: Message) -> None:
        raise OSError("gone")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    asyncio.run(front(app)(scope_of("/", [GERMAN]), receive, refuse))
    assert heard == ["gone"]


def test_context_variables_reach_the_app_and_come_back(front: Front) -> None:
    variable: ContextVar[str] = ContextVar("variable", default="")
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(variable.get())
        variable.set("from the app")
        await html(PAGE)(scope, receive, send)

    edge = front(app)

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        variable.set("from outside")
        await edge(scope, receive, send)
        seen.append(variable.get())

    ask(outer)
    assert seen == ["from outside", "from the app"]


# What is counted and logged.


def test_everything_is_counted(front: Front) -> None:
    app = front(html(PAGE))
    ask(app, "/", [GERMAN])
    ask(app, "/?utm_source=news", [(b"user-agent", b"Googlebot/2.1")])
    ask(app, "/", (), "POST")
    assert app.counts == {
        ("tailored", "hero"): 1,
        ("defaulted", "no match"): 1,
        ("defaulted", "bot"): 2,
        ("passed", "method"): 1,
    }
    plain = front(html(b"<p>hi"))
    ask(plain)
    assert plain.counts == {("passed", "no slots"): 1}


def test_one_debug_line_a_decision_and_no_personal_data(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "edge")
    personal: Pairs = [
        GERMAN, (b"cookie", b"__Host-edge=forged; session=abc123"), (b"user-agent", b"Secret-Agent/7"),
    ]  # fmt: skip
    edge = front(html(PAGE))
    caplog.clear()
    ask(edge, "/?utm_source=news&email=jo@example.com", personal)
    lines = [record for record in caplog.records if record.name.startswith("edge")]
    assert [record.levelname for record in lines] == ["DEBUG", "DEBUG"]
    for secret in ("abc123", "forged", "jo@example.com", "Secret-Agent"):
        assert secret not in caplog.text


def test_no_task_is_left_behind(front: Front) -> None:
    async def run() -> int:
        await exchange(front(html(PAGE)), scope_of("/", [GERMAN]), Answer())
        return len([task for task in asyncio.all_tasks() if not task.get_name().startswith("edge: ")])

    assert asyncio.run(run()) == 1
