"""How many personalised pages a second, and what each costs: Edge beside everything else that can do the job.

    python -m tests.bench.pages [--rows bare Edge] [--rounds 7] [--seconds 2] [--write]

One job for every row (tests/bench/rows): 4,000 visitors, each with a signed cookie and one of 100 segments, get
eight blocks in a page of 59 KB, chosen by 50 experiences. One core for the server, another for wrk. Before and
after the rounds, the bytes of every 39th visitor's page are compared with what they have to be. The rows take
turns; only ratios within one run count. Prints the table, and how each goal is met.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.goals import GOALS, Measured
from tests.bench.load import Figures, Running, compare, memory
from tests.bench.report import busy, machine, table, write
from tests.bench.rows.row import HOST, Row
from tests.bench.rows.table import ROWS
from tests.bench.shop import Guest, guests

HEADS = ("", "pages/s", "of bare", "p50 ms", "p99 ms", "CPU µs", "core", "MiB", "job")
"""`core`: how much of it the server got. Where that is far from all, the load or the machine was the limit, and
only the processor time tells."""


AWAKE = Path(__file__).parent / "awake.lua"


@dataclass(frozen=True)
class Result:
    """What the table says of a row. `sent`: the bytes of a page's body as they are sent, in the mean."""

    row: Row
    figures: Figures
    mebibytes: float
    sent: float


def main(arguments: Sequence[str] | None = None) -> None:
    told = parsed(arguments)
    with tempfile.TemporaryDirectory() as made, started(told.rows, Path(made)) as (servers, missing):
        results = measured(servers, Path(made), told.rounds, told.seconds)
    print_table(results, missing)
    print_goals(results)
    if told.write:
        if why := busy(one.figures.core for one in results):
            sys.exit(why)
        write("pages", f"{table(HEADS, cells(results, missing), ['job'])}\n\n{machine()}")


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages")
    parser.add_argument("--rows", type=named, nargs="+", default=ROWS, metavar="ROW", help="else all of them")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="for each row in each round")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    told = parser.parse_args(arguments)
    if told.write and told.rows is not ROWS:
        parser.error("--write is for all of them")
    return told


def named(name: str) -> Row:
    rows = {row.name: row for row in ROWS}
    if name not in rows:
        raise argparse.ArgumentTypeError(f"no such row: {name}; there are {'; '.join(rows)}")
    return rows[name]


@contextmanager
def started(rows: Sequence[Row], folder: Path) -> Iterator[tuple[dict[Row, Running], dict[Row, str]]]:
    """The servers of the rows, and why some cannot be had."""
    servers, missing = {}, {}
    folder.chmod(0o755)  # some servers are another user
    with ExitStack() as stack:
        for number, row in enumerate(rows):
            own = folder / str(number)
            own.mkdir()
            try:
                servers[row] = stack.enter_context(row.start(own))
            except pytest.skip.Exception as why:
                missing[row] = str(why)
        yield servers, missing


def measured(servers: Mapping[Row, Running], folder: Path, rounds: int, seconds: int) -> list[Result]:
    scripts = {row.name: script(folder, row) for row in servers}
    for row, server in servers.items():
        check(row, server)
    by_name = {row.name: server for row, server in servers.items()}
    figures = compare(by_name, rounds, seconds, scripts=scripts)
    sent = {row: check(row, server) for row, server in servers.items()}
    return [Result(row, figures[row.name], memory(of.process), sent[row]) for row, of in servers.items()]


def asked(row: Row, guest: Guest) -> dict[str, str]:
    return {"Host": HOST, "Accept-Encoding": row.accept, **row.headers(guest)}


def script(folder: Path, row: Row) -> Path:
    """For wrk: one visitor after the other."""
    quoted = ",\n".join(
        "{"
        + ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in asked(row, guest).items())
        + "}"
        for guest in guests(row.known)
    )
    file = folder / f"{len(list(folder.glob('*.lua')))}.lua"
    file.write_text(
        f"{AWAKE.read_text(encoding='utf-8')}local all = {{{quoted}}}\nlocal made = {{}}\nlocal at = 0\n"
        "function init() stay_awake() for i, h in ipairs(all) do made[i] = wrk.format('GET', '/', h) end end\n"
        "function request() at = at % #made + 1 return made[at] end\n",
        encoding="utf-8",
    )
    return file


def check(row: Row, server: Running, every: int = 39) -> float:
    """Every 39th visitor gets the right bytes, and so every segment; how many are sent in the mean."""
    sent = []
    for guest in itertools.islice(guests(row.known), 0, None, every):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", "/", headers=asked(row, guest))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        sent.append(len(body))
        coding = answer.headers["content-encoding"] or "identity"
        assert (answer.status, coding) == (200, row.accept), f"{row.name}: {answer.status}, {coding}"
        body = gzip.decompress(body) if coding == "gzip" else body
        assert row.stripped(body) == row.shows(guest), f"{row.name}: visitor {guest.number} gets another page"
    return sum(sent) / len(sent)


def print_table(results: Sequence[Result], missing: Mapping[Row, str]) -> None:
    width = max(len(row.name) for row in ROWS) + 2
    for name, *figures, job in (HEADS, *cells(results, missing)):
        print(f"{name:{width}}{''.join(f'{figure:>10}' for figure in figures)}  {job}")


def cells(results: Sequence[Result], missing: Mapping[Row, str]) -> Iterator[list[str]]:
    """The rows of the table, and those that are left out."""
    bare = next((one.figures.speed for one in results if one.row.name == "bare"), None)
    for one in results:
        found = one.figures
        ratio = f"{found.speed / bare:.3f}" if bare else ""
        times = [f"{found.p50:,.2f}", f"{found.p99:,.2f}", f"{found.cost:,.1f}"]
        used = [f"{found.core:.0%}", f"{one.mebibytes:,.1f}"]
        yield [one.row.name, f"{found.speed:,.0f}", ratio, *times, *used, one.row.does]
    for row, why in missing.items():
        yield [row.name, *[""] * (len(HEADS) - 2), f"left out: {why}"]


def print_goals(results: Sequence[Result]) -> None:
    rows = {one.row.name: Measured(one.figures.speed, one.figures.cost, one.sent) for one in results}
    print("\nGoals: pages a second of one row / of another")
    for goal in GOALS:
        print(goal.told(rows))
    print("10,000 segments / 20: see python -m tests.bench.growth")


if __name__ == "__main__":
    main()
