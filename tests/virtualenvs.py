"""Virtualenvs with packages of their own: made once for all runs of this machine's user, outside the project."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests.parts import missing

__all__ = ["virtualenv"]

_PATIENCE = 90.0  # seconds


@cache
def virtualenv(requirements: Path) -> Path:
    """The Python of a virtualenv that holds what these locked requirements name. Where they cannot be had, the
    test skips."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = sha256(requirements.read_bytes() + sys.executable.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"edge-python{version}-{wanted}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder / "venv", ignore_errors=True)
            if not _install(folder / "venv", requirements):
                missing(f"uv cannot install {requirements.parent.name}/{requirements.name} here")
            (folder / "done").touch()
    return folder / "venv" / "bin" / "python"


def _install(folder: Path, requirements: Path) -> bool:
    uv = Path(sys.executable).with_name("uv")
    make: list[str | Path] = [uv, "venv", "--quiet", "--python", sys.executable, folder]
    fill: list[str | Path] = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        folder,
        "--require-hashes",
        "--requirement",
        requirements,
    ]
    try:
        return all(
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False).returncode == 0
            for command in (make, fill)
        )
    except subprocess.TimeoutExpired:  # no registry answers
        return False
