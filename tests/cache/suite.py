"""npm's http-cache-tests: an origin that answers as a test says, and a client that judges the cache between."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.parts import need, part

__all__ = ["Outcome", "Suite", "suite"]

_HERE = Path(__file__).parent
_PACKAGES = {"http-cache-tests": "0.4.5", "node-fetch": "2.7.0", "liquidjs": "9.43.0"}
_NAME = "edge-http-cache-tests-" + "-".join(_PACKAGES.values())


@dataclass(frozen=True)
class Outcome:
    """What became of one test. `kind`: required, optimal (a better cache would) or check (a question)."""

    name: str
    kind: str
    passed: bool
    why: str


class Suite:
    """The suite, installed in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._package = folder / "node_modules" / "http-cache-tests"

    @contextmanager
    def origin(self) -> Iterator[str]:
        """The URL of its origin."""
        with tempfile.TemporaryDirectory() as folder:
            environ = {
                **os.environ,
                "npm_config_protocol": "http",
                "npm_config_port": "0",
                "npm_config_pidfile": f"{folder}/pid",
            }
            node = ["node", "--require", str(_HERE / "loopback.cjs"), "server/server.mjs"]
            process = subprocess.Popen(node, cwd=self._package, env=environ, stdout=subprocess.PIPE, text=True)
            try:
                assert process.stdout is not None
                port = process.stdout.readline().rstrip("/\n").rpartition(":")[2]
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()
                process.communicate()

    def run(self, url: str) -> dict[str, Outcome]:
        """Every test, through what is at `url`."""
        command = ["node", "--no-warnings", str(_HERE / "score.mjs"), str(self._package), url]
        told: dict[str, Any] = json.loads(
            subprocess.run(command, capture_output=True, check=True, text=True).stdout
        )

        def passes(name: str) -> bool:
            return told[name]["result"] == "pass" and all(map(passes, told[name]["needs"]))

        return {name: Outcome(name, one["kind"], passes(name), str(one["result"])) for name, one in told.items()}


@pytest.fixture(scope="session")
def suite() -> Suite:
    """Installed once for all runs of the tests of this machine's user, outside the project."""
    npm = part("npm")
    need("nodejs")
    folder = Path(tempfile.gettempdir()) / f"{_NAME}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": _PACKAGES}))
            install = [str(npm), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev"]
            try:
                done = subprocess.run([*install, "--fetch-retries=1"], cwd=folder, capture_output=True, timeout=90)
                failed = done.returncode != 0
            except subprocess.TimeoutExpired:  # no registry answers
                failed = True
            if failed:
                (pytest.fail if os.environ.get("CI") else pytest.skip)("npm cannot install http-cache-tests here")
            (folder / "done").touch()
    return Suite(folder)
