"""Parts that no Python package brings: programs from Debian, listed in tests/debian.txt."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

_LIST = Path(__file__).with_name("debian.txt")


@cache
def listed() -> frozenset[str]:
    """The Debian packages that tests/debian.txt names."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def part(name: str) -> Path:
    """The path of a program that the Debian package of the same name brings. Where it is missing the test skips,
    naming it; in CI it fails. LookupError: the package is not in the list, so nobody would install it."""
    if name not in listed():
        raise LookupError(f"{name} is not in {_LIST.name}")
    program = shutil.which(name)
    if program is None:
        reason = f"{name} is not here: `make test` installs it where it may (tests/debian.txt)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Path(program)
