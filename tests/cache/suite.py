"""npm's http-cache-tests: an origin that answers as a test says, and a client that judges the cache between."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.npm import installed

__all__ = ["Outcome", "Suite", "suite"]

_HERE = Path(__file__).parent
_PACKAGES = {"http-cache-tests": "0.4.5", "node-fetch": "2.7.0", "liquidjs": "9.43.0"}


@dataclass(frozen=True)
class Outcome:
    """What became of one test. `kind`: required, optimal (a better cache would) or check (a question)."""

    name: str
    kind: str
    passed: bool
    why: str


class Suite:
    """The suite, in a folder of packages."""

    def __init__(self, packages: Path) -> None:
        self._package = packages / "http-cache-tests"

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
    return Suite(installed(_PACKAGES))
