"""The access log's way out."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections.abc import Iterator

import pytest

from edge.door.entry import LONGEST
from edge.door.writer import Writer


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_lines_come_in_order_and_in_pieces_that_are_written_at_once(pipe: tuple[int, int]) -> None:
    lines = [b"%d %b\n" % (number, b"x" * (number % 700)) for number in range(150)]

    async def write() -> None:
        writer = Writer(pipe[1])
        for line in lines:
            writer(line)
        await asyncio.to_thread(writer.close)

    asyncio.run(write())
    assert os.read(pipe[0], 1 << 20) == b"".join(lines)


def test_they_leave_by_themselves(pipe: tuple[int, int]) -> None:
    async def write() -> bytes:
        writer = Writer(pipe[1])
        writer(b"one\n")
        found = await asyncio.to_thread(os.read, pipe[0], 100)
        writer.close()
        return found

    assert asyncio.run(write()) == b"one\n"


def test_a_reader_that_stands_still_holds_nobody_up(
    pipe: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    line = b"x" * (LONGEST - 1) + b"\n"
    fcntl.fcntl(pipe[1], fcntl.F_SETPIPE_SZ, LONGEST)

    async def write() -> None:
        writer = Writer(pipe[1])
        for _ in range(2100):  # more than 8 MiB
            writer(line)
        taken = 0
        reading = 2049 * LONGEST
        while taken < reading:
            taken += len(await asyncio.to_thread(os.read, pipe[0], 1 << 20))
        writer(b"after\n")
        assert await asyncio.to_thread(os.read, pipe[0], 100) == b"after\n"
        writer.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(write())
    assert "51 lines of the access log are lost" in caplog.text


def test_nobody_reads_any_more() -> None:
    ours, theirs = os.pipe()
    os.close(ours)

    async def write() -> None:
        writer = Writer(theirs)
        writer(b"one\n")
        writer.close()

    asyncio.run(write())
    os.close(theirs)
