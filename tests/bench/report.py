"""What the README says of the bench comes from a run: tables between marks, with the day and the machine."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

__all__ = ["busy", "machine", "table", "write"]

README = Path(__file__).resolve().parents[2] / "README.md"

_QUIET = 0.75


def busy(cores: Iterable[float]) -> str | None:
    """Why what was measured is not worth writing down, if so: half of the servers, or more, got less than three
    quarters of their core, so something else was running."""
    share = statistics.median(cores)
    return f"Not written: the servers got {share:.0%} of their core" if share < _QUIET else None


def write(name: str, text: str, file: Path = README) -> None:
    """Puts the text between the marks of this name, in the stead of what stands there."""
    begin, end = f"<!-- bench: {name} -->\n", f"<!-- bench: end of {name} -->\n"
    whole = file.read_text(encoding="utf-8")
    before, found, rest = whole.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{file.name} has no marks for {name}")
    file.write_text(f"{before}{begin}{text.strip()}\n{end}{after}", encoding="utf-8")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Collection[str] = ()) -> str:
    """In Markdown. The first column is of words, as are those with these heads; the others are of figures."""
    marks = ["---" if at == 0 or head in words else "--:" for at, head in enumerate(heads)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *rows))


def machine() -> str:
    """When and where, in a sentence."""
    server = ", ".join(f"{package} {version(package)}" for package in ("uvicorn", "uvloop", "httptools"))
    today = datetime.now(UTC)
    return (
        f"Measured on {today.day} {today:%B %Y}: {_processor()}, {len(os.sched_getaffinity(0))} cores; "
        f"{platform.system()}, {platform.python_implementation()} {platform.python_version()}, {server}."
    )


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()
