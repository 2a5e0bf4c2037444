"""Cases and pages that lie beside the repository, not in it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.parts import missing

_FOLDER = Path(os.environ.get("EDGE_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared(relative: str) -> Path:
    """The path of a shared file or folder. Where it is missing the test skips; in CI it fails."""
    path = _FOLDER / relative
    if not path.exists():
        missing(f"{relative} is not here: set EDGE_SHARED to the folder that has it")
    return path
