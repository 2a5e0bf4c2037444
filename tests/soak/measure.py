"""What a worker process holds, as it counts it itself, told over a socket of its own: a request to the shared port
would reach any of the workers."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ["State", "state", "telling"]

State = dict[str, Any]
"""Numbers by name. `tasks`, `threads`, `files` and `sockets` are numbers by kind."""

_TCP = {  # include/net/tcp_states.h
    "01": "established", "02": "syn-sent", "03": "syn-recv", "04": "fin-wait-1", "05": "fin-wait-2",
    "06": "time-wait", "07": "close", "08": "close-wait", "09": "last-ack", "0A": "listen", "0B": "closing",
}  # fmt: skip
_SERVICE = int(os.environ.get("SOAK_SERVICE", "0"))
"""The port of the service of [remote]: connections to it are kept for the next call."""
_LIBC = ctypes.CDLL(None)
_POOLS = {
    "AnyIO": "anyio pool",
    "asyncio_": "asyncio pool",
    "uvloop_": "asyncio pool",
    "ThreadPoolExecutor": "pool",
}


def state(edge: Callable[[], Mapping[str, Any]], settle: bool) -> State:
    """What this process holds. `edge` gives what Edge holds. With `settle`, all that nobody holds
    is given back before, and what is left is told by type too."""
    if settle:
        gc.collect()
        gc.collect()
        with suppress(OSError, AttributeError):  # glibc only; else the figure holds what malloc keeps for later
            _LIBC.malloc_trim(0)
    objects = gc.get_objects()
    types = Counter(type(one).__qualname__ for one in objects) if settle else Counter[str]()
    found: State = {
        "pid": os.getpid(),
        "cpu": time.process_time(),
        "rss": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"),
        "malloc": _malloced(),
        "objects": len(objects),
        "blocks": sys.getallocatedblocks(),
        "tasks": Counter(_task_name(one) for one in asyncio.all_tasks() if one is not asyncio.current_task()),
        "threads": Counter(_thread_name(one) for one in threading.enumerate()),
        "files": _files(),
        "sockets": _sockets(),
        "edge": dict(edge()),
        "types": dict(types.most_common(60)),
    }
    return found


def _malloced() -> int:
    """Bytes that are given out by malloc, in all of its arenas: what is left of the growth of a process when its
    fragmentation is taken away. Zero where the C library is not glibc."""
    if not hasattr(_LIBC, "malloc_info"):
        return 0
    text, size = ctypes.c_char_p(), ctypes.c_size_t()
    _LIBC.open_memstream.restype = ctypes.c_void_p
    file = ctypes.c_void_p(_LIBC.open_memstream(ctypes.byref(text), ctypes.byref(size)))
    _LIBC.malloc_info(0, file)
    _LIBC.fclose(file)
    told = (text.value or b"").rpartition(b"</heap>")[2].decode()
    _LIBC.free(text)
    sums = {kind: int(number) for kind, number in re.findall(r'type="(\w+)".*? size="(\d+)"', told)}
    return sums["current"] - sums["fast"] - sums["rest"] + sums["mmap"]


def _task_name(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", "?")


def _thread_name(thread: threading.Thread) -> str:
    name = next((kind for start, kind in _POOLS.items() if thread.name.startswith(start)), thread.name)
    return re.sub(r"\d+", "", name)


def _descriptors() -> dict[str, str]:
    """What each open descriptor is, as the kernel names it."""
    found = {}
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that lists them is gone
            found[one.name] = str(one.readlink())
    return found


def _files() -> Counter[str]:
    """Open descriptors by kind: `pipe`, `anon_inode`, or `file`. Sockets are counted by their state."""
    kinds = (target.partition(":")[0] for target in _descriptors().values())
    return Counter("file" if kind.startswith("/") else kind for kind in kinds if kind != "socket")


def _sockets() -> Counter[str]:
    """This process's sockets by their state."""
    inodes = {t[8:-1] for t in _descriptors().values() if t.startswith("socket:[")}
    found: Counter[str] = Counter()
    for name in ("tcp", "tcp6"):
        for line in _table(f"/proc/net/{name}"):
            if line[9] in inodes:
                kept = line[2].endswith(f":{_SERVICE:04X}")
                found["pool of connections to the service" if kept else _TCP.get(line[3], line[3])] += 1
                inodes.discard(line[9])
    for line in _table("/proc/net/unix"):
        if line[6] in inodes:
            found["unix"] += 1
            inodes.discard(line[6])
    if inodes:
        found["unbound"] = len(inodes)  # in no table: made, but neither bound nor connected
    return found


def _table(path: str) -> list[list[str]]:
    with suppress(OSError):
        return [line.split() for line in Path(path).read_text().splitlines()[1:]]
    return []


@asynccontextmanager
async def telling(folder: Path, edge: Callable[[], Mapping[str, Any]]) -> AsyncIterator[None]:
    """Tells whoever connects to `<pid>.sock` in the folder: for each line, a line of JSON. A line that says
    `settle` asks for a settled state."""

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(state(edge, line == b"settle\n")).encode() + b"\n")
                await writer.drain()
        finally:
            writer.close()

    path = folder / f"{os.getpid()}.sock"
    server = await asyncio.start_unix_server(tell, path)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)
