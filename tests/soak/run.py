"""The soak: a server, its visitors, what goes wrong around them, and what is found.

python -m tests.soak.run --seconds 120 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import secrets
import signal
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.soak import site
from tests.soak.editor import Editor
from tests.soak.load import Load
from tests.soak.log import unexpected
from tests.soak.origin import write_static
from tests.soak.pages import SLOTS
from tests.soak.verdict import Bounds, Point, faults_of, table
from tests.soak.workers import Server, free_port, start_service
from tests.soak.world import SETTLE, Findings, History, World

__all__ = ["Plan", "Report", "prepare", "soak", "started_world"]

_LONG = 60.0  # seconds after which everything should have been shown to somebody
_KEY = "the-first-key-of-the-soak-0123456789"


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard, and how long. `quiet` are the moments at which the load stops and the workers are looked at, in
    seconds since the start; the last of them ends the soak. Those before `warm` are not judged. `rate` is in
    errands a second, `pause` in seconds between two edits of the site."""

    seed: int
    quiet: Sequence[float]
    warm: float
    bounds: Bounds
    rate: float = 40.0
    pause: float = 5.0
    flags: tuple[str, ...] = ()


@dataclass
class Report:
    """What was found. `faults` is empty where all went well."""

    seed: int
    faults: list[str] = field(default_factory=list)
    points: dict[int, list[Point]] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    stopped: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def counts(self) -> Counter[str]:
        """What Edge has counted, in all workers together."""
        found: Counter[str] = Counter()
        for points in self.points.values():
            found.update(points[-1].state["edge"]["counts"])
        return found

    def __str__(self) -> str:
        asked = ", ".join(f"{kind} {count}" for kind, count in self.findings.asked.most_common())
        lines = [
            f"seed {self.seed}; {self.findings.asked.total()} answers: {asked}",
            f"clients used {self.client_cpu:.0%} of a core, the workers {self.server_cpu:.0%}",
            f"the server stopped in {self.stopped:.2f} s",
            table(self.points),
            f"Edge counted {', '.join(f'{what} {times}' for what, times in self.counts.most_common())}",
            *(f"FAULT {fault}" for fault in self.faults),
        ]
        return "\n".join(lines)


def prepare(folder: Path, service: int) -> Path:
    """Writes the site folder and the origin's files, and gives the key file."""
    site.write(folder / "site", site.files(1, service))
    write_static(folder / "static")
    keys = folder / "keys"
    keys.write_text(_KEY + "\n")
    keys.chmod(0o600)
    return keys


async def soak(plan: Plan, folder: Path, app: str = "tests.soak.app:app", **environ: str) -> Report:
    """Runs the plan, with all files in the folder."""
    report = Report(plan.seed)
    async with started_world(folder, app, plan.seed, plan.flags, **environ) as (server, world):
        report.findings = world.findings
        pids = server.pids
        await _visit(plan, server, world, report)
        if server.pids != pids:
            report.faults.append(f"workers died: {pids} became {server.pids}")
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        await server.ended()
        report.stopped = time.monotonic() - began
    _judge(plan, server, report)
    return report


@asynccontextmanager
async def started_world(
    folder: Path, app: str = "tests.soak.app:app", seed: int = 0, flags: tuple[str, ...] = (), **environ: str
) -> AsyncIterator[tuple[Server, World]]:
    """A server with two workers that have started, and the world around it. Whatever of it is still there at the
    end is ended."""
    port = free_port()
    given = {"SOAK_SEED": str(seed), "SOAK_SERVICE": str(port), "SOAK_TOKEN": "a secret", **environ}
    given["EDGE_SECRET_KEYS_FILE"] = str(prepare(folder, port))
    service = start_service(port, seed)
    try:
        server = Server(app, folder, 2, *flags, **given)
        try:
            await server.started()
            yield server, World(server.port, port, History(1), History((_KEY.encode(),)))
        finally:
            server.kill()
    finally:
        service.kill()
        service.wait()


