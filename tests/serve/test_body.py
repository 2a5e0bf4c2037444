"""Where a request's body ends."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from edge.serve.body import Body, Chunks, Counted
from edge.serve.limits import Limits
from edge.serve.refusal import RefusalError


def feed(body: Body, pieces: list[bytes]) -> tuple[bytes, bytes]:
    """What is handed on of `pieces`, and what stands behind the body's end."""
    made, waiting = b"", b""
    for piece in pieces:
        data, waiting = body.feed(waiting + piece)
        made += data
    return made, waiting


def content(framed: bytes) -> bytes:
    """The content of chunks as the gate makes them, which have one form only."""
    found = b""
    while framed != b"0\r\n\r\n":
        size = re.match(rb"([1-9a-f][0-9a-f]*)\r\n", framed)
        assert size is not None, framed[:40]
        end = size.end() + int(size[1], 16)
        assert framed[end : end + 2] == b"\r\n"
        found, framed = found + framed[size.end() : end], framed[end + 2 :]
    return found


def bytewise(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


def test_a_counted_body_ends_by_count() -> None:
    body = Counted(5)
    assert body.feed(b"abc") == (b"abc", b"")
    assert not body.done
    assert body.feed(b"defg") == (b"de", b"fg")
    assert body.done


CHUNKED = b'5\r\nhello\r\n006;a="b;c" ; d\r\n\r\nbye\x00\r\n0;x\r\nA: b\r\nExpires:\r\n\r\n'


@pytest.mark.parametrize("pieces", [[CHUNKED + b"GET"], bytewise(CHUNKED + b"GET")])
def test_chunks_are_made_anew_without_extensions_and_trailers(pieces: list[bytes]) -> None:
    body = Chunks(Limits())
    made, rest = feed(body, pieces)
    assert body.done
    assert content(made) == b"hello\r\nbye\x00"
    assert rest == b"GET"


@given(some.lists(some.binary(min_size=1, max_size=300)), some.integers(0, 2**32))
def test_chunks_cut_anywhere_are_the_same(parts: list[bytes], seed: int) -> None:
    framed = b"".join(b"%X\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    cut, pieces = random.Random(seed), []
    rest = framed + b"next"
    while rest:
        length = cut.randint(1, 40)
        pieces.append(rest[:length])
        rest = rest[length:]
    body = Chunks(Limits())
    made, behind = feed(body, pieces)
    assert content(made) == b"".join(parts)
    assert behind == b"next"


@pytest.mark.parametrize(
    "data",
    [
        b"x\r\n",
        b"\r\n",
        b" 5\r\nhello",
        b"0x5\r\nhello",
        b"+5\r\nhello",
        b"5\nhello\r\n",
        b"5\r\nhello\n",
        b"5\r\nhello5\r\n",
        b"5\r\nhelloworld\r\n",
        b"5;a\nb\r\nhello",
        b"5;a\rb\r\nhello",
        b"5;\x00\r\nhello",
        b"5 hello\r\n",
        b"1234567890abcdef\r\n",
        b"5;" + b"x" * 2000,
        b"0\r\nA : b\r\n\r\n",
        b"0\r\n A: b\r\n\r\n",
        b"0\r\nGET / HTTP/1.1\r\n\r\n",
        b"0\r\nA: \x00\r\n\r\n",
        b"0\r\nA: b\n\r\n",
        b"0\r\n\n",
    ],
)
def test_malformed_chunks_are_refused(data: bytes) -> None:
    for pieces in ([data], bytewise(data)):
        with pytest.raises(RefusalError) as refusal:
            feed(Chunks(Limits()), pieces)
        assert refusal.value.status == 400


def test_extensions_have_a_length() -> None:
    with pytest.raises(RefusalError) as refusal:
        feed(Chunks(Limits()), [b"1;" + b"x" * 1000 + b"\r\n.\r\n"] * 20)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "trailers", [b"A: b\r\n" * 101, b"A: " + b"x" * 10_000 + b"\r\nB: " + b"x" * 10_000 + b"\r\n"]
)
def test_trailers_have_a_number_and_a_length(trailers: bytes) -> None:
    with pytest.raises(RefusalError) as refusal:
        feed(Chunks(Limits()), [b"0\r\n" + trailers])
    assert refusal.value.status == 431


def test_nothing_is_kept_of_a_long_chunk() -> None:
    body = Chunks(Limits())
    assert body.feed(b"FFFFFFFF\r\n") == (b"", b"")
    for _ in range(10):
        assert body.feed(b"x" * 1000) == (b"3e8\r\n" + b"x" * 1000 + b"\r\n", b"")
