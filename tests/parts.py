"""Parts that no Python package brings: Debian's packages, listed in tests/debian.txt."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

_LIST = Path(__file__).with_name("debian.txt")


@cache
def listed() -> dict[str, str]:
    """The packages that tests/debian.txt names, each with the command that succeeds where it is there."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    entries = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return {package: probe for package, probe in entries}  # noqa: C416 (what dict() makes of lists has no type)


@cache
def is_here(package: str) -> bool:
    """Whether a listed package is there. KeyError: it is not in the list, so nobody would install it."""
    return subprocess.run(["/bin/sh", "-c", listed()[package]], capture_output=True, check=False).returncode == 0


def need(package: str) -> None:
    """Where a listed package is missing the test skips, naming it; in CI it fails."""
    if not is_here(package):
        missing(f"{package} is not here: `make test` installs it where it may (tests/debian.txt)")


def missing(reason: str) -> NoReturn:
    """Skips the test for want of a part; in CI it fails."""
    import pytest  # not above: the bench measures the memory of servers that only look for parts

    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def part(program: str) -> Path:
    """The path of a program that the listed package of the same name brings; `need` for it."""
    need(program)
    path = shutil.which(program)
    assert path is not None
    return Path(path)
