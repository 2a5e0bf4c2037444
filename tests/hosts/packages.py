"""Python packages that a test runs against."""

from __future__ import annotations

import importlib.util
import os

__all__ = ["need_package"]


def need_package(name: str) -> None:
    """Where the package is missing the test skips, naming it; in CI it fails."""
    if importlib.util.find_spec(name) is not None:
        return
    import pytest  # so that a server that has all of them starts without it

    reason = f"{name} is not here: requirements/test.txt brings it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
