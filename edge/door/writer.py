"""Lines for whoever reads our output. No page waits for that: a reader that stands still loses lines instead."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import select
import threading

from edge.door.entry import LONGEST

__all__ = ["Writer"]

log = logging.getLogger("edge")

_AFTER = 0.1
"""Seconds after which lines leave together: one write costs as much as formatting five of them."""

_MOST = 8 * 1024 * 1024
"""Bytes that may wait."""


class Writer:
    """Takes lines on an event loop, and writes them to a file descriptor in a thread of its own."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._lines: list[bytes] = []
        self._waiting = 0  # bytes that are not written
        self._lost = 0
        self._timer: asyncio.TimerHandle | None = None
        self._batches: queue.SimpleQueue[list[bytes] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
        self._thread.start()

    def __call__(self, line: bytes) -> None:
        if self._waiting > _MOST:
            self._lost += 1
            return
        self._waiting += len(line)
        self._lines.append(line)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_AFTER, self._hand_over)

    def close(self, patience: float = 2.0) -> None:
        """Writes what is left, for no more than so many seconds."""
        self._hand_over()
        self._batches.put(None)
        self._thread.join(patience)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        self._batches.put(lines)
        if self._lost and self._waiting < _MOST:
            log.warning("%d lines of the access log are lost: nobody took them", self._lost)
            self._lost = 0

    def _run(self) -> None:
        while (lines := self._batches.get()) is not None:
            for piece in _pieces(lines):
                self._write(piece)
                self._waiting -= len(piece)

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._file, data) :]
            except BlockingIOError:
                select.select([], [self._file], [])
            except OSError:
                return  # nobody reads any more


def _pieces(lines: list[bytes]) -> list[bytes]:
    """Whole lines together, up to what is written in one go."""
    pieces: list[bytes] = []
    size = LONGEST
    start = 0
    for index, line in enumerate(lines):
        if size + len(line) > LONGEST and index > start:
            pieces.append(b"".join(lines[start:index]))
            start, size = index, 0
        elif index == start:
            size = 0
        size += len(line)
    if start < len(lines):
        pieces.append(b"".join(lines[start:]))
    return pieces
