"""Requests as long as can be cost time that grows with their length alone: a megabyte of each part of one, ten
thousand headers, parameters and cookies. Who faces the internet bounds them; Edge does not lean on that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from edge.html.context import Where, read, skip
from edge.html.urls import extend_url


def test_no_request_and_no_answer_costs_more_than_its_length(tmp_path: Path) -> None:
    """Each may take three seconds of the processor; what grows with the square of a megabyte takes minutes."""
    command = [sys.executable, "-m", "tests.security.long_requests", str(tmp_path / "site"), "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stdout.splitlines()[-1:], done.stderr[-2000:])
    print(done.stdout.splitlines()[-1])


def test_references_without_end_stay_cheap_where_a_block_is_read() -> None:
    """Once they took as many calls within calls as there were references."""
    text = "&amp" * 50_000
    assert extend_url("href", "/x?", text) == "?"
    assert extend_url("href", "", text)
    assert isinstance(skip(read(Where(), f"<a href='{text}", 0).where), Where)