async def _visit(plan: Plan, server: Server, world: World, report: Report) -> None:
    load = Load(world, Random(f"{plan.seed} load"), plan.rate)
    editor = Editor(world, server.folder / "site", server.folder / "keys", Random(f"{plan.seed} editor"))
    began, cpu = time.monotonic(), time.process_time()
    with (server.folder / "samples.csv").open("w", newline="", encoding="utf-8") as file:
        for moment in plan.quiet:
            length = max(1.0, began + moment - time.monotonic())
            # The editor stops first: what was edited is taken up, and the caches fill again.
            working = editor.run(length * 0.7, plan.pause)
            await asyncio.gather(load.run(length), working, _sample(server, csv.writer(file), began, length))
            await _see_taken_up(server, world, report)
            for pid in server.pids:
                state = await server.quiet_state(pid)
                report.points.setdefault(pid, []).append(Point(time.monotonic() - began, state))
    passed = time.monotonic() - began
    report.client_cpu = (time.process_time() - cpu) / passed
    report.server_cpu = sum(points[-1].state["cpu"] for points in report.points.values()) / passed


async def _see_taken_up(server: Server, world: World, report: Report) -> None:
    """Each worker must show the newest version that is whole, and sign with the newest key."""
    for pid in server.pids:
        newest = (world.versions.now, zlib.crc32(world.keys.now[-1]))
        until = time.monotonic() + SETTLE
        while (told := (await server.state(pid))["edge"]) and (told["version"], told["key"]) != newest:
            if time.monotonic() > until:
                report.faults.append(f"worker {pid} has {told['version']} and {told['key']}, not {newest}")
                break
            await asyncio.sleep(0.2)


async def _sample(server: Server, lines: Any, began: float, seconds: float) -> None:
    """What each worker holds, every few seconds for so long, as a line of CSV."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for pid in server.pids:
            state = await server.state(pid)
            kinds = [json.dumps(state[name]) for name in ("tasks", "threads", "files", "sockets", "edge")]
            numbers = [pid, state["rss"], state["objects"], state["blocks"]]
            lines.writerow([f"{time.monotonic() - began:.1f}", *numbers, *kinds])
        await asyncio.sleep(min(3.0, max(0.1, end - time.monotonic())))


def _judge(plan: Plan, server: Server, report: Report) -> None:
    for pid, points in report.points.items():
        warm = [point for point in points if point.at >= plan.warm]
        report.faults += [f"worker {pid}: {fault}" for fault in faults_of(warm, plan.bounds)]
    for kind, times in report.findings.faults.items():
        report.faults.append(f"{kind}, {times} times, such as: {report.findings.examples[kind]}")
    if plan.quiet[-1] >= _LONG:
        shown = [name.partition(": ")[2] for name in report.counts if name.startswith("tailored: ")]
        report.faults += [f"the slot {slot} was never tailored" for slot in SLOTS if slot not in (*shown, "huge")]
    lines = server.log.read_text(errors="replace").splitlines()
    report.faults += [f"in the log, {times} times: {line}" for line, times in unexpected(lines).items()]


def grown(points: Sequence[Point], most: int = 12) -> Mapping[str, int]:
    """Of which types there are more objects at the last quiet moment than at the first."""
    first, last = Counter(points[0].state["types"]), Counter(points[-1].state["types"])
    return dict((last - first).most_common(most))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--pause", type=float, default=5)
    parser.add_argument("--dev", action="store_true", help="Python's development mode in the server")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    quiet = [given.seconds * n / 10 for n in range(1, 11)]
    bounds = Bounds(rss=12 << 20, malloc=4 << 20, objects=20_000, blocks=50_000)
    flags = ("-X", "dev") if given.dev else ()
    plan = Plan(given.seed, quiet, given.seconds / 4, bounds, given.rate, given.pause, flags)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(soak(plan, Path(folder)))
    print(report)
    for pid, points in report.points.items():
        print(pid, grown(points))


if __name__ == "__main__":
    main()
