"""Packages of npm: installed once for all runs of this machine's user, outside the project."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests.parts import missing, need, part

__all__ = ["installed"]


def installed(packages: Mapping[str, str]) -> Path:
    """The `node_modules` that holds these packages, by name and exact version, with what they need. Their own
    scripts do not run. Where they cannot be had, the test skips."""
    need("nodejs")
    return _installed(json.dumps({"private": True, "dependencies": dict(packages)}), part("npm"))


@cache
def _installed(wanted: str, npm: Path) -> Path:
    name = f"edge-npm-{sha256(wanted.encode()).hexdigest()[:12]}-{os.getuid()}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            (folder / "package.json").write_text(wanted)
            if not _install(npm, folder):
                missing(f"npm cannot install {', '.join(json.loads(wanted)['dependencies'])} here")
            (folder / "done").touch()
    return folder / "node_modules"


def _install(npm: Path, folder: Path) -> bool:
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev", "--fetch-retries=1"]
    command = [str(npm), "install", *options]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=90, check=False).returncode == 0
    except subprocess.TimeoutExpired:  # no registry answers
        return False
