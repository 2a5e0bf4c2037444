"""What comes gzipped is opened within limits and closed again."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from edge.page.coding import LIMIT, PIECE, BadGzipError, Gunzip, Gzip, gunzip

TEXT = random.Random(1).randbytes(50_000).hex().encode()


def test_a_whole_body_is_opened() -> None:
    assert gunzip(gzip.compress(TEXT)) == TEXT
    assert gunzip(gzip.compress(b"")) == b""


@pytest.mark.parametrize("size", [1, 2, 7, 1000, 1_000_000])
def test_chunks_of_any_size_give_the_same_bytes(size: int) -> None:
    data, stream = gzip.compress(TEXT), Gunzip()
    made: list[bytes] = []
    for at in range(0, len(data), size):
        made += stream.feed(data[at : at + size])
    made.append(stream.close())
    assert b"".join(made) == TEXT
    assert not stream.excessive


def test_several_members_are_one_text() -> None:
    assert gunzip(gzip.compress(b"one") + gzip.compress(b"two") + b"\0" * 10) == b"onetwo"


@pytest.mark.parametrize(
    "damage",
    [b"", b"plain text", gzip.compress(TEXT)[:-9], gzip.compress(TEXT)[:20]],
    ids=["nothing", "text", "no end", "a beginning"],
)
def test_what_is_no_gzip_is_not_opened(damage: bytes) -> None:
    assert gunzip(damage) is None


def test_a_wrong_checksum_is_not_opened() -> None:
    data = bytearray(gzip.compress(TEXT))
    data[-5] ^= 1
    assert gunzip(bytes(data)) is None


def test_a_cut_stream_is_told_at_its_end() -> None:
    stream = Gunzip()
    assert b"".join(stream.feed(gzip.compress(TEXT)[:-4])) == TEXT
    with pytest.raises(BadGzipError):
        stream.close()


def test_a_bomb_is_not_opened() -> None:
    bomb = gzip.compress(b"\0" * (LIMIT + 1), 9)
    assert len(bomb) < 40_000
    assert gunzip(bomb) is None


def test_a_bomb_comes_in_small_pieces_and_is_known_as_one() -> None:
    stream, sizes = Gunzip(), []
    for piece in stream.feed(gzip.compress(b"\0" * (4 * 1024 * 1024), 9)):
        sizes.append(len(piece))
    assert max(sizes) <= PIECE
    assert sum(sizes) == 4 * 1024 * 1024
    assert stream.excessive


def test_a_small_repetitive_page_is_no_bomb() -> None:
    text = b"<p>again</p>" * 50_000
    assert gunzip(gzip.compress(text, 9)) == text


def test_what_is_closed_can_be_opened_chunk_by_chunk() -> None:
    made, opened = Gzip(), zlib.decompressobj(31)
    assert opened.decompress(made.feed(b"first")) == b"first"
    assert made.feed(b"") == b""
    assert opened.decompress(made.feed(b"second")) == b"second"
    assert opened.decompress(made.close(b"last")) == b"last"
    assert opened.eof


@pytest.mark.parametrize("failing", range(6))
def test_a_stream_goes_on_without_its_compressor(failing: int) -> None:
    """It fails at one of its calls: what it has given so far, and what it has not, make one stream."""
    chunks = [TEXT[:10], TEXT[10:200], TEXT[200:70_000], TEXT[70_000:]]
    stream, coded = Gzip(), b""
    for number, chunk in enumerate(chunks):
        last = number == len(chunks) - 1
        if number == failing:
            coded += stream.store(chunk, last=last)
        else:
            coded += stream.close(chunk) if last else stream.feed(chunk)
    assert gzip.decompress(coded) == TEXT


def test_a_stream_of_nothing_is_one() -> None:
    assert gzip.decompress(Gzip().close()) == b""
    assert gzip.decompress(Gzip().store(b"", last=True)) == b""


def test_another_goes_on_where_a_stream_was() -> None:
    data = gzip.compress(TEXT)
    stream = Gunzip()
    first = b"".join(stream.feed(data[:5_000]))
    fork = stream.fork()
    rest = [b"".join(one.feed(data[5_000:])) + one.close() for one in (stream, fork)]
    assert [first + one for one in rest] == [TEXT, TEXT]
