"""Large bodies pass in little memory: what a process of its own takes at its peak."""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.load import running
from tests.hosts.wire import Wire
from tests.serve.raw_origin import Script, Talk, ok, raw_origin
from tests.serve.recorder import head

MIB = 1024 * 1024
BOUND = 16 * MIB
"""Far above what a few connections' buffers take, far below any of the bodies."""

SIZES = [pytest.param(64, id="64 MiB"), pytest.param(1024, id="1 GiB", marks=pytest.mark.soak)]
PIECE = bytes(range(256)) * 4096


@contextmanager
def measured(script: Script) -> Iterator[Wire]:
    """A connection to Edge before a site of this script. What Edge's memory grows by in the end is bounded."""
    with raw_origin(script) as site, running("tests.serve.door_process", site.url) as (port, process):
        wire = Wire(socket.create_connection(("127.0.0.1", port), timeout=60))
        before = peak(process)
        yield wire
        wire.close()
        grown = peak(process) - before
        print(f"grew by {grown / MIB:.1f} MiB")
    assert grown < BOUND


def peak(process: int) -> int:
    """The most memory that a process ever took, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("framing", ["content-length", "chunked"])
@pytest.mark.parametrize("size", SIZES)
def test_an_upload_is_not_kept(size: int, framing: str) -> None:
    def answer(talk: Talk) -> None:
        asked = talk.head()
        assert asked is not None
        total = check = 0
        pieces = (
            talk.chunks()
            if framing == "chunked"
            else iter(lambda: talk.file.read(65536) if total < size * MIB else b"", b"")
        )
        for data in pieces:
            total += len(data)
            check = zlib.crc32(data, check)
        talk.send(ok(b"%d %d" % (total, check)))

    check = 0
    for _ in range(size):
        check = zlib.crc32(PIECE, check)
    with measured(answer) as wire:
        if framing == "chunked":
            wire.send(head(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked"))
            for _ in range(size):
                wire.send(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
            wire.send(b"0\r\n\r\n")
        else:
            wire.send(head(b"POST / HTTP/1.1", b"Content-Length: %d" % (size * MIB)))
            for _ in range(size):
                wire.send(PIECE)
        assert wire.reply().body == b"%d %d" % (size * MIB, check)


@pytest.mark.parametrize("framing", [b"Content-Length: %d", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("size", SIZES)
def test_a_download_is_not_kept(size: int, framing: bytes) -> None:
    chunked = b"chunked" in framing

    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(b"HTTP/1.1 200 OK\r\n" + (framing if chunked else framing % (size * MIB)) + b"\r\n\r\n")
        for _ in range(size):
            talk.send(b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
        talk.send(b"0\r\n\r\n" if chunked else b"")

    with measured(answer) as wire:
        wire.send(head(b"GET / HTTP/1.1"))
        wire.head()
        total = check = 0
        while total < size * MIB:
            data = wire.chunk() if chunked else wire.read(65536)
            assert data
            total += len(data)
            check = zlib.crc32(data, check)
        assert not chunked or wire.chunk() == b""
    expected = 0
    for _ in range(size):
        expected = zlib.crc32(PIECE, expected)
    assert check == expected


def test_clients_that_read_slowly_cost_little() -> None:
    """Ten of them: each holds what the buffers take of an answer, however long that is."""
    hold = threading.Event()

    def answer(talk: Talk) -> None:
        talk.ask()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        talk.socket.settimeout(1)
        while not hold.is_set():
            talk.send(PIECE)

    with measured(answer) as first:
        address = first.socket.getpeername()
        slow = [first, *(Wire(socket.create_connection(address, timeout=10)) for _ in range(9))]
        for wire in slow:
            wire.send(head(b"GET / HTTP/1.1"))
            assert wire.head().status == 200
        hold.wait(1)
        hold.set()
        for wire in slow[1:]:
            wire.close()
