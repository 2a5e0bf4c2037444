"""Load on servers that stand side by side: requests a second, and the processor time that each request takes."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.parts import part
from tests.programs import free_port, listening

__all__ = ["Figures", "Running", "all_running", "compare", "memory", "running"]

_TICKS = os.sysconf("SC_CLK_TCK")
HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Encoding": "identity",
    "Accept-Language": "en-GB,en;q=0.5",
    "Cookie": "consent=yes; theme=dark; basket=2f8a7c1e-4f0b-4a6e-9f53-0c1d2e3f4a5b",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


@dataclass
class Figures:
    """One server's rounds."""

    per_second: list[float] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)
    p50s: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)

    def add(self, found: _Round, microseconds: float) -> None:
        self.per_second.append(found.speed)
        self.p50s.append(found.p50)
        self.p99s.append(found.p99)
        self.microseconds.append(microseconds)

    @property
    def core(self) -> float:
        """The share of a core that the server got: far below 1, the load or the machine was the limit."""
        return self.speed * self.cost / 1e6

    @property
    def speed(self) -> float:
        return statistics.median(self.per_second)

    @property
    def cost(self) -> float:
        return statistics.median(self.microseconds)

    @property
    def p50(self) -> float:
        return statistics.median(self.p50s)

    @property
    def p99(self) -> float:
        return statistics.median(self.p99s)


class Running(NamedTuple):
    """A server: what it has started counts with it."""

    port: int
    process: int


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Running]:
    """`python -m module PORT arguments…` on a free port of this machine."""
    port = free_port()
    with listening([sys.executable, "-m", module, str(port), *arguments], port) as process:
        yield Running(port, process)


def compare(
    servers: Mapping[str, Running],
    rounds: int = 7,
    seconds: int = 2,
    connections: int = 32,
    scripts: Mapping[str, Path] = MappingProxyType({}),
) -> dict[str, Figures]:
    """Loads each server in turn, round after round, so that what else the machine does meets all of them.
    `scripts` are wrk's, where the requests differ."""
    figures = {name: Figures() for name in servers}
    for _ in range(rounds):
        for name, server in servers.items():
            figures[name].add(*_round(server, seconds, connections, scripts.get(name)))
            _wait_for_rest(server.process)
    return figures


def _round(server: Running, seconds: int, connections: int, script: Path | None) -> tuple[_Round, float]:
    """What was found, and the processor time of each request in microseconds. A server that answers nobody in the
    time gets more of it."""
    before = _processor_time(server.process)
    found = _load(server.port, seconds, connections, script)
    if not found.count:
        return _round(server, seconds * 2, connections, script)
    return found, (_processor_time(server.process) - before) / found.count * 1e6


def _wait_for_rest(process: int) -> None:
    """Until a server is done with those who have left: what a slow one still does for them would slow the next."""
    until = time.monotonic() + 10
    before, now = -1.0, _processor_time(process)
    while before != now and time.monotonic() < until:
        time.sleep(0.05)
        before, now = now, _processor_time(process)


def memory(process: int) -> float:
    """MiB that a process and all that it started take: what several share counts once."""
    found = (Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii") for one in _family(process))
    return sum(int(text.partition("\nPss:")[2].split()[0]) for text in found) / 1024


def _processor_time(process: int) -> float:
    return sum(map(_own_time, _family(process)))


def _own_time(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _family(process: int) -> Iterator[int]:
    """A process, its children and theirs."""
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from _family(int(child))


@dataclass(frozen=True)
class _Round:
    """What wrk says of one round: times in milliseconds."""

    count: int
    speed: float
    p50: float
    p99: float


def _load(port: int, seconds: int, connections: int, script: Path | None) -> _Round:
    headers = [argument for name, value in HEADERS.items() for argument in ("-H", f"{name}: {value}")]
    told = headers if script is None else ["-s", str(script)]
    command = [str(part("wrk")), "-t", "1", "-c", str(connections), "-d", str(seconds)]
    output = subprocess.run(
        [*command, "--timeout", "20s", "--latency", *told, f"http://127.0.0.1:{port}/"],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 120,
        preexec_fn=_on_the_last_core,
    ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    count = re.search(r"(\d+) requests in", output)
    speed = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert count is not None
    assert speed is not None
    return _Round(int(count[1]), float(speed[1]), _milliseconds(output, 50), _milliseconds(output, 99))


def _on_the_last_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _milliseconds(output: str, share: int) -> float:
    found = re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", output)
    assert found is not None
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


@contextmanager
def all_running(commands: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Running]]:
    """Several of `running`, by name."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(running(*command)) for name, command in commands.items()}
